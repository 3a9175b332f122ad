"""Defer Ctrl-C until a training is between two mini-batches.

Python raises KeyboardInterrupt anywhere, even in the middle of the updates of a mini-batch; some
parameters would then be updated and others not. SIGTERM is deferred too if a program makes it raise
KeyboardInterrupt, as the commands do:
``signal.signal(signal.SIGTERM, signal.default_int_handler)``.
"""

import contextlib
import signal
import threading

_pending = False


@contextlib.contextmanager
def held_back():
    """Defer Ctrl-C within this context until `look` is called or the context ends.

    A second Ctrl-C takes effect at once.
    """
    global _pending
    held = [
        number
        for number in (signal.SIGINT, signal.SIGTERM)
        if signal.getsignal(number) is signal.default_int_handler
    ]
    if threading.current_thread() is not threading.main_thread() or not held:
        yield  # only the main thread can set handlers, and the user's own handlers are kept
        return
    for number in held:
        signal.signal(number, _hold)
    try:
        yield
    finally:
        for number in held:
            signal.signal(number, signal.default_int_handler)
        came, _pending = _pending, False
    if came:
        raise KeyboardInterrupt


def look():
    """Raise KeyboardInterrupt if an interrupt was deferred."""
    global _pending
    if _pending:
        _pending = False
        raise KeyboardInterrupt


def _hold(number, frame):
    global _pending
    if _pending:
        raise KeyboardInterrupt
    _pending = True

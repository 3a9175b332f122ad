"""Ctrl-C that comes through only where a training is between two mini-batches.

Python raises KeyboardInterrupt anywhere, also in the middle of the updates of a mini-batch, and the
parameters would then be half of one step and half of the next. SIGTERM counts as Ctrl-C where a
program makes it raise KeyboardInterrupt, as the commands do:
`signal.signal(signal.SIGTERM, signal.default_int_handler)`.
"""

import contextlib
import signal
import threading

_pending = False


@contextlib.contextmanager
def held_back():
    """Within it Ctrl-C waits for `look`, or for the end; a second one does not wait."""
    global _pending
    held = [
        number
        for number in (signal.SIGINT, signal.SIGTERM)
        if signal.getsignal(number) is signal.default_int_handler
    ]
    if threading.current_thread() is not threading.main_thread() or not held:
        yield  # where signals are not ours to handle
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
    """Raises KeyboardInterrupt if an interrupt was held back."""
    global _pending
    if _pending:
        _pending = False
        raise KeyboardInterrupt


def _hold(number, frame):
    global _pending
    if _pending:
        raise KeyboardInterrupt
    _pending = True

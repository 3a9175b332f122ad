"""Ctrl-C that comes through only where a training is between two mini-batches.

Python raises KeyboardInterrupt anywhere, also in the middle of the updates of a mini-batch, and the
parameters would then be half of one step and half of the next.
"""

import contextlib
import signal
import threading

_pending = False


@contextlib.contextmanager
def held_back():
    """Within it Ctrl-C waits for `look`, or for the end; a second one does not wait."""
    global _pending
    in_main_thread = threading.current_thread() is threading.main_thread()
    if not in_main_thread or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield  # where signals are not ours to handle
        return
    signal.signal(signal.SIGINT, _hold)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
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

"""Report the progress of compilation to a listener, such as the command line."""

import contextlib
from collections.abc import Callable, Iterator

# Takes the backend ("C++", "JAX" or "Numba"), the number of compiled parts, and of all parts.
Listener = Callable[[str, int, int], None]

_listeners: list[Listener] = []


@contextlib.contextmanager
def told_to(listener: Listener) -> Iterator[None]:
    """Report to the listener within this context, from 0 parts of a function to all of them."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


def tell(backend: str, done: int, parts: int) -> None:
    """Tell the innermost listener how many parts of a function are compiled."""
    if _listeners:
        _listeners[-1](backend, done, parts)

"""What is being compiled, for whoever wants to tell a user who waits for it."""

import contextlib
from collections.abc import Callable, Iterator

# Gets the backend ("C++", "JAX" or "Numba"), and how many parts of how many are compiled.
Listener = Callable[[str, int, int], None]

_listeners: list[Listener] = []


@contextlib.contextmanager
def told_to(listener: Listener) -> Iterator[None]:
    """Within it the listener is told what is compiled, from 0 parts of a function to all."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


def tell(backend: str, done: int, parts: int) -> None:
    """Tell the latest listener how many parts of a function are compiled."""
    if _listeners:
        _listeners[-1](backend, done, parts)

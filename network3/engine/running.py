"""How compiled functions run on the chosen backend, and where it holds their numbers meanwhile."""

import contextlib
from collections.abc import Iterable, Iterator

import numpy as np
from pytensor.compile.sharedvalue import SharedVariable

from network3.engine import backend, interrupts, threads
from network3.kernels.pytensor_versions import jitted, repeats_in_c


@contextlib.contextmanager
def computing(params: Iterable[SharedVariable]) -> Iterator[None]:
    """Train or evaluate within it: BLAS has one thread, and at the end `params` hold NumPy arrays.

    In C++ all shared variables hold them from the start. The products of a mini-batch are too small
    to share, and threads that wait for each other on a busy machine make a training many times
    slower.
    """
    import scipy.linalg.cython_blas  # noqa: F401 (only a library that is loaded can be limited)
    from threadpoolctl import threadpool_limits

    if not backend.gpu():
        backend.to_host()
    with threadpool_limits(1, user_api="blas"):
        try:
            yield
        finally:
            backend.to_host(params)


def repeater(compiled):
    """Return a function that calls `compiled`, a function of no arguments, a given number of times.

    It calls from C if possible. Ctrl-C takes effect at least once a second.
    """
    on_jax = jitted(compiled)
    if backend.gpu() and on_jax is not None:
        return on_jax.repeat
    from_c = repeats_in_c(compiled)
    if from_c is not None:
        return threads.Repeat(from_c)

    def repeat(count):
        for _ in range(count):
            compiled()
            interrupts.look()

    if backend.numba():
        from network3.kernels.numba.compiling import Threads

        return threads.Repeat(repeat, [Threads()])
    return repeat


def snapshot(variable: SharedVariable):
    """Return the value of a shared variable as it is now, wherever it is held."""
    value = variable.get_value(borrow=True)
    return value.copy() if isinstance(value, np.ndarray) else value  # JAX's arrays never change


def finite(variable: SharedVariable) -> bool:
    """Return whether all numbers of a shared variable are finite, computed where they are held."""
    value = variable.get_value(borrow=True)
    with np.errstate(invalid="ignore"):
        return bool((value * 0 == 0).all())


def whole_epochs() -> bool:
    """Return whether a whole epoch is one call of a compiled loop, as on accelerators."""
    if not backend.gpu():
        return False
    from network3.engine.jax import linker

    return linker.accelerated()

"""How compiled functions run on the chosen backend, and where it holds their numbers meanwhile."""

import contextlib
from collections.abc import Iterable, Iterator

import numpy as np
from pytensor.compile.sharedvalue import SharedVariable

from network3.engine import backend, interrupts, threads


@contextlib.contextmanager
def training(params: Iterable[SharedVariable]) -> Iterator[None]:
    """A context to train or evaluate in: BLAS has one thread, and at the end `params` hold NumPy
    arrays; in C++ all shared variables hold them from the start.

    The products of a mini-batch are too small to share, and threads that wait for each other on a
    busy machine make a training many times slower.
    """
    import scipy.linalg.cython_blas  # noqa: F401 (only a library that is loaded can be limited)
    from threadpoolctl import threadpool_limits

    if not backend.gpu():
        backend.bring_home()
    with threadpool_limits(1, user_api="blas"):
        try:
            yield
        finally:
            backend.bring_home(params)


def repeater(compiled):
    """A function that calls `compiled`, a function of no arguments, a given number of times: from C
    where it can be, and so that an interrupt by the user comes through at least once a second."""
    if backend.gpu() and hasattr(compiled.vm, "jit_fn"):
        return compiled.vm.jit_fn.repeat
    if type(compiled.vm).__name__ == "CVM":  # its module compiles C when it is imported
        return threads.Repeat(lambda count: compiled.vm(n_calls=count))

    def repeat(count):
        for _ in range(count):
            compiled()
            interrupts.look()

    if backend.numba():
        from network3.kernels.numba.compiling import Threads

        return threads.Repeat(repeat, [Threads()])
    return repeat


def snapshot(variable: SharedVariable):
    """The value of a shared variable as it is now, wherever it is held."""
    value = variable.get_value(borrow=True)
    return value.copy() if isinstance(value, np.ndarray) else value  # JAX's arrays never change


def finite(variable: SharedVariable) -> bool:
    """Whether all numbers of a shared variable are finite, told where they are held."""
    value = variable.get_value(borrow=True)
    with np.errstate(invalid="ignore"):
        return bool((value * 0 == 0).all())


def whole_epochs() -> bool:
    """Whether a whole epoch is one call of a compiled loop, as on accelerators."""
    if not backend.gpu():
        return False
    from network3.engine.jax import linker

    return linker.accelerated()

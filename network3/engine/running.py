"""Run compiled functions on the chosen backend, and manage where it holds their values."""

import contextlib
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from pytensor.compile.sharedvalue import SharedVariable
from pytensor.graph.op import HasInnerGraph
from threadpoolctl import ThreadpoolController, threadpool_limits

from network3.engine import backend, interrupts, threads
from network3.kernels.operator import KernelOp
from network3.kernels.pytensor_versions import jitted, repeats_in_c


@contextlib.contextmanager
def computing(
    params: Iterable[SharedVariable], libraries: ThreadpoolController | None = None
) -> Iterator[None]:
    """Limit BLAS to one thread, and copy `params` back to host memory at the end.

    If a few images are too little work for several threads, the caller gives the `libraries`, BLAS
    and OpenMP, to be limited. Finding them takes longer than computing these images.

    Use this context for training and evaluation. On the C++ backend all shared variables are in
    host memory from the start. The products of a mini-batch are too small to share among threads,
    and on a busy machine threads that wait for each other make a training many times slower.
    """
    import scipy.linalg.cython_blas  # noqa: F401 (only a loaded library can be limited)

    if not backend.gpu():
        backend.to_host()
    limits = (
        threadpool_limits(1, user_api="blas") if libraries is None else libraries.limit(limits=1)
    )
    with limits:
        try:
            yield
        finally:
            backend.to_host(params)


def repeater(compiled):
    """Return a function that calls `compiled`, without arguments, a given number of times.

    The calls come from C if possible. Ctrl-C takes effect within a second.
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

    return threads.Repeat(repeat, _numba_threads()) if backend.numba() else repeat


def adapting(compiled: Any) -> threads.EachCall | None:
    """Return a context for the calls of `compiled` that limits threads, or None if it has none."""
    if not _has_kernels(compiled.maker.fgraph) or backend.gpu():
        return None
    return threads.EachCall(_numba_threads) if backend.numba() else threads.EachCall()


def _has_kernels(fgraph):
    """Return whether a graph, or one within it, has operators whose kernels use threads."""
    return any(
        isinstance(node.op, KernelOp)
        or (isinstance(node.op, HasInnerGraph) and _has_kernels(node.op.fgraph))
        for node in fgraph.apply_nodes
    )


def _numba_threads():
    from network3.kernels.numba.compiling import Threads

    return [Threads()]


def snapshot(variable: SharedVariable):
    """Return the current value of a shared variable, in host memory or on the device."""
    value = variable.get_value(borrow=True)
    return value.copy() if isinstance(value, np.ndarray) else value  # JAX arrays are immutable


def finite(variable: SharedVariable) -> bool:
    """Return whether all entries of a shared variable are finite, computed where it is held."""
    value = variable.get_value(borrow=True)
    with np.errstate(invalid="ignore"):
        return bool((value * 0 == 0).all())


def whole_epochs() -> bool:
    """Return whether an epoch runs as one compiled loop, as on accelerators."""
    if not backend.gpu():
        return False
    from network3.engine.jax import linker

    return linker.accelerated()

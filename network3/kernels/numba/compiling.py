"""Compile the kernels of this folder, and share their loops among threads."""

import functools

import numba
import numpy as np
from numba import types

# "contract" allows fused multiply-adds. Nothing is allowed that loses a NaN or lets LLVM reorder
# sums; sums over vectors are written in a fixed order.
OPTIONS = {
    "error_model": "numpy",
    "fastmath": {"contract", "nsz"},
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
}
WORTH_A_THREAD = 200_000  # multiplications

# Called by name: Numba's own functions contain addresses, so they cannot be cached on disk.
_get_threads = types.ExternalFunction("get_num_threads", types.intc())
_set_threads = types.ExternalFunction("set_num_threads", types.void(types.intc))

jit = functools.partial(numba.njit, **OPTIONS)
# For sums whose order LLVM may choose; it is the same at every call.
summing_jit = functools.partial(jit, fastmath={"contract", "nsz", "reassoc"})


# Separate functions, because the module of a parallel loop declares the same names differently.
@jit
def _threads():
    return _get_threads()


@jit
def _use(threads):
    _set_threads(np.intc(threads))


class Threads:
    """The number of Numba's threads, with the interface of threadpoolctl's libraries."""

    @property
    def num_threads(self):
        return numba.get_num_threads()

    def set_num_threads(self, threads):
        numba.set_num_threads(threads)


def threaded(body):
    """Return a function run(tasks, multiplications, arguments...) that calls `body` for each task.

    Tasks are shared among threads if there are enough multiplications. The result must not depend
    on the thread that computes a task.
    """

    def run(tasks, multiplications, *arguments):
        threads = _threads()
        _use(min(threads, 1 + multiplications // WORTH_A_THREAD))
        for task in numba.prange(tasks):
            body(np.intp(task), *arguments)
        _use(threads)

    return jit(parallel=True)(run)

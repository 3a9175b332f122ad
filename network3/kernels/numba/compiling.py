"""How the kernels of this folder are compiled, and their threads."""

import functools

import numba
import numpy as np
from numba import types

# Products may be fused with sums. Nothing that would lose a nan or make results depend on how LLVM
# regroups sums; sums over vectors name their order themselves.
OPTIONS = {
    "error_model": "numpy",
    "fastmath": {"contract", "nsz"},
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
}
WORTH_A_THREAD = 200_000  # multiplications

# By name: the functions that Numba offers hold addresses, with which nothing can be cached on disk.
_get_threads = types.ExternalFunction("get_num_threads", types.intc())
_set_threads = types.ExternalFunction("set_num_threads", types.void(types.intc))

jit = functools.partial(numba.njit, **OPTIONS)
# For sums whose order nobody has named: it is LLVM's, the same at every call.
summing_jit = functools.partial(jit, fastmath={"contract", "nsz", "reassoc"})


# Functions of their own: the module of a parallel loop has other declarations of the same names.
@jit
def _threads():
    return _get_threads()


@jit
def _use(threads):
    _set_threads(np.intc(threads))


class Threads:
    """How many threads loops may have, in the manner of threadpoolctl."""

    @property
    def num_threads(self):
        return numba.get_num_threads()

    def set_num_threads(self, threads):
        numba.set_num_threads(threads)


def threaded(body):
    """run(tasks, multiplications, *arguments): body(task, *arguments) for each task, shared among
    threads where they are worth it. What is computed must not depend on who computes it."""

    def run(tasks, multiplications, *arguments):
        threads = _threads()
        _use(min(threads, 1 + multiplications // WORTH_A_THREAD))
        for task in numba.prange(tasks):
            body(np.intp(task), *arguments)
        _use(threads)

    return jit(parallel=True)(run)

"""The Numba kernels; importing this package makes PyTensor's Numba backend use them.

They are for machines without a C++ compiler. A kernel is a compiled function of arrays, with the
same arguments as its reference in `kernels.reference`, but words are passed as integers. If the
properties of an operator decide which outputs it has, the file has a function `make_KERNEL`
instead, which returns the compiled function for an operator.
"""

import hashlib
from pathlib import Path

import numba
from pytensor.link.numba.dispatch.basic import register_funcify_and_cache_key

from network3.kernels.numba.compiling import jit
from network3.kernels.operator import KernelOp
from network3.kernels.pytensor_versions import numba_fallback, numba_key

# The kernels of the graph that PyTensor is converting, in the order of its nodes.
made: list = []


@register_funcify_and_cache_key(KernelOp)
def _kernel_of(op, node=None, **kwargs):
    """Return the function that computes an operator, and the key under which it is kept on disk."""
    try:
        compiled = _compiled(op)
    except NotImplementedError:
        return numba_fallback(op, node, **kwargs), None
    made.append(compiled)
    return compiled, numba_key(op, version(op))


def _compiled(op):
    if op.wanted() is not None:
        return op.kernel_in("numba", "make_")(op)
    kernel, codes = op.kernel_in("numba"), op.codes()
    if not codes:
        return kernel

    @jit
    def call(*arrays):
        return kernel(*arrays, *codes)

    return call


def version(op: KernelOp) -> str:
    """Return a hash of all source files that an operator's kernel may use.

    PyTensor does not compare the functions themselves.
    """
    folders = {Path(__file__).parent, op.folder("numba")}
    texts = (path.read_bytes() for folder in sorted(folders) for path in _sources(folder))
    return hashlib.sha1(b"".join(texts)).hexdigest()


def _sources(folder):
    return sorted(folder.glob("*.py"))


# Start Numba's threads. Functions from PyTensor's cache on disk need them, but do not start them.
numba.get_num_threads()

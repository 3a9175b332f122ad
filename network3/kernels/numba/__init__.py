"""The Numba kernels; importing this package makes PyTensor's Numba backend use them.

For machines without a C++ compiler. A kernel is a compiled function on arrays with the arguments of
its reference in `kernels.reference`, words as integers. For an operator with properties that decide
which outputs there are, it is a function `make_` and the kernel's name, which makes that function
for an operator.
"""

import hashlib
from pathlib import Path

import numba
from pytensor.link.numba.dispatch.basic import register_funcify_and_cache_key

from network3.kernels.numba.compiling import jit
from network3.kernels.operator import KernelOp
from network3.kernels.pytensor_versions import numba_fallback, numba_key

# The kernels of the graph that PyTensor is converting for Numba, in the order of its nodes.
made: list = []


@register_funcify_and_cache_key(KernelOp)
def _kernel_of(op, node=None, **kwargs):
    """The function that computes an operator, and under what PyTensor keeps it on disk."""
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
    """Return a hash of all the text that an operator's kernel may come from.

    PyTensor does not compare the functions themselves.
    """
    folders = {Path(__file__).parent, op.folder("numba")}
    texts = (path.read_bytes() for folder in sorted(folders) for path in _sources(folder))
    return hashlib.sha1(b"".join(texts)).hexdigest()


def _sources(folder):
    return sorted(folder.glob("*.py"))


# Functions that come from PyTensor's cache on disk need Numba's threads without compiling anything.
numba.get_num_threads()

"""theano.tensor: symbolic arrays, and functions on them."""

from pytensor.tensor import specify_shape
from pytensor.tensor.shape import SpecifyShape

from network3.theano import absent
from network3.theano.gradient import (
    Lop,
    Rop,
    consider_constant,
    grad,
    hessian,
    jacobian,
    numeric_grad,
    verify_grad,
)
from network3.theano.tensor import (
    basic,
    blas,
    elemwise,
    extra_ops,
    fft,
    nlinalg,
    nnet,
    opt,
    raw_random,
    shared_randomstreams,
    sharedvar,
    signal,
    slinalg,
    subtensor,
    type,
    type_other,
    utils,
    xlogx,
)
from network3.theano.tensor.basic import *
from network3.theano.tensor.broadcasting import *
from network3.theano.tensor.constructors import *
from network3.theano.tensor.extra_ops import (
    bartlett,
    bincount,
    cumprod,
    cumsum,
    fill_diagonal,
    fill_diagonal_offset,
    ravel_multi_index,
    repeat,
    squeeze,
    unravel_index,
)
from network3.theano.tensor.products import *
from network3.theano.tensor.sharedvar import tensor_constructor as _shared  # noqa: F401 (programs use it)
from network3.theano.tensor.sort import argsort, argtopk, sort, topk, topk_and_argtopk
from network3.theano.tensor.subtensor import *
from network3.theano.tensor.type_other import *

__all__ = [
    *sorted({*basic.__all__, *subtensor.__all__, *type_other.__all__}),
    "Lop", "Rop", "SpecifyShape", "argsort", "argtopk", "bartlett", "basic", "bincount", "blas",
    "consider_constant", "cumprod", "cumsum", "elemwise", "extra_ops", "fft", "fill_diagonal",
    "fill_diagonal_offset", "grad", "hessian", "jacobian", "nlinalg", "nnet", "numeric_grad", "opt",
    "ravel_multi_index", "raw_random", "repeat", "shared_randomstreams", "sharedvar", "signal",
    "slinalg", "sort", "specify_shape", "squeeze", "subtensor", "topk", "topk_and_argtopk", "type",
    "type_other", "unravel_index", "utils", "verify_grad", "xlogx",
]  # fmt: skip


__getattr__ = absent.names(
    __name__,
    {
        **basic.INSTEAD,
        **subtensor.INSTEAD,
        "DiffOp": "use extra_ops.diff",
        "LoadFromDisk": "use numpy.load",
        "MPIRecv": "PyTensor has no MPI",
        "MPIRecvWait": "PyTensor has no MPI",
        "MPISend": "PyTensor has no MPI",
        "MPISendWait": "PyTensor has no MPI",
        "blas_c": "PyTensor has its own C code",
        "blas_headers": "PyTensor has its own C code",
        "blas_scipy": "PyTensor has its own C code",
        "elemwise_cgen": "PyTensor has its own C code",
        "inc_code": "PyTensor has its own C code",
        "io": "read files with numpy.load; PyTensor has no MPI",
        "irecv": "PyTensor has no MPI",
        "isend": "PyTensor has no MPI",
        "load": "use numpy.load",
        "opt_uncanonicalize": "PyTensor has its own rewrites",
        "recv": "PyTensor has no MPI",
        "send": "PyTensor has no MPI",
    },
)

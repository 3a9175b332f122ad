"""Theano's constructors of variables, which theano.tensor.basic has.

`fmatrix("x")` and its like say the dtype by a letter: b, w, i, l for int8 to int64, f, d for
float32 and float64, c, z for complex64 and complex128. Without one it is `dtype`, or config.floatX.
With an s they make many at once: `fmatrices("x", "y")` or `fmatrices(2)`. Only a row's first and a
column's second dimension are broadcastable.
"""

from pytensor import config
from pytensor.tensor import (
    TensorType,
    bcol,
    bmatrix,
    brow,
    bscalar,
    btensor3,
    btensor4,
    btensor5,
    btensor6,
    btensor7,
    bvector,
    ccol,
    cmatrix,
    cols,
    crow,
    cscalar,
    ctensor3,
    ctensor4,
    ctensor5,
    ctensor6,
    ctensor7,
    cvector,
    dcol,
    dcols,
    dmatrices,
    dmatrix,
    drow,
    drows,
    dscalar,
    dscalars,
    dtensor3,
    dtensor3s,
    dtensor4,
    dtensor4s,
    dtensor5,
    dtensor5s,
    dtensor6,
    dtensor6s,
    dtensor7,
    dtensor7s,
    dvector,
    dvectors,
    fcol,
    fcols,
    fmatrices,
    fmatrix,
    frow,
    frows,
    fscalar,
    fscalars,
    ftensor3,
    ftensor3s,
    ftensor4,
    ftensor4s,
    ftensor5,
    ftensor5s,
    ftensor6,
    ftensor6s,
    ftensor7,
    ftensor7s,
    fvector,
    fvectors,
    icol,
    icols,
    imatrices,
    imatrix,
    irow,
    irows,
    iscalar,
    iscalars,
    itensor3,
    itensor3s,
    itensor4,
    itensor4s,
    itensor5,
    itensor5s,
    itensor6,
    itensor6s,
    itensor7,
    itensor7s,
    ivector,
    ivectors,
    lcol,
    lcols,
    lmatrices,
    lmatrix,
    lrow,
    lrows,
    lscalar,
    lscalars,
    ltensor3,
    ltensor3s,
    ltensor4,
    ltensor4s,
    ltensor5,
    ltensor5s,
    ltensor6,
    ltensor6s,
    ltensor7,
    ltensor7s,
    lvector,
    lvectors,
    matrices,
    rows,
    scalars,
    tensor3s,
    tensor4s,
    tensor5s,
    tensor6s,
    tensor7s,
    vectors,
    wcol,
    wrow,
    wscalar,
    wtensor3,
    wtensor4,
    wtensor5,
    wtensor6,
    wtensor7,
    wvector,
    zcol,
    zmatrix,
    zrow,
    zscalar,
    ztensor3,
    ztensor4,
    ztensor5,
    ztensor6,
    ztensor7,
    zvector,
)
from pytensor.tensor.type import wmatrix

__all__ = [
    "bcol",
    "bmatrix",
    "brow",
    "bscalar",
    "btensor3",
    "btensor4",
    "btensor5",
    "btensor6",
    "btensor7",
    "bvector",
    "ccol",
    "cmatrix",
    "col",
    "cols",
    "crow",
    "cscalar",
    "ctensor3",
    "ctensor4",
    "ctensor5",
    "ctensor6",
    "ctensor7",
    "cvector",
    "dcol",
    "dcols",
    "dmatrices",
    "dmatrix",
    "drow",
    "drows",
    "dscalar",
    "dscalars",
    "dtensor3",
    "dtensor3s",
    "dtensor4",
    "dtensor4s",
    "dtensor5",
    "dtensor5s",
    "dtensor6",
    "dtensor6s",
    "dtensor7",
    "dtensor7s",
    "dvector",
    "dvectors",
    "fcol",
    "fcols",
    "fmatrices",
    "fmatrix",
    "frow",
    "frows",
    "fscalar",
    "fscalars",
    "ftensor3",
    "ftensor3s",
    "ftensor4",
    "ftensor4s",
    "ftensor5",
    "ftensor5s",
    "ftensor6",
    "ftensor6s",
    "ftensor7",
    "ftensor7s",
    "fvector",
    "fvectors",
    "icol",
    "icols",
    "imatrices",
    "imatrix",
    "irow",
    "irows",
    "iscalar",
    "iscalars",
    "itensor3",
    "itensor3s",
    "itensor4",
    "itensor4s",
    "itensor5",
    "itensor5s",
    "itensor6",
    "itensor6s",
    "itensor7",
    "itensor7s",
    "ivector",
    "ivectors",
    "lcol",
    "lcols",
    "lmatrices",
    "lmatrix",
    "lrow",
    "lrows",
    "lscalar",
    "lscalars",
    "ltensor3",
    "ltensor3s",
    "ltensor4",
    "ltensor4s",
    "ltensor5",
    "ltensor5s",
    "ltensor6",
    "ltensor6s",
    "ltensor7",
    "ltensor7s",
    "lvector",
    "lvectors",
    "matrices",
    "matrix",
    "row",
    "rows",
    "scalar",
    "scalars",
    "tensor",
    "tensor3",
    "tensor3s",
    "tensor4",
    "tensor4s",
    "tensor5",
    "tensor5s",
    "tensor6",
    "tensor6s",
    "tensor7",
    "tensor7s",
    "vector",
    "vectors",
    "wcol",
    "wmatrix",
    "wrow",
    "wscalar",
    "wtensor3",
    "wtensor4",
    "wtensor5",
    "wtensor6",
    "wtensor7",
    "wvector",
    "zcol",
    "zmatrix",
    "zrow",
    "zscalar",
    "ztensor3",
    "ztensor4",
    "ztensor5",
    "ztensor6",
    "ztensor7",
    "zvector",
]


def tensor(dtype, broadcastable, name=None):
    """A variable with one dimension for each boolean, broadcastable where it is True."""
    return TensorType(dtype, [bool(one) for one in broadcastable])(name)


def scalar(name=None, dtype=None):
    """A variable without dimensions."""
    return tensor(dtype or config.floatX, (), name)


def vector(name=None, dtype=None):
    """A variable of one dimension."""
    return tensor(dtype or config.floatX, (False,), name)


def matrix(name=None, dtype=None):
    """A variable of two dimensions."""
    return tensor(dtype or config.floatX, (False,) * 2, name)


def row(name=None, dtype=None):
    """A matrix of one row, broadcastable in that dimension."""
    return tensor(dtype or config.floatX, (True, False), name)


def col(name=None, dtype=None):
    """A matrix of one column, broadcastable in that dimension."""
    return tensor(dtype or config.floatX, (False, True), name)


def tensor3(name=None, dtype=None):
    """A variable of three dimensions."""
    return tensor(dtype or config.floatX, (False,) * 3, name)


def tensor4(name=None, dtype=None):
    """A variable of four dimensions."""
    return tensor(dtype or config.floatX, (False,) * 4, name)


def tensor5(name=None, dtype=None):
    """A variable of five dimensions."""
    return tensor(dtype or config.floatX, (False,) * 5, name)


def tensor6(name=None, dtype=None):
    """A variable of six dimensions."""
    return tensor(dtype or config.floatX, (False,) * 6, name)


def tensor7(name=None, dtype=None):
    """A variable of seven dimensions."""
    return tensor(dtype or config.floatX, (False,) * 7, name)

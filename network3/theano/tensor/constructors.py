"""The constructors of variables in theano.tensor.basic, such as ``fmatrix("x")``.

The first letter stands for the dtype: b, w, i, l for int8, int16, int32, int64; f, d for float32,
float64; c, z for complex64, complex128. Without this letter, the dtype is `dtype` or config.floatX.
Names in the plural create several variables: ``fmatrices("x", "y")`` or ``fmatrices(2)``. Only the
first axis of a row and the second axis of a column are broadcastable.
"""

from pytensor import config

from pytensor.tensor import (  # isort: skip
    TensorType,
    bscalar, bvector, bmatrix, brow, bcol, btensor3, btensor4, btensor5, btensor6, btensor7,
    wscalar, wvector, wrow, wcol, wtensor3, wtensor4, wtensor5, wtensor6, wtensor7,
    iscalar, ivector, imatrix, irow, icol, itensor3, itensor4, itensor5, itensor6, itensor7,
    lscalar, lvector, lmatrix, lrow, lcol, ltensor3, ltensor4, ltensor5, ltensor6, ltensor7,
    fscalar, fvector, fmatrix, frow, fcol, ftensor3, ftensor4, ftensor5, ftensor6, ftensor7,
    dscalar, dvector, dmatrix, drow, dcol, dtensor3, dtensor4, dtensor5, dtensor6, dtensor7,
    cscalar, cvector, cmatrix, crow, ccol, ctensor3, ctensor4, ctensor5, ctensor6, ctensor7,
    zscalar, zvector, zmatrix, zrow, zcol, ztensor3, ztensor4, ztensor5, ztensor6, ztensor7,
    iscalars, ivectors, imatrices, irows, icols,
    itensor3s, itensor4s, itensor5s, itensor6s, itensor7s,
    lscalars, lvectors, lmatrices, lrows, lcols,
    ltensor3s, ltensor4s, ltensor5s, ltensor6s, ltensor7s,
    fscalars, fvectors, fmatrices, frows, fcols,
    ftensor3s, ftensor4s, ftensor5s, ftensor6s, ftensor7s,
    dscalars, dvectors, dmatrices, drows, dcols,
    dtensor3s, dtensor4s, dtensor5s, dtensor6s, dtensor7s,
    scalars, vectors, matrices, rows, cols, tensor3s, tensor4s, tensor5s, tensor6s, tensor7s,
)  # fmt: skip
from pytensor.tensor.type import wmatrix

__all__ = [
    "tensor", "scalar", "vector", "matrix", "row", "col",
    "tensor3", "tensor4", "tensor5", "tensor6", "tensor7",
    "bscalar", "bvector", "bmatrix", "brow", "bcol",
    "btensor3", "btensor4", "btensor5", "btensor6", "btensor7",
    "wscalar", "wvector", "wmatrix", "wrow", "wcol",
    "wtensor3", "wtensor4", "wtensor5", "wtensor6", "wtensor7",
    "iscalar", "ivector", "imatrix", "irow", "icol",
    "itensor3", "itensor4", "itensor5", "itensor6", "itensor7",
    "lscalar", "lvector", "lmatrix", "lrow", "lcol",
    "ltensor3", "ltensor4", "ltensor5", "ltensor6", "ltensor7",
    "fscalar", "fvector", "fmatrix", "frow", "fcol",
    "ftensor3", "ftensor4", "ftensor5", "ftensor6", "ftensor7",
    "dscalar", "dvector", "dmatrix", "drow", "dcol",
    "dtensor3", "dtensor4", "dtensor5", "dtensor6", "dtensor7",
    "cscalar", "cvector", "cmatrix", "crow", "ccol",
    "ctensor3", "ctensor4", "ctensor5", "ctensor6", "ctensor7",
    "zscalar", "zvector", "zmatrix", "zrow", "zcol",
    "ztensor3", "ztensor4", "ztensor5", "ztensor6", "ztensor7",
    "iscalars", "ivectors", "imatrices", "irows", "icols",
    "itensor3s", "itensor4s", "itensor5s", "itensor6s", "itensor7s",
    "lscalars", "lvectors", "lmatrices", "lrows", "lcols",
    "ltensor3s", "ltensor4s", "ltensor5s", "ltensor6s", "ltensor7s",
    "fscalars", "fvectors", "fmatrices", "frows", "fcols",
    "ftensor3s", "ftensor4s", "ftensor5s", "ftensor6s", "ftensor7s",
    "dscalars", "dvectors", "dmatrices", "drows", "dcols",
    "dtensor3s", "dtensor4s", "dtensor5s", "dtensor6s", "dtensor7s",
    "scalars", "vectors", "matrices", "rows", "cols",
    "tensor3s", "tensor4s", "tensor5s", "tensor6s", "tensor7s",
]  # fmt: skip


def tensor(dtype, broadcastable, name=None):
    """Create a variable with one axis for each boolean, which is broadcastable if it is True."""
    return TensorType(dtype, [bool(one) for one in broadcastable])(name)


def scalar(name=None, dtype=None):
    """Create a variable without dimensions."""
    return tensor(dtype or config.floatX, (), name)


def vector(name=None, dtype=None):
    """Create a variable with one dimension."""
    return tensor(dtype or config.floatX, (False,), name)


def matrix(name=None, dtype=None):
    """Create a variable with two dimensions."""
    return tensor(dtype or config.floatX, (False,) * 2, name)


def row(name=None, dtype=None):
    """Create a matrix with one row, broadcastable along the first axis."""
    return tensor(dtype or config.floatX, (True, False), name)


def col(name=None, dtype=None):
    """Create a matrix with one column, broadcastable along the second axis."""
    return tensor(dtype or config.floatX, (False, True), name)


def tensor3(name=None, dtype=None):
    """Create a variable with three dimensions."""
    return tensor(dtype or config.floatX, (False,) * 3, name)


def tensor4(name=None, dtype=None):
    """Create a variable with four dimensions."""
    return tensor(dtype or config.floatX, (False,) * 4, name)


def tensor5(name=None, dtype=None):
    """Create a variable with five dimensions."""
    return tensor(dtype or config.floatX, (False,) * 5, name)


def tensor6(name=None, dtype=None):
    """Create a variable with six dimensions."""
    return tensor(dtype or config.floatX, (False,) * 6, name)


def tensor7(name=None, dtype=None):
    """Create a variable with seven dimensions."""
    return tensor(dtype or config.floatX, (False,) * 7, name)

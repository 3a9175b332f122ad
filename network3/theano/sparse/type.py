"""theano.sparse.type: the type of sparse matrices."""

from pytensor.sparse import SparseTensorType as SparseType

from network3.theano import absent

__all__ = ["SparseType", "imported_scipy"]

imported_scipy = True

__getattr__ = absent.names(__name__)

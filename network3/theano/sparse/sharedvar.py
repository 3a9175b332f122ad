"""theano.sparse.sharedvar: shared variables that hold sparse matrices."""

from pytensor.sparse.sharedvar import SparseTensorSharedVariable, sparse_constructor

from network3.theano import absent

__all__ = ["SparseTensorSharedVariable", "sparse_constructor"]

__getattr__ = absent.names(__name__)

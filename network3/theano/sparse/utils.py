"""theano.sparse.utils: hashes of sparse matrices."""

from pytensor.sparse.variable import hash_from_sparse

from network3.theano import absent

__all__ = ["hash_from_sparse"]

__getattr__ = absent.names(__name__)

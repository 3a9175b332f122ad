"""theano.sparse: sparse matrices."""

from network3.theano import absent
from network3.theano.sparse import basic, sharedvar, type, utils
from network3.theano.sparse.basic import *
from network3.theano.sparse.sharedvar import sparse_constructor as shared
from network3.theano.sparse.type import *
from network3.theano.sparse.utils import hash_from_sparse

__all__ = [
    *sorted({*basic.__all__, *type.__all__}),
    "basic",
    "enable_sparse",
    "hash_from_sparse",
    "shared",
    "sharedvar",
    "type",
    "utils",
]

enable_sparse = True

__getattr__ = absent.names(
    __name__,
    {
        "opt": "use PyTensor's pytensor.sparse.rewriting",
        "sandbox": "PyTensor has no sparse convolution, pooling or random numbers; compute them "
        "with scipy.sparse, outside the graph",
    },
)

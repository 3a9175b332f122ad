"""theano.tensor.utils: hashes of arrays, and the shapes of a graph's variables."""

from pytensor.tensor.utils import hash_from_ndarray, shape_of_variables
from pytensor.utils import hash_from_code

from network3.theano import absent

__all__ = [
    "hash_from_code",
    "hash_from_ndarray",
    "shape_of_variables",
]


__getattr__ = absent.names(__name__)

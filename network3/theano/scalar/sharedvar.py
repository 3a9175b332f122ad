"""theano.scalar.sharedvar: shared variables that hold single numbers, for graphs of scalars."""

from pytensor.scalar.sharedvar import ScalarSharedVariable, shared

from network3.theano import absent

__all__ = ["ScalarSharedVariable", "shared"]

__getattr__ = absent.names(__name__)

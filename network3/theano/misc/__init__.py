"""theano.misc: nothing of it is here."""

from network3.theano import absent

__all__: list[str] = []

__getattr__ = absent.names(__name__, {"pkl_utils": "use pickle"})

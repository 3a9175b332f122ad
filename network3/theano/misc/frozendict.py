"""theano.misc.frozendict: an immutable dict."""

from pytensor.misc.frozendict import frozendict

from network3.theano import absent

__all__ = ["frozendict"]

__getattr__ = absent.names(__name__, {"FrozenOrderedDict": "use frozendict, which keeps the order"})

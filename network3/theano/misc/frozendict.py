"""theano.misc.frozendict: a dictionary that does not change."""

from pytensor.misc.frozendict import frozendict

from network3.theano import absent

__all__ = ["frozendict"]

__getattr__ = absent.names(__name__, {"FrozenOrderedDict": "frozendict keeps the order"})

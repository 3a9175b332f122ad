"""theano.configdefaults: the module from which some programs import `config`."""

from network3.theano import absent
from network3.theano.configparser import config

__all__ = ["config"]

__getattr__ = absent.names(__name__)

"""theano.sandbox"""

from network3.theano import absent

__getattr__ = absent.names(__name__)

"""Theano 1.0.5 by its names, on PyTensor and this package's operators.

`import network3.theano as theano`, or unchanged programs: `python -m network3.theano PROGRAM`.
"""

from network3.theano import absent

__getattr__ = absent.names(__name__)

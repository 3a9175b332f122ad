"""theano.compat.python2x, which Theano had until 0.7: what older Pythons lacked."""

from builtins import all, any
from collections import Counter, OrderedDict, defaultdict, deque
from functools import partial
from itertools import combinations, product
from sys import maxsize

__all__ = [
    "Counter",
    "OrderedDict",
    "all",
    "any",
    "combinations",
    "defaultdict",
    "deque",
    "maxsize",
    "partial",
    "product",
]

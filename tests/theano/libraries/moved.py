"""Restore names that Python and NumPy have moved or removed since Keras 2.2.4 and Lasagne 0.1."""

import collections
import collections.abc
import inspect

import numpy as np

for name in ("Callable", "Hashable", "Iterable", "Mapping", "MutableMapping", "Sequence"):
    setattr(collections, name, getattr(collections.abc, name))

ArgSpec = collections.namedtuple("ArgSpec", "args varargs keywords defaults")


def getargspec(function):
    return ArgSpec(*inspect.getfullargspec(function)[:4])


if not hasattr(inspect, "getargspec"):
    inspect.getargspec = getargspec

for kind in (bool, float, int, object):
    if kind.__name__ not in vars(np):
        setattr(np, kind.__name__, kind)

"""theano.compat.six, which Theano had until 0.7: the library six, with `moves` below it."""

import sys

import six

sys.modules[f"{__name__}.moves"] = six.moves
sys.modules[__name__] = six

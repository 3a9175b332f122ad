"""theano.tensor.signal: pooling, and convolution without feature maps."""

from network3.theano import absent
from network3.theano.tensor.signal import conv, downsample, pool

__all__ = ["conv", "downsample", "pool"]

__getattr__ = absent.names(__name__)

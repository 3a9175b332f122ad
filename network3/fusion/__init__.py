"""Replace PyTensor's operators by fewer, larger ones, for C++ and Numba.

This happens in two steps, one before and one after gradients are taken. First `fused` (layers.py)
replaces the operators of layers, so that the gradients come from the fused operators too::

    activation(pooling(x) + b)           ->  PoolActivate for max and average pooling; with the
                                             convolution before it, ConvPoolActivate, or
                                             ShortConvPoolActivate if no gradient is taken
    activation(dot(x, w) + b)            ->  FullyConnected
    -mean(log(softmax(z))[arange, y])    ->  LogLikelihood

Then `rewrites` (updates.py, classes.py) act while a function is compiled, when updates are known::

    dx, w - eta * dw, b - eta * db, w^2  ->  FullyConnectedStep, one pass over w, in place, and
                                             ConvPoolFilterStep
    argmax(softmax(z))                   ->  argmax(z)

`fused_program` (programs.py) does all of this in programs for Theano, which take gradients
themselves. `rewrites_of_programs` (products.py, softmax.py) act only there.

Everything else stays as it is, so user-defined layers and costs work beside the built-in ones.
"""

from network3.fusion import classes, products, softmax, updates
from network3.fusion.layers import fused

rewrites = (*classes.rewrites, *updates.rewrites)
rewrites_of_programs = (*products.rewrites, *softmax.rewrites)

__all__ = ["fused", "rewrites", "rewrites_of_programs"]

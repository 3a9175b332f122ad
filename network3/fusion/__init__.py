"""Fewer, larger operators in place of PyTensor's, for C++ and Numba: the same numbers, faster.

It is done in two steps, because gradients are taken in between. `fused` (layers.py) exchanges what
a layer computes before the gradient is taken, so that the gradients come from the fused operators
too:

    activation(pooling(x) + b)           ->  PoolActivate for max and average pooling; with the
                                             convolution before it, ConvPoolActivate, or
                                             ShortConvPoolActivate if no gradient is taken
    activation(dot(x, w) + b)            ->  FullyConnected
    -mean(log(softmax(z))[arange, y])    ->  LogLikelihood

`rewrites` (updates.py, classes.py) then act while a function is compiled, where updates are known:

    dx, w - eta * dw, b - eta * db, w^2  ->  FullyConnectedStep, one pass over w, in place, and
                                             ConvPoolFilterStep
    argmax(softmax(z))                   ->  argmax(z)

`fused_program` (programs.py) does all of this in programs for Theano, which take gradients
themselves.

What matches none of this stays as it is: layers and costs of the user's own work among ours.
"""

from network3.fusion import classes, updates
from network3.fusion.layers import fused

rewrites = (*classes.rewrites, *updates.rewrites)

__all__ = ["fused", "rewrites"]

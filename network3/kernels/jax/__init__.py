"""The JAX kernels, registered with PyTensor's JAX linker by importing this package.

A kernel is a function on JAX arrays with the signature of its reference in `kernels.reference`.
"""

import jax.numpy as jnp
import numpy as np
from pytensor.link.jax.dispatch import jax_funcify

from network3.kernels.jax import (
    conv2d,
    counts,
    dropout_mask,
    l2_pool2d,
    max_pool2d,
    philox_words,
)
from network3.ops.conv2d import Conv2D, Conv2DFilterGradient, Conv2DInputGradient
from network3.ops.counts import BinomialCount, PoissonCount
from network3.ops.dropout_mask import DropoutMask
from network3.ops.l2_pool2d import L2Pool2D, L2Pool2DGradient
from network3.ops.max_pool2d import MaxPool2D, MaxPool2DGradient
from network3.ops.philox_words import PhiloxWords

KERNELS = {
    Conv2D: conv2d.conv2d,
    Conv2DInputGradient: conv2d.conv2d_input_gradient,
    Conv2DFilterGradient: conv2d.conv2d_filter_gradient,
    MaxPool2D: max_pool2d.max_pool2d,
    MaxPool2DGradient: max_pool2d.max_pool2d_gradient,
    L2Pool2D: l2_pool2d.l2_pool2d,
    L2Pool2DGradient: l2_pool2d.l2_pool2d_gradient,
    DropoutMask: dropout_mask.dropout_mask,
    PhiloxWords: philox_words.philox_words,
}


def _kernel_of(op, node, **kwargs):
    kernel = KERNELS[type(op)]
    numbers = [getattr(op, name) for name in op.numbers]

    def checked(*arrays):
        # Sizes that were not known when the graph was built are known when JAX traces it; its own
        # convolution gives an empty result where a filter does not fit.
        types = [x.type.clone(shape=np.shape(a)) for x, a in zip(node.inputs, arrays, strict=True)]
        op.check(*(t() for t in types))
        # Where JAX has 64-bit numbers, operators of PyTensor give float64 in a graph in float32.
        # Constant scalars come as Python's numbers.
        arrays = [jnp.asarray(a, t.dtype) for t, a in zip(types, arrays, strict=True)]
        return kernel(*arrays, *numbers)

    return checked


def _count_of(op, **kwargs):
    return {PoissonCount: counts.poisson_count, BinomialCount: counts.binomial_count}[type(op)]


for operator in KERNELS:
    jax_funcify.register(operator)(_kernel_of)
for count in (PoissonCount, BinomialCount):
    jax_funcify.register(count)(_count_of)

"""The JAX kernels, registered with PyTensor's JAX linker by importing this package.

A kernel is a function on JAX arrays with the signature of its reference in `kernels.reference`.
"""

from pytensor.link.jax.dispatch import jax_funcify

from network3.kernels.jax import conv2d, dropout_mask, l2_pool2d, max_pool2d
from network3.ops.conv2d import Conv2D, Conv2DFilterGradient, Conv2DInputGradient
from network3.ops.dropout_mask import DropoutMask
from network3.ops.l2_pool2d import L2Pool2D, L2Pool2DGradient
from network3.ops.max_pool2d import MaxPool2D, MaxPool2DGradient

KERNELS = {
    Conv2D: conv2d.conv2d,
    Conv2DInputGradient: conv2d.conv2d_input_gradient,
    Conv2DFilterGradient: conv2d.conv2d_filter_gradient,
    MaxPool2D: max_pool2d.max_pool2d,
    MaxPool2DGradient: max_pool2d.max_pool2d_gradient,
    L2Pool2D: l2_pool2d.l2_pool2d,
    L2Pool2DGradient: l2_pool2d.l2_pool2d_gradient,
    DropoutMask: dropout_mask.dropout_mask,
}


def _kernel_of(op, node, **kwargs):
    kernel = KERNELS[type(op)]
    numbers = [getattr(op, name) for name in op.numbers]

    def checked(*arrays):
        # Sizes that were not known when the graph was built are known when JAX traces it; its own
        # convolution gives an empty result where a filter does not fit.
        types = [x.type.clone(shape=a.shape) for x, a in zip(node.inputs, arrays, strict=True)]
        op.check(*(t() for t in types))
        # Where JAX has 64-bit numbers, operators of PyTensor give float64 in a graph in float32.
        arrays = [a.astype(t.dtype) for t, a in zip(types, arrays, strict=True)]
        return kernel(*arrays, *numbers)

    return checked


for operator in KERNELS:
    jax_funcify.register(operator)(_kernel_of)

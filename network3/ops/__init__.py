"""The operators that the book's networks need and PyTensor lacks: types, shapes and gradients.

The arithmetic is elsewhere: a kernel in `network3.kernels` computes each operator.
"""

from network3.ops.average_pool2d import average_pool2d
from network3.ops.conv2d import conv2d, conv2d_filter_gradient, conv2d_input_gradient
from network3.ops.dropout_mask import dropout_mask
from network3.ops.l2_pool2d import l2_pool2d
from network3.ops.max_pool2d import max_pool2d

__all__ = [
    "average_pool2d",
    "conv2d",
    "conv2d_filter_gradient",
    "conv2d_input_gradient",
    "dropout_mask",
    "l2_pool2d",
    "max_pool2d",
]

"""The Numba kernels, registered with PyTensor's Numba linker by importing this package.

For machines without a C++ compiler. A kernel is a compiled function on arrays with the signature of
its reference in `kernels.reference`.
"""

import hashlib
from pathlib import Path

import numba
from pytensor.link.numba.dispatch.basic import register_funcify_default_op_cache_key

from network3.kernels.numba import (
    conv2d,
    conv_pool_activate,
    dropout_mask,
    fully_connected,
    l2_pool2d,
    log_likelihood,
    max_pool2d,
    philox_words,
    pool_activate,
)
from network3.kernels.numba.compiling import jit
from network3.ops.conv2d import Conv2D, Conv2DFilterGradient, Conv2DInputGradient
from network3.ops.conv_pool_activate import (
    ConvPoolActivate,
    ConvPoolFilterGradient,
    ConvPoolFilterStep,
    ConvPoolInputGradient,
    ShortConvPoolActivate,
)
from network3.ops.dropout_mask import DropoutMask
from network3.ops.fully_connected import FullyConnected, FullyConnectedGradient, FullyConnectedStep
from network3.ops.l2_pool2d import L2Pool2D, L2Pool2DGradient
from network3.ops.log_likelihood import LogLikelihood, LogLikelihoodGradient
from network3.ops.max_pool2d import MaxPool2D, MaxPool2DGradient
from network3.ops.philox_words import PhiloxWords
from network3.ops.pool_activate import PoolActivate, PoolActivateGradient

KERNELS = {
    Conv2D: conv2d.conv2d,
    Conv2DInputGradient: conv2d.conv2d_input_gradient,
    Conv2DFilterGradient: conv2d.conv2d_filter_gradient,
    ConvPoolActivate: conv_pool_activate.conv_pool_activate,
    ConvPoolFilterGradient: conv_pool_activate.conv_pool_filter_gradient,
    ConvPoolInputGradient: conv_pool_activate.conv_pool_input_gradient,
    ShortConvPoolActivate: conv_pool_activate.short_conv_pool_activate,
    MaxPool2D: max_pool2d.max_pool2d,
    MaxPool2DGradient: max_pool2d.max_pool2d_gradient,
    L2Pool2D: l2_pool2d.l2_pool2d,
    L2Pool2DGradient: l2_pool2d.l2_pool2d_gradient,
    DropoutMask: dropout_mask.dropout_mask,
    PhiloxWords: philox_words.philox_words,
    PoolActivate: pool_activate.pool_activate,
    PoolActivateGradient: pool_activate.pool_activate_gradient,
    FullyConnected: fully_connected.fully_connected,
    FullyConnectedGradient: fully_connected.fully_connected_gradient,
    LogLikelihood: log_likelihood.log_likelihood,
    LogLikelihoodGradient: log_likelihood.log_likelihood_gradient,
}


def version(folder):
    """A hash of the kernels' text. PyTensor keeps compiled functions on disk under it, and does not
    compare the functions themselves."""
    text = b"".join(path.read_bytes() for path in sorted(folder.glob("*.py")))
    return int(hashlib.sha1(text).hexdigest(), 16)


VERSION = version(Path(__file__).parent)


def _kernel_of(op, **kwargs):
    kernel, numbers = KERNELS[type(op)], tuple(getattr(op, name) for name in op.numbers)
    if not numbers:
        return kernel, VERSION

    @jit
    def call(*arrays):
        return kernel(*arrays, *numbers)

    return call, VERSION


STEPS = {
    ConvPoolFilterStep: conv_pool_activate.conv_pool_filter_step,
    FullyConnectedStep: fully_connected.fully_connected_step,
}


def _step_of(op, **kwargs):
    return STEPS[type(op)](op), VERSION


for operator in KERNELS:
    register_funcify_default_op_cache_key(operator)(_kernel_of)
for operator in STEPS:
    register_funcify_default_op_cache_key(operator)(_step_of)

# Functions that come from PyTensor's cache on disk need Numba's threads without compiling anything.
numba.get_num_threads()

"""Convolutions of any form, and their gradients, as functions."""

from typing import Any

from pytensor.tensor.variable import TensorVariable

from network3.theano import absent
from network3.theano.tensor.nnet.bilinear import (
    bilinear_kernel_1D,
    bilinear_kernel_2D,
    bilinear_upsampling,
    frac_bilinear_upsampling,
)
from network3.theano.tensor.nnet.conv_ops import (
    AbstractConv,
    AbstractConv2d,
    AbstractConv2d_gradInputs,
    AbstractConv2d_gradWeights,
    AbstractConv3d,
    AbstractConv3d_gradInputs,
    AbstractConv3d_gradWeights,
    AbstractConv_gradInputs,
    AbstractConv_gradWeights,
    BaseAbstractConv,
)
from network3.theano.tensor.nnet.conv_shapes import (
    border_mode_to_pad,
    check_conv_gradinputs_shape,
    get_conv_gradinputs_shape,
    get_conv_gradinputs_shape_1axis,
    get_conv_gradweights_shape,
    get_conv_gradweights_shape_1axis,
    get_conv_output_shape,
    get_conv_shape_1axis,
    static,
)
from network3.theano.tensor.nnet.separable_conv import (
    causal_conv1d,
    separable_conv2d,
    separable_conv3d,
)

__all__ = [
    "AbstractConv",
    "AbstractConv2d",
    "AbstractConv2d_gradInputs",
    "AbstractConv2d_gradWeights",
    "AbstractConv3d",
    "AbstractConv3d_gradInputs",
    "AbstractConv3d_gradWeights",
    "AbstractConv_gradInputs",
    "AbstractConv_gradWeights",
    "BaseAbstractConv",
    "bilinear_kernel_1D",
    "bilinear_kernel_2D",
    "bilinear_upsampling",
    "border_mode_to_pad",
    "causal_conv1d",
    "check_conv_gradinputs_shape",
    "conv2d",
    "conv2d_grad_wrt_inputs",
    "conv2d_grad_wrt_weights",
    "conv3d",
    "conv3d_grad_wrt_inputs",
    "conv3d_grad_wrt_weights",
    "frac_bilinear_upsampling",
    "get_conv_gradinputs_shape",
    "get_conv_gradinputs_shape_1axis",
    "get_conv_gradweights_shape",
    "get_conv_gradweights_shape_1axis",
    "get_conv_output_shape",
    "get_conv_shape_1axis",
    "separable_conv2d",
    "separable_conv3d",
]


def conv2d(
    input: Any,
    filters: Any,
    input_shape=None,
    filter_shape=None,
    border_mode="valid",
    subsample=(1, 1),
    filter_flip=True,
    filter_dilation=(1, 1),
    num_groups=1,
    unshared=False,
) -> TensorVariable:
    """The convolution (N, K, P, Q) of images (N, C, H, W) with filters (K, C, R, S).

    The default is the book's: a true convolution, borders cut off, stride 1, and is computed by
    this package's fast kernel at once. `BaseAbstractConv` explains the other arguments;
    `input_shape` and `filter_shape` are its `imshp` and `kshp`.

    Raises
    ------
    TypeError, ValueError
        For another form, dimensions, dtypes or sizes that do not fit.
    """
    form = border_mode, subsample, filter_flip, filter_dilation, num_groups, unshared
    return AbstractConv2d(input_shape, filter_shape, *form)(input, filters)


def conv2d_grad_wrt_inputs(
    output_grad: Any,
    filters: Any,
    input_shape,
    filter_shape=None,
    border_mode="valid",
    subsample=(1, 1),
    filter_flip=True,
    filter_dilation=(1, 1),
    num_groups=1,
    unshared=False,
) -> TensorVariable:
    """The gradient (N, C, H, W) for the images of `conv2d`, from that for its output (N, K, P, Q).

    `input_shape` is (N, C, H, W): N and C may be None, H and W may be symbolic.
    """
    form = border_mode, subsample, filter_flip, filter_dilation, num_groups, unshared
    gradient = AbstractConv2d_gradInputs(_known(input_shape, 4), filter_shape, *form)
    return gradient(filters, output_grad, input_shape[-2:])


def conv2d_grad_wrt_weights(
    input: Any,
    output_grad: Any,
    filter_shape,
    input_shape=None,
    border_mode="valid",
    subsample=(1, 1),
    filter_flip=True,
    filter_dilation=(1, 1),
    num_groups=1,
    unshared=False,
) -> TensorVariable:
    """The gradient (K, C, R, S) for the filters of `conv2d`, from that for its output.

    `filter_shape` is (K, C, R, S), or (K, P, Q, C, R, S) where unshared: R and S may be symbolic,
    the others may be None.
    """
    form = border_mode, subsample, filter_flip, filter_dilation, num_groups, unshared
    known = _known(filter_shape, 6 if unshared else 4)
    gradient = AbstractConv2d_gradWeights(input_shape, known, *form)
    return gradient(input, output_grad, filter_shape[-2:])


def conv3d(
    input: Any,
    filters: Any,
    input_shape=None,
    filter_shape=None,
    border_mode="valid",
    subsample=(1, 1, 1),
    filter_flip=True,
    filter_dilation=(1, 1, 1),
    num_groups=1,
) -> TensorVariable:
    """The convolution (N, K, O, P, Q) of (N, C, D, H, W) with filters (K, C, L, R, S)."""
    form = border_mode, subsample, filter_flip, filter_dilation, num_groups
    return AbstractConv3d(input_shape, filter_shape, *form)(input, filters)


def conv3d_grad_wrt_inputs(
    output_grad: Any,
    filters: Any,
    input_shape,
    filter_shape=None,
    border_mode="valid",
    subsample=(1, 1, 1),
    filter_flip=True,
    filter_dilation=(1, 1, 1),
    num_groups=1,
) -> TensorVariable:
    """The gradient (N, C, D, H, W) for the images of `conv3d`, as `conv2d_grad_wrt_inputs`."""
    form = border_mode, subsample, filter_flip, filter_dilation, num_groups
    gradient = AbstractConv3d_gradInputs(_known(input_shape, 5), filter_shape, *form)
    return gradient(filters, output_grad, input_shape[-3:])


def conv3d_grad_wrt_weights(
    input: Any,
    output_grad: Any,
    filter_shape,
    input_shape=None,
    border_mode="valid",
    subsample=(1, 1, 1),
    filter_flip=True,
    filter_dilation=(1, 1, 1),
    num_groups=1,
) -> TensorVariable:
    """The gradient (K, C, L, R, S) for the filters of `conv3d`, as `conv2d_grad_wrt_weights`."""
    form = border_mode, subsample, filter_flip, filter_dilation, num_groups
    gradient = AbstractConv3d_gradWeights(input_shape, _known(filter_shape, 5), *form)
    return gradient(input, output_grad, filter_shape[-3:])


def _known(shape, length):
    """The sizes that are known of a gradient's; the others are symbolic or None."""
    if not hasattr(shape, "__len__") or len(shape) != length:
        raise ValueError(f"got a shape {shape!r}: it must have {length} sizes")
    return tuple(static(n) for n in shape)


__getattr__ = absent.names(
    __name__,
    {
        "assert_conv_shape": "sizes are checked by the convolution itself",
        "assert_shape": "use theano.tensor.specify_shape",
    },
)

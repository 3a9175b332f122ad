"""Theano's first convolution, which older programs call; Theano had long deprecated it."""

import warnings
from typing import Any

from pytensor.tensor.exceptions import NotScalarConstantError
from pytensor.tensor.variable import TensorVariable

from network3.ops.checking import checked_shape
from network3.theano import absent
from network3.theano.tensor.nnet.conv_ops import AbstractConv2d
from network3.theano.tensor.nnet.conv_shapes import (
    get_conv_output_shape,
    get_conv_shape_1axis,
    static,
)

__all__ = ["ConvOp", "conv2d", "get_conv_output_shape", "get_conv_shape_1axis"]

# These arguments changed the C code that Theano generated, or what it printed, but no result.
_WITHOUT_EFFECT = {
    "direction_hint",
    "openmp",
    "unroll_batch",
    "unroll_kern",
    "unroll_patch",
    "verbose",
    "version",
}


def conv2d(
    input: Any,
    filters: Any,
    image_shape=None,
    filter_shape=None,
    border_mode="valid",
    subsample=(1, 1),
    **kargs,
) -> TensorVariable:
    """Convolve images with filters, and warn to use `nnet.conv2d` instead, as Theano does.

    Parameters
    ----------
    input : tensor (N, C, H, W)
    filters : tensor (K, C, R, S)
    image_shape, filter_shape : tuples of four ints or None, optional
        The sizes that are known.
    border_mode : "valid" or "full"
    subsample : (int, int)
        The strides.
    **kargs
        `unroll_batch`, `unroll_kern`, `unroll_patch`, `version`, `verbose`, `openmp` and
        `direction_hint` have no effect.

    Returns
    -------
    tensor (N, K, P, Q)

    Raises
    ------
    ValueError
        If `border_mode` is neither "valid" nor "full", or if sizes do not match.
    NotScalarConstantError
        If a size is symbolic.
    TypeError
        If there is any other argument.
    """
    warnings.warn(
        "theano.tensor.nnet.conv.conv2d is deprecated. Use theano.tensor.nnet.conv2d instead.",
        stacklevel=2,
    )
    _without_effect(kargs)
    return _convolution(image_shape, filter_shape, border_mode, subsample)(input, filters)


class ConvOp:
    """A convolution that is constructed with its sizes, then called with images and filters.

    Parameters
    ----------
    imshp : (C, H, W)
    kshp : (R, S)
    nkern, bsize : int
        K and N.
    dx, dy : int
        The strides along H and W.
    output_mode : "valid" or "full"
    **kargs
        As for `conv2d`.
    """

    def __init__(
        self,
        imshp=None,
        kshp=None,
        nkern=None,
        bsize=None,
        dx=1,
        dy=1,
        output_mode="valid",
        **kargs,
    ):
        _without_effect(kargs)
        images = (bsize, *((None, None, None) if imshp is None else imshp))
        filters = (nkern, images[1], *((None, None) if kshp is None else kshp))
        self._convolution = _convolution(images, filters, output_mode, (dx, dy))

    @staticmethod
    def getOutputShape(inshp, kshp, stride=(1, 1), mode="valid") -> tuple:
        """Return (P, Q) from the sizes of images (H, W) and filters (R, S)."""
        return tuple(map(get_conv_shape_1axis, inshp, kshp, 2 * (mode,), stride))

    def __call__(self, inputs: Any, kerns: Any) -> TensorVariable:
        """Return a tensor (N, K, P, Q) from images (N, C, H, W) and filters (K, C, R, S)."""
        return self._convolution(inputs, kerns)


def _convolution(image_shape, filter_shape, border_mode, subsample):
    if border_mode not in ("valid", "full"):
        raise ValueError(
            f"conv.conv2d got border_mode {border_mode!r}: it must be 'valid' or 'full'; for other "
            f"modes use nnet.conv2d"
        )
    sizes = _sizes("image_shape", image_shape), _sizes("filter_shape", filter_shape)
    return _Convolution(*sizes, border_mode, subsample)


class _Convolution(AbstractConv2d):
    """`AbstractConv2d` that raises a ValueError for images or filters of another shape."""

    @staticmethod
    def _specified(x, shape):
        return checked_shape(x, shape, "conv.conv2d got another shape than declared")


def _sizes(name, shape):
    if shape is None or all(n is None or static(n) is not None for n in shape):
        return shape
    raise NotScalarConstantError(
        f"conv.conv2d got {name}={tuple(shape)!r}: each size must be a number, or None if it is "
        "not known"
    )


def _without_effect(arguments):
    unknown = {k: v for k, v in arguments.items() if k not in _WITHOUT_EFFECT}
    # Without logical sizes, which are refused below, this argument has no effect.
    unknown.pop("kshp_logical_top_aligned", None)
    wanted = [name for name, value in unknown.items() if value is not None]
    if wanted:
        raise TypeError(
            f"conv.conv2d got the argument {wanted[0]}, which it does not have: to stretch images "
            f"or filters use nnet.conv2d's filter_dilation, or conv2d_grad_wrt_inputs with "
            f"subsample"
        )


__getattr__ = absent.names(
    __name__, {"gen_conv_code_unroll_batch_kern": "it generated Theano's C code"}
)

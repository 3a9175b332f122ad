"""Theano's first convolution, long deprecated there, as older programs call it."""

import warnings
from typing import Any

from pytensor.tensor.variable import TensorVariable

from network3.theano import absent
from network3.theano.tensor.nnet.conv_ops import AbstractConv2d
from network3.theano.tensor.nnet.conv_shapes import get_conv_output_shape, get_conv_shape_1axis

__all__ = ["ConvOp", "conv2d", "get_conv_output_shape", "get_conv_shape_1axis"]

# How Theano's C code was written, or what it printed: nothing that changes a result.
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
    """The convolution (N, K, P, Q) of images (N, C, H, W) with filters (K, C, R, S).

    Warns that `nnet.conv2d` is to be used, as Theano does.

    Parameters
    ----------
    image_shape, filter_shape : four sizes, None where not known
    border_mode : "valid" or "full"
    subsample : two ints
    kargs : `unroll_batch`, `unroll_kern`, `unroll_patch`, `version`, `verbose`, `openmp`,
        `direction_hint`
        Without effect.

    Raises
    ------
    ValueError
        For another border mode, or sizes that do not fit.
    TypeError
        For another argument.
    """
    warnings.warn(
        "theano.tensor.nnet.conv.conv2d is deprecated. Use theano.tensor.nnet.conv2d instead.",
        stacklevel=2,
    )
    _without_effect(kargs)
    return _convolution(image_shape, filter_shape, border_mode, subsample)(input, filters)


class ConvOp:
    """A convolution made with its sizes, then called with images and filters.

    Parameters
    ----------
    imshp : (C, H, W)
    kshp : (R, S)
    nkern, bsize : ints
        K and N.
    dx, dy : ints
        The steps from one output to the next, down and across.
    output_mode : "valid" or "full"
    kargs : as for `conv2d`
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
        """(P, Q) from the sizes of images (H, W) and filters (R, S)."""
        return tuple(map(get_conv_shape_1axis, inshp, kshp, 2 * (mode,), stride))

    def __call__(self, inputs: Any, kerns: Any) -> TensorVariable:
        """(N, K, P, Q) from (N, C, H, W) and (K, C, R, S)."""
        return self._convolution(inputs, kerns)


def _convolution(image_shape, filter_shape, border_mode, subsample):
    if border_mode not in ("valid", "full"):
        raise ValueError(
            f"conv.conv2d got border_mode {border_mode!r}: it knows 'valid' and 'full', the others "
            f"are in nnet.conv2d"
        )
    return AbstractConv2d(image_shape, filter_shape, border_mode, subsample)


def _without_effect(arguments):
    unknown = {k: v for k, v in arguments.items() if k not in _WITHOUT_EFFECT}
    # The logical sizes left as they are ask for nothing.
    unknown.pop("kshp_logical_top_aligned", None)
    wanted = [name for name, value in unknown.items() if value is not None]
    if wanted:
        raise TypeError(
            f"got the argument {wanted[0]}, which is not there: to stretch images or filters "
            f"use nnet.conv2d's filter_dilation, or conv2d_grad_wrt_inputs with subsample"
        )


__getattr__ = absent.names(
    __name__, {"gen_conv_code_unroll_batch_kern": "it was part of Theano's C generator"}
)

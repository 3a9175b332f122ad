"""The sizes of a convolution's images, filters and output, each computed from the other two.

Sizes are ints, symbolic, or None if unknown. A size that depends on an unknown one is None.
"""

import numpy as np
import pytensor.tensor as T
from pytensor.raise_op import Assert
from pytensor.tensor.exceptions import NotScalarConstantError

from network3.theano.configparser import config

__all__ = [
    "assert_conv_shape",
    "assert_shape",
    "border_mode_to_pad",
    "check_conv_gradinputs_shape",
    "get_conv_gradinputs_shape",
    "get_conv_gradinputs_shape_1axis",
    "get_conv_gradweights_shape",
    "get_conv_gradweights_shape_1axis",
    "get_conv_output_shape",
    "get_conv_shape_1axis",
]


def get_conv_output_shape(
    image_shape, kernel_shape, border_mode, subsample, filter_dilation=None
) -> tuple:
    """Return the shape (N, K, P, Q) of the output of a convolution.

    Parameters
    ----------
    image_shape : (N, C, H, W) or (N, C, D, H, W)
    kernel_shape : (K, C, R, S) or (K, C, L, R, S), or (K, P, Q, C, R, S) for unshared filters
    border_mode, subsample, filter_dilation
        As for `BaseAbstractConv`.
    """
    images, filters = image_shape[2:], kernel_shape[-len(image_shape[2:]) :]
    sizes = _by_axis(get_conv_shape_1axis, images, filters, border_mode, subsample, filter_dilation)
    return image_shape[0], kernel_shape[0], *sizes


def get_conv_shape_1axis(image_shape, kernel_shape, border_mode, subsample, dilation=1):
    """Return the size of the output along one axis, which is below 1 if the filter does not fit.

    `border_mode` is "valid", "full", "half", an int, or a pair of ints.
    """
    if None in (image_shape, kernel_shape, border_mode, subsample, dilation):
        return None
    extent = (kernel_shape - 1) * dilation + 1
    before, after = pad_1axis(border_mode, extent)
    return (image_shape + before + after - extent) // subsample + 1


def get_conv_gradinputs_shape(
    kernel_shape, top_shape, border_mode, subsample, filter_dilation=None, num_groups=1
) -> tuple:
    """Return the shape (N, C, H, W) of the images of a convolution.

    Parameters
    ----------
    kernel_shape : (K, C, R, S)
    top_shape : (N, K, P, Q)
    border_mode, subsample, filter_dilation, num_groups
        As for `BaseAbstractConv`.

    Returns
    -------
    tuple of int and None
        A size is None if the stride along its axis is not 1, because several sizes are possible.
    """
    filters, top = kernel_shape[-len(top_shape[2:]) :], top_shape[2:]
    sizes = _by_axis(
        get_conv_gradinputs_shape_1axis, filters, top, border_mode, subsample, filter_dilation
    )
    maps = kernel_shape[-len(top) - 1]
    return top_shape[0], None if maps is None else maps * num_groups, *sizes


def get_conv_gradinputs_shape_1axis(kernel_shape, top_shape, border_mode, subsample, dilation):
    """Return the size of the images along one axis, or None if the stride is not 1."""
    if None in (kernel_shape, top_shape, border_mode, subsample, dilation) or subsample != 1:
        return None
    extent = (kernel_shape - 1) * dilation + 1
    before, after = pad_1axis(border_mode, extent)
    return top_shape + extent - 1 - before - after


def get_conv_gradweights_shape(
    image_shape,
    top_shape,
    border_mode,
    subsample,
    filter_dilation=None,
    num_groups=1,
    unshared=False,
) -> tuple:
    """Return the shape (K, C, R, S) of the filters of a convolution.

    Parameters
    ----------
    image_shape : (N, C, H, W)
    top_shape : (N, K, P, Q)
    border_mode, subsample, filter_dilation, num_groups, unshared
        As for `BaseAbstractConv`.

    Returns
    -------
    tuple of int and None
        (K, P, Q, C, R, S) if `unshared` is true. A size is None if the stride is not 1 or the
        border mode is "half", because several sizes are possible.
    """
    images, top = image_shape[2:], top_shape[2:]
    sizes = _by_axis(
        get_conv_gradweights_shape_1axis, images, top, border_mode, subsample, filter_dilation
    )
    maps = None if image_shape[1] is None else image_shape[1] // num_groups
    return top_shape[1], *(top if unshared else ()), maps, *sizes


def get_conv_gradweights_shape_1axis(image_shape, top_shape, border_mode, subsample, dilation):
    """Return the size of the filters along one axis, or None if several sizes are possible."""
    if None in (image_shape, top_shape, border_mode, subsample, dilation):
        return None
    if subsample != 1 or isinstance(border_mode, str) and border_mode == "half":
        return None
    if isinstance(border_mode, str) and border_mode == "full":
        extent = top_shape - image_shape + 1
    else:
        before, after = pad_1axis(border_mode, None)
        extent = image_shape + before + after - top_shape + 1
    return (extent - 1) // dilation + 1


def check_conv_gradinputs_shape(
    image_shape, kernel_shape, output_shape, border_mode, subsample, filter_dilation=None
) -> bool:
    """Return whether images and filters of these shapes can give an output of this shape.

    Unknown and symbolic sizes match any size.
    """
    dimensions = {len(image_shape), len(kernel_shape), len(output_shape), 2 + len(subsample)}
    if filter_dilation is not None:
        dimensions.add(2 + len(filter_dilation))
    if len(dimensions) > 1:
        return False
    computed = get_conv_output_shape(
        image_shape, kernel_shape, border_mode, subsample, filter_dilation
    )
    pairs = [(static(a), static(b)) for a, b in zip(output_shape, computed, strict=True)]
    return all(a is None or b is None or a == b for a, b in pairs)


def assert_conv_shape(shape) -> tuple:
    """Return the sizes; a symbolic one raises an AssertionError when it is computed and wrong.

    Raises
    ------
    ValueError
        If one of the first two sizes is negative, or one of the others not positive.
    """
    return tuple(_checked_size(i, n, 0 if i < 2 else 1) for i, n in enumerate(shape))


def _checked_size(i, n, least):
    wrong = "< 0" if least == 0 else "<= 0"
    known = static(n)
    if known is None:
        message = f"The convolution would produce an invalid shape (dim[{i}] {wrong})."
        return Assert(message)(n, T.ge(n, least))
    if known < least:
        raise ValueError(
            f"The convolution would produce an invalid shape (dim[{i}]: {known} {wrong})."
        )
    return n


def assert_shape(x, expected_shape, msg="Unexpected shape."):
    """Return `x`; it raises an AssertionError if it is computed with another shape.

    Sizes that are None are not checked. Without ``config.conv.assert_shape``, none is.
    """
    if expected_shape is None or not config.conv.assert_shape:
        return x
    tests = [T.eq(x.shape[i], n) for i, n in enumerate(expected_shape) if n is not None]
    return Assert(msg)(x, *tests) if tests else x


def border_mode_to_pad(mode, convdim, kshp) -> tuple:
    """Return the padding (before, after) for each of `convdim` axes.

    Parameters
    ----------
    mode
        The border mode, as for `BaseAbstractConv`.
    convdim : int
    kshp : tuple of int
        The sizes of the filters along the axes.
    """
    return tuple(pad_1axis(m, size) for m, size in zip(by_axis(mode, convdim), kshp, strict=True))


def by_axis(border_mode, axes) -> tuple:
    """Return a border mode for each axis: "valid", "full", "half" or a pair (before, after).

    Raises
    ------
    ValueError
        If `border_mode` is not one of these words, a nonnegative int, or a tuple with an int or a
        pair of ints for each axis.
    """
    if isinstance(border_mode, str) and border_mode in ("valid", "full", "half"):
        return axes * (border_mode,)
    sides = border_mode if isinstance(border_mode, tuple | list) else axes * (border_mode,)
    pairs = tuple(tuple(s) if isinstance(s, tuple | list) else (s, s) for s in sides)
    if len(pairs) != axes or not all(len(p) == 2 and all(map(_is_size, p)) for p in pairs):
        raise ValueError(
            f"border_mode is {border_mode!r}: it must be 'valid', 'full', 'half', a nonnegative "
            f"integer, or for each of the {axes} axes an integer or a pair (before, after)"
        )
    return pairs


def pad_1axis(border_mode, extent) -> tuple:
    """Return the padding (before, after) along one axis, for filters that extend over `extent`."""
    if isinstance(border_mode, str):
        width = {"valid": lambda: 0, "full": lambda: extent - 1, "half": lambda: extent // 2}
        return 2 * (width[border_mode](),)
    before, after = border_mode if isinstance(border_mode, tuple | list) else 2 * (border_mode,)
    return before, after


def sizes(x) -> list:
    """Return the size of each dimension of a variable, as an int if it is known, else symbolic."""
    return [x.shape[i] if n is None else n for i, n in enumerate(x.type.shape)]


def static(size) -> int | None:
    """Return a size as an int, or None if it is only known when it is computed."""
    if size is None:
        return None
    try:
        return int(T.get_scalar_constant_value(size))
    except NotScalarConstantError:
        return None


def _by_axis(rule, first, second, border_mode, subsample, dilation):
    axes = len(subsample)
    dilation = axes * (1,) if dilation is None else dilation
    modes = border_mode if _symbolic(border_mode) else by_axis(border_mode, axes)
    return tuple(map(rule, first, second, modes, subsample, dilation))


def _symbolic(border_mode):
    """Return whether a border mode is a tuple with symbolic sizes, which cannot be checked yet."""
    return isinstance(border_mode, tuple | list) and any(
        isinstance(side, T.TensorVariable) for side in border_mode
    )


def _is_size(n):
    return isinstance(n, int | np.integer) and n >= 0

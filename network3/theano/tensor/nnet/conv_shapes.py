"""The sizes of a convolution's images, filters and output, each from the other two.

Sizes are ints, symbolic, or None where unknown; what follows from an unknown size is None.
"""

import numpy as np
import pytensor.tensor as T
from pytensor.tensor.exceptions import NotScalarConstantError

__all__ = [
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
    """(N, K, P, Q) from the images' (N, C, H, W) and the filters' (K, C, R, S), or with one more
    dimension each. Filters for unshared convolution are (K, P, Q, C, R, S)."""
    images, filters = image_shape[2:], kernel_shape[-len(image_shape[2:]) :]
    sizes = _by_axis(get_conv_shape_1axis, images, filters, border_mode, subsample, filter_dilation)
    return image_shape[0], kernel_shape[0], *sizes


def get_conv_shape_1axis(image_shape, kernel_shape, border_mode, subsample, dilation=1):
    """The size of the output along one axis; 0 where a filter does not fit.

    `border_mode` is "valid", "full", "half", an int, or a pair of ints.
    """
    if None in (image_shape, kernel_shape, border_mode, subsample, dilation):
        return None
    extent = (kernel_shape - 1) * dilation + 1
    before, after = pad_1axis(border_mode, extent)
    places = image_shape + before + after - extent
    if isinstance(places, T.TensorVariable):
        return T.maximum(places // subsample + 1, 0)
    return max(places // subsample + 1, 0)


def get_conv_gradinputs_shape(
    kernel_shape, top_shape, border_mode, subsample, filter_dilation=None, num_groups=1
) -> tuple:
    """(N, C, H, W) from the filters' (K, C, R, S) and the output's (N, K, P, Q); None along an
    axis where a stride leaves the size open."""
    filters, top = kernel_shape[-len(top_shape[2:]) :], top_shape[2:]
    sizes = _by_axis(
        get_conv_gradinputs_shape_1axis, filters, top, border_mode, subsample, filter_dilation
    )
    maps = kernel_shape[-len(top) - 1]
    return top_shape[0], None if maps is None else maps * num_groups, *sizes


def get_conv_gradinputs_shape_1axis(kernel_shape, top_shape, border_mode, subsample, dilation):
    """The size of the images along one axis; None where a stride leaves it open."""
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
    """(K, C, R, S) from the images' (N, C, H, W) and the output's (N, K, P, Q); None along an axis
    where a stride or the border mode "half" leaves the size open."""
    images, top = image_shape[2:], top_shape[2:]
    sizes = _by_axis(
        get_conv_gradweights_shape_1axis, images, top, border_mode, subsample, filter_dilation
    )
    maps = None if image_shape[1] is None else image_shape[1] // num_groups
    return top_shape[1], *(top if unshared else ()), maps, *sizes


def get_conv_gradweights_shape_1axis(image_shape, top_shape, border_mode, subsample, dilation):
    """The size of the filters along one axis; None where a stride or "half" leaves it open."""
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
    """Whether a convolution of such images and filters may give such an output. Unknown and
    symbolic sizes may be anything."""
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


def border_mode_to_pad(mode, convdim, kshp) -> tuple:
    """((before, after), ...) for each of `convdim` axes, from a border mode and the sizes of the
    filters."""
    return tuple(pad_1axis(m, size) for m, size in zip(by_axis(mode, convdim), kshp, strict=True))


def by_axis(border_mode, axes) -> tuple:
    """A border mode for each axis: "valid", "full", "half" or a pair (before, after).

    Raises
    ------
    ValueError
        For anything but these words, an int from 0, or a tuple of ints and pairs for the axes.
    """
    if isinstance(border_mode, str) and border_mode in ("valid", "full", "half"):
        return axes * (border_mode,)
    sides = border_mode if isinstance(border_mode, tuple | list) else axes * (border_mode,)
    pairs = tuple(tuple(s) if isinstance(s, tuple | list) else (s, s) for s in sides)
    if len(pairs) != axes or not all(len(p) == 2 and all(map(_is_size, p)) for p in pairs):
        raise ValueError(
            f"got border_mode {border_mode!r}: it must be 'valid', 'full', 'half', an integer from "
            f"0, or for each of the {axes} axes an integer or a pair of integers (before, after)"
        )
    return pairs


def pad_1axis(border_mode, extent) -> tuple:
    """(before, after) along one axis, for filters that reach over `extent` places."""
    if isinstance(border_mode, str):
        width = {"valid": lambda: 0, "full": lambda: extent - 1, "half": lambda: extent // 2}
        return 2 * (width[border_mode](),)
    before, after = border_mode if isinstance(border_mode, tuple | list) else 2 * (border_mode,)
    return before, after


def sizes(x) -> list:
    """The size of each dimension of a variable: an int where it is known, else symbolic."""
    return [x.shape[i] if n is None else n for i, n in enumerate(x.type.shape)]


def static(size) -> int | None:
    """An int for an int or a constant, None for what is not known before it is computed."""
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
    """Whether a border mode is a tuple of sizes that cannot be checked yet."""
    return isinstance(border_mode, tuple | list) and any(
        isinstance(side, T.TensorVariable) for side in border_mode
    )


def _is_size(n):
    return isinstance(n, int | np.integer) and n >= 0

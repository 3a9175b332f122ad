"""All forms of convolution, built from the book's: filters flipped, no padding, stride 1.

The other forms only pad, slice and reorder the images and filters. Therefore automatic
differentiation gives their gradients of every order, and sizes that are known remain known.

In this file x is (N, C, H, W), w is (K, C, R, S), and `modes`, `steps` and `dilation` have one
entry for each axis.
"""

import numpy as np
import pytensor.tensor as T
from pytensor.tensor.variable import TensorVariable

from network3.ops import conv2d, conv2d_input_gradient
from network3.theano.tensor.nnet.conv_shapes import pad_1axis, sizes


def grouped(form, x, w, groups, *arguments) -> TensorVariable:
    """Apply `form` to each group of feature maps and its filters, and concatenate the results."""
    if groups == 1:
        return form(x, w, *arguments)
    maps = w.type.ndim - x.type.ndim + 1  # the axis of the filters' feature maps
    (N, C, *image), (K, *rest) = x.type.shape, w.type.shape
    C_of_w = w.type.shape[maps]
    if (C is not None and C_of_w is not None and groups * C_of_w != C) or (K or 0) % groups:
        raise ValueError(
            f"images have {C} feature maps, and {K} filters are for {C_of_w} feature maps, with "
            f"num_groups={groups}: the number of filters must be a multiple of num_groups, and "
            f"each filter must have 1/{groups} of the images' feature maps"
        )
    N, _, *image = sizes(x)
    _, *rest = sizes(w)
    K = -1 if K is None else K // groups
    x = x.reshape((N, groups, sizes(w)[maps], *image))
    w = w.reshape((groups, K, *rest))
    return T.concatenate([form(x[:, g], w[g], *arguments) for g in range(groups)], axis=1)


def convolve_2d(x, w, modes, steps, dilation, flip) -> TensorVariable:
    """Return y (N, K, P, Q) from x (N, C, H, W) and w (K, C, R, S)."""
    w = dilated(w, dilation)
    if steps != (1, 1):
        return _with_steps(x, _unflipped(w) if flip else w, modes, steps)
    if modes == ("full", "full"):
        # The gradient of a "valid" convolution with respect to its images is a "full" correlation.
        return conv2d_input_gradient(x, (_unflipped(w) if flip else w).swapaxes(0, 1))
    return conv2d(_padded(x, modes, sizes(w)[2:]), w if flip else _unflipped(w))


def convolve_3d(x, w, modes, steps, dilation, flip) -> TensorVariable:
    """Return y (N, K, O, P, Q) from x (N, C, D, H, W) and w (K, C, L, R, S).

    For each position of a filter along the depth, the L slices that it covers become additional
    feature maps of a two-dimensional image.
    """
    w = w[:, :, ::-1] if flip else w
    K, C, L, R, S = sizes(w)
    before, after = pad_1axis(modes[0], (L - 1) * dilation[0] + 1)
    x = placed(x, 2, before, sizes(x)[2] + before + after)
    places, count = _places(sizes(x)[2], L, steps[0], dilation[0])
    N, _, _, H, W = sizes(x)
    x = x.take(places, axis=2).reshape((N, C, count, L, H, W)).transpose(0, 2, 1, 3, 4, 5)
    y = convolve_2d(
        x.reshape((N * count, C * L, H, W)),
        w.reshape((K, C * L, R, S)),
        modes[1:],
        steps[1:],
        dilation[1:],
        flip,
    )
    _, _, P, Q = sizes(y)
    return y.reshape((N, count, K, P, Q)).transpose(0, 2, 1, 3, 4)


def unshared_2d(x, w, modes, steps, dilation, flip) -> TensorVariable:
    """Return y (N, K, P, Q) from x (N, C, H, W) and w (K, P, Q, C, R, S), with separate filters.

    Each output position has its own filters. The pixels that they cover are gathered into one
    matrix for each position, and multiplied by the matrix of the filters.
    """
    w = w[:, :, :, :, ::-1, ::-1] if flip else w
    K, P, Q, C, R, S = sizes(w)
    reach = [(size - 1) * apart + 1 for size, apart in zip((R, S), dilation, strict=True)]
    x = _padded(x, modes, reach)
    (rows, count), (columns, across) = (
        _places(sizes(x)[axis], size, step, apart)
        for axis, size, step, apart in zip((2, 3), (R, S), steps, dilation, strict=True)
    )
    N = sizes(x)[0]
    x = x.take(rows, axis=2).take(columns, axis=3)
    x = x.reshape((N, C, count, R, across, S)).transpose(2, 4, 0, 1, 3, 5)
    seen = x.reshape((count, across, N, C * R * S))
    filters = w.transpose(1, 2, 3, 4, 5, 0).reshape((P, Q, C * R * S, K))
    return T.matmul(seen, filters).transpose(2, 3, 0, 1)


def dilated(w, dilation) -> TensorVariable:
    """Insert `dilation - 1` zeros between neighbouring weights, along the last axes."""
    for axis, apart in zip(range(-len(dilation), 0), dilation, strict=True):
        if apart > 1:
            shape = sizes(w)
            shape[axis] = (shape[axis] - 1) * apart + 1
            w = _at(T.zeros(shape, dtype=w.dtype), axis, slice(None, None, apart)).set(w)
    return w


def placed(x, axis, before, size, among=0) -> TensorVariable:
    """Pad `x` along an axis, with `before` zeros in front and enough behind to give `size` entries.

    `among` replaces the zeros by another value. If `x` is too long, its end is cut off.
    """
    known = x.type.shape[axis]
    if isinstance(before, int) and before == 0 and isinstance(size, int) and known == size:
        return x
    room = size - before
    room = max(room, 0) if isinstance(room, int) else T.maximum(room, 0)
    x = _at(x, axis, slice(None, room))
    shape = sizes(x)
    length, shape[axis] = shape[axis], size
    return _at(T.full(shape, among, dtype=x.dtype), axis, slice(before, before + length)).set(x)


def _with_steps(x, w, modes, steps):
    """Correlate with strides, by one convolution with stride 1.

    Along each axis, y[p] = sum over r of w[r] * x[step*p + r]. With r = step*a + b this is the sum
    over a and b of w_b[a] * x_b[p + a], where x_b and w_b have every step-th entry from b on. The
    parts x_b and w_b become additional feature maps.
    """
    parts = []
    for axis, mode, step in zip((2, 3), modes, steps, strict=True):
        extent, size = sizes(w)[axis], sizes(x)[axis]
        before, after = pad_1axis(mode, extent)
        places = (size + before + after - extent) // step + 1
        if isinstance(places, int) and places < 1:
            raise ValueError(
                f"filters have size {extent} along axis {axis} but images have size {size}, with a "
                f"border of {before} and {after}: a filter must fit into a padded image"
            )
        rounds = -(-extent // step)
        x = placed(x, axis, before, (places + rounds - 1) * step)
        w = placed(w, axis, 0, rounds * step)
        # A filter that is smaller than the step does not use all parts of the image.
        parts.append(min(step, extent) if isinstance(extent, int) else step)
    return conv2d(_parted(x, steps, parts), _unflipped(_parted(w, steps, parts)))


def _parted(x, steps, parts):
    """Return the first i and j parts along each axis as feature maps, (N, C * i * j, H/s, W/t)."""
    (N, C, H, W), (s, t), (i, j) = sizes(x), steps, parts
    x = x.reshape((N, C, H // s, s, W // t, t)).transpose(0, 1, 3, 5, 2, 4)[:, :, :i, :j]
    return x.reshape((N, C * i * j, H // s, W // t))


def _padded(x, modes, extents):
    """Pad x along its last two axes, for filters that extend over `extents` pixels."""
    for axis, mode, extent in zip((2, 3), modes, extents, strict=True):
        before, after = pad_1axis(mode, extent)
        x = placed(x, axis, before, sizes(x)[axis] + before + after)
    return x


def _places(size, length, step, apart):
    """Return the indices that filters read along an axis, position by position, and their number.

    The axis has `size` entries; a filter has `length` weights, which are `apart` entries apart.
    """
    count = (size - (length - 1) * apart - 1) // step + 1
    arange = np.arange if isinstance(count, int) and isinstance(length, int) else T.arange
    return (step * arange(count)[:, None] + apart * arange(length)).flatten(), count


def _unflipped(w):
    return w[:, :, ::-1, ::-1]


def _at(x, axis, places):
    """Index x along one axis."""
    index = x.type.ndim * [slice(None)]
    index[axis] = places
    return x[tuple(index)]

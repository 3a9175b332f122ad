"""Pooling: one number for each window of the last two or three dimensions.

Windows are rectangles, so the axes are pooled one after the other. The gradient of a maximum is
then the same as in Theano, too: an entry that equals the maximum of its window also equals the
maximum along each axis, and gets the whole gradient of each window that contains it.
"""

import warnings
from typing import Any

import numpy as np
import pytensor.tensor as T
from pytensor.gradient import DisconnectedType
from pytensor.graph.basic import Apply
from pytensor.graph.op import Op
from pytensor.graph.rewriting.basic import node_rewriter
from pytensor.raise_op import CheckAndRaise
from pytensor.tensor.rewriting.basic import register_canonicalize
from pytensor.tensor.variable import TensorVariable

from network3.ops import max_pool2d
from network3.theano import absent
from network3.theano.tensor.nnet.conv_forms import placed
from network3.theano.tensor.nnet.conv_shapes import sizes, static

__all__ = ["Pool", "max_pool_2d_same_size", "pool_2d", "pool_3d"]

_MODES = ("max", "sum", "average_inc_pad", "average_exc_pad")


def pool_2d(
    input: Any,
    ws=None,
    ignore_border=None,
    stride=None,
    pad=(0, 0),
    mode="max",
    ds=None,
    st=None,
    padding=None,
) -> TensorVariable:
    """Pool images over windows of the last two dimensions.

    Parameters
    ----------
    input : tensor (..., H, W)
    ws : (int, int)
        The size of a window. It may be symbolic, as may `stride` and `pad`.
    ignore_border : bool
        Whether to leave out windows that extend beyond the last row or column. By default they are
        kept, with a warning.
    stride : (int, int), optional
        The steps from one window to the next, by default the size of a window.
    pad : (int, int)
        The padding on both sides of each axis, less than the size of a window. It needs
        ``ignore_border=True``.
    mode : "max", "sum", "average_inc_pad" or "average_exc_pad"
        The averages include or exclude the padding; maxima always exclude it.
    ds, st, padding
        Theano's older names of `ws`, `stride` and `pad`, which cause a warning.

    Returns
    -------
    tensor (..., P, Q)

    Raises
    ------
    ValueError, TypeError, NotImplementedError
        If a size or the mode is wrong, or if arguments do not match.

    Notes
    -----
    This package's fast kernel computes the maximum of float images (N, C, H, W) in windows that do
    not overlap, without padding and with ``ignore_border=True``.
    """
    ws = _newer("ws", ws, "ds", ds)
    stride = _newer("stride", stride, "st", st)
    pad = _newer("pad", _no_zeros(pad), "padding", padding)
    return _pooled("pool_2d", 2, input, ws, ignore_border, stride, pad, mode)


def pool_3d(
    input: Any,
    ws=None,
    ignore_border=None,
    stride=None,
    pad=(0, 0, 0),
    mode="max",
    ds=None,
    st=None,
    padding=None,
) -> TensorVariable:
    """Pool over windows of the last three dimensions; the arguments are those of `pool_2d`."""
    ws = _newer("ws", ws, "ds", ds)
    stride = _newer("stride", stride, "st", st)
    pad = _newer("pad", _no_zeros(pad), "padding", padding)
    return _pooled("pool_3d", 3, input, ws, ignore_border, stride, pad, mode)


def max_pool_2d_same_size(input: Any, patch_size) -> TensorVariable:
    """Return `input` (..., H, W) with 0 everywhere except at the maxima of windows.

    The windows have the size `patch_size` and do not overlap. Rows and columns that fill no window
    become 0.
    """
    input = T.as_tensor_variable(input)
    maxima = Pool(True)(input, patch_size)
    kept: Any = T.grad(None, input, known_grads={maxima: maxima})
    return kept


class Pool:
    """Pooling that is constructed with its mode, and called with images and sizes of windows.

    Parameters
    ----------
    ignore_border, mode
        As for `pool_2d`.
    ndim : int
        The number of dimensions to pool, which are the last ones.
    openmp
        No effect.
    """

    def __init__(self, ignore_border=False, mode="max", ndim=2, openmp=None):
        mode = "max" if mode == "max_deterministic" else mode
        if mode not in _MODES:
            raise ValueError(f"the pooling mode is {mode!r}: it must be one of {_MODES}")
        self.ignore_border, self.mode, self.ndim = bool(ignore_border), mode, ndim

    def __call__(self, x: Any, ws, stride=None, pad=None) -> TensorVariable:
        """Return a tensor (..., P, Q) from images (..., H, W)."""
        x = T.as_tensor_variable(x)
        if x.type.ndim < self.ndim:
            raise TypeError(f"pooling got {x.type.ndim} dimensions: it needs at least {self.ndim}")
        ws = _integers("ws", ws, self.ndim, 1)
        stride = ws if stride is None else _integers("stride", stride, self.ndim, 1)
        pad = _integers("pad", self.ndim * (0,) if pad is None else pad, self.ndim, 0)
        pad = self._checked(pad, ws)
        if self._has_a_kernel(x, ws, stride, pad):
            return max_pool2d(x, ws)
        for axis, *windows in zip(range(-self.ndim, 0), ws, stride, pad, strict=True):
            x = self._along(x, x.type.ndim + axis, *windows)
        return x

    @staticmethod
    def out_shape(
        imgshape,
        ws=None,
        ignore_border=False,
        stride=None,
        pad=None,
        ndim=2,
        ds=None,
        st=None,
        padding=None,
    ) -> list:
        """Return the shape of the result for images of shape `imgshape`, ints or symbolic sizes."""
        ws = _integers("ws", _newer("ws", ws, "ds", ds), ndim, 1)
        stride = _newer("stride", stride, "st", st)
        stride = ws if stride is None else _integers("stride", stride, ndim, 1)
        pad = _newer("pad", _no_zeros(pad), "padding", padding)
        pad = ndim * (0,) if pad is None else _integers("pad", pad, ndim, 0)
        if len(imgshape) < ndim:
            raise TypeError(f"imgshape is {imgshape!r}: it must have at least {ndim} sizes")
        pooled = [
            _count(_size(n), size, step, width, ignore_border)
            for n, size, step, width in zip(imgshape[-ndim:], ws, stride, pad, strict=True)
        ]
        return [*imgshape[:-ndim], *pooled]

    def _checked(self, pad, ws):
        """Return the padding, which must be 0 unless the border is ignored."""
        if not self.ignore_border:
            wrong = "pooling got padding with ignore_border=False: padding needs ignore_border=True"
            if any(static(p) not in (0, None) for p in pad):
                raise NotImplementedError(wrong)
            none = CheckAndRaise(NotImplementedError, wrong)
            pad = tuple(0 if static(p) == 0 else none(T.constant(0), T.eq(p, 0)) for p in pad)
        pairs = [(static(p), static(w)) for p, w in zip(pad, ws, strict=True)]
        if any(None not in pair and pair[0] >= pair[1] for pair in pairs):
            raise NotImplementedError(
                f"pooling got pad={pad!r} for windows of {ws!r}: padding must be smaller than a "
                "window"
            )
        return pad

    def _has_a_kernel(self, x, ws, stride, pad):
        """Return whether `max_pool2d`, the operator of the book's layers, computes this pooling."""
        known = all(isinstance(n, int) for n in (*ws, *stride, *pad))
        plain = self.mode == "max" and self.ignore_border and x.dtype in ("float32", "float64")
        if not (known and plain and self.ndim == 2 and x.type.ndim == 4):
            return False
        fits = all(n is None or w <= n for n, w in zip(x.type.shape[2:], ws, strict=True))
        return ws == stride and pad == (0, 0) and fits

    def _along(self, x, axis, size, step, pad):
        """Pool x along one axis."""
        length = sizes(x)[axis]
        count = _count(length, size, step, pad, self.ignore_border)
        among = _lowest(x) if self.mode == "max" else 0
        reach = (count - 1) * step + size  # less than 0 if no window fits
        reach = max(reach, 0) if isinstance(reach, int) else T.maximum(reach, 0)
        x = _windows(placed(x, axis, pad, reach, among), axis, size, step, count)
        if self.mode == "max":
            return x.max(axis=axis + 1)
        total = x.sum(axis=axis + 1, dtype=x.dtype)
        if self.mode == "sum":
            return total
        # The number of entries of each window that count: those within the image, and its padding
        # if that is included.
        first, last = (
            (0, length + 2 * pad) if self.mode == "average_inc_pad" else (pad, length + pad)
        )
        known = all(isinstance(n, int) for n in (length, count, size, step, pad))
        xp: Any = np if known else T
        start = step * xp.arange(count)
        places = xp.minimum(start + size, last) - xp.maximum(start, first)
        shape = x.type.ndim * [1]
        shape[axis] = -1
        del shape[axis + 1]
        return (total / places.reshape(shape).astype(total.dtype)).astype(total.dtype)


def _pooled(name, ndim, input, ws, ignore_border, stride, pad, mode):
    if ws is None:
        raise ValueError(f"{name} needs ws, the size of a window, such as ws={ndim * (2,)}")
    input = T.as_tensor_variable(input)
    if input.type.ndim < ndim:
        raise NotImplementedError(
            f"{name} got {input.type.ndim} dimensions: it needs at least {ndim}"
        )
    if ignore_border is None:
        warnings.warn(
            f"{name} without ignore_border keeps windows that extend beyond the border "
            f"(ignore_border=False), as Theano does: write ignore_border=True or False",
            stacklevel=3,
        )
    return Pool(bool(ignore_border), mode, ndim)(input, ws, stride, pad)


def _windows(x, axis, size, step, count):
    """Return the windows along an axis of length (count - 1) * step + size.

    Two axes, (count, size), replace this axis.
    """
    shape = sizes(x)
    shape[axis : axis + 1] = [count, size]
    if isinstance(size, int) and size == step:
        return x.reshape(shape)
    everywhere = axis * (slice(None),)
    if isinstance(size, int):
        # Slices, unlike an index, have C++ code and fast gradients.
        places = [x[(*everywhere, slice(i, i + step * count, step))] for i in range(size)]
        return T.stack(places, axis=axis + 1)
    index = step * T.arange(count)[:, None] + T.arange(size)
    return x.take(index.flatten(), axis=axis).reshape(shape)


def _count(length, size, step, pad, ignore_border):
    """Return the number of windows along an axis."""
    padded = length + 2 * pad
    known = all(isinstance(n, int) for n in (length, size, step, pad))
    most: Any = max if known else T.maximum
    if ignore_border:
        return most((padded - size) // step + 1, 0)
    # A window must begin inside the image, and no window follows one that reaches the border.
    reaching = (padded - size + step - 1) // step + 1
    inside = (padded - 1) // step + 1
    if known:
        return inside if step >= size else max(reaching, 1)
    return T.switch(T.ge(step, size), inside, T.maximum(reaching, 1))


def _lowest(x):
    return Lowest()(x) if x.dtype.startswith("float") else np.iinfo(x.dtype).min


class Lowest(Op):
    """A number that no entry of x is less than, which pads x for a maximum.

    A rewrite replaces it by -inf. DebugMode and NanGuardMode refuse -inf and leave the rewrite out;
    their number is 0 or the least entry, and every window of the padded x has the same maximum.
    """

    __props__ = ()

    def make_node(self, x):
        return Apply(self, [x], [T.scalar(dtype=x.dtype)])

    def infer_shape(self, *arguments):
        return [()]

    def perform(self, node, inputs, output_storage):
        [x] = inputs
        output_storage[0][0] = np.asarray(np.fmin.reduce(x, axis=None, initial=0), x.dtype)

    def connection_pattern(self, node):
        return [[False]]

    def pullback(self, inputs, outputs, cotangents):
        return [DisconnectedType()()]

    def pushforward(self, inputs, outputs, tangents):
        return [DisconnectedType()()]


@register_canonicalize
@node_rewriter([Lowest])
def lowest_is_minus_infinity(fgraph, node):
    """Rewrite the lowest number to the constant -inf."""
    return [T.constant(-np.inf, dtype=node.outputs[0].dtype)]


def _newer(name, value, old_name, old):
    """Return the value of an argument that has an older name, and warn if that is used."""
    if old is None:
        return value
    if value is not None:
        raise ValueError(
            f"pooling got {name} and {old_name}, which mean the same: give only {name}"
        )
    warnings.warn(f"{old_name} is Theano's older name of {name}: use {name}", stacklevel=3)
    return old


def _no_zeros(pad):
    """Return None for a `pad` of zeros, so that its older name may be given too."""
    return None if isinstance(pad, tuple) and set(pad) == {0} else pad


def _integers(name, values, ndim, least):
    """Return `ndim` sizes, as ints if they are known."""
    wrong = f"{name} is {values!r}: it must be {ndim} integers of at least {least}"
    if not hasattr(values, "__getitem__"):
        raise TypeError(wrong)
    if hasattr(values, "__len__") and len(values) != ndim:
        raise ValueError(wrong)
    entries = tuple(_size(values[i]) for i in range(ndim))
    if any(
        isinstance(n, float) or not isinstance(n, int) and n.dtype.startswith("f") for n in entries
    ):
        raise TypeError(wrong)
    if any(isinstance(n, int) and n < least for n in entries):
        raise ValueError(wrong)
    return entries


def _size(n):
    """Return a size as an int if it is known, otherwise unchanged."""
    if isinstance(n, float | np.floating):
        return float(n)
    known = static(n)
    return n if known is None else known


_GRADIENT = "use theano.grad with pool_2d or pool_3d"

__getattr__ = absent.names(
    __name__,
    {
        "AveragePoolGrad": _GRADIENT,
        "DownsampleFactorMaxGradGrad": _GRADIENT,
        "MaxPoolGrad": _GRADIENT,
        "MaxPoolRop": "use theano.Rop with pool_2d or pool_3d",
        "PoolGrad": _GRADIENT,
        "PoolingMode_t": "the mode is a word, such as 'max'",
    },
)

"""Pooling: one number for each window of the last two or three dimensions.

A window is a product of stretches, so each axis is pooled for itself, in turn. That holds for the
gradient of a maximum too: a place that equals its window's maximum equals the maximum along every
axis, and gets the whole gradient of every window it is in, as in Theano.
"""

import warnings
from typing import Any

import numpy as np
import pytensor.tensor as T
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
    """One number for each window of the last two dimensions.

    Windows that tile images whose rest is ignored, for the maximum, are computed by this package's
    fast kernel.

    Parameters
    ----------
    input : (..., H, W)
    ws : (int, int)
        The size of a window. Symbolic sizes are allowed here, in `stride` and in `pad`.
    ignore_border : bool
        Whether windows that stick out below or to the right are left out. Not given, they are kept,
        after a warning.
    stride : (int, int)
        From one window to the next; as large as a window where not given.
    pad : (int, int)
        Places added on both sides of each axis, fewer than a window has. Needs `ignore_border`.
    mode : "max", "sum", "average_inc_pad" or "average_exc_pad"
        Maxima leave added places out, and so does the last of the averages.
    ds, st, padding
        Theano's older names of `ws`, `stride` and `pad`: a warning.

    Raises
    ------
    ValueError, TypeError, NotImplementedError
        For arguments that do not fit together, sizes that are not integers, another mode.
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
    """One number for each window of the last three dimensions, as `pool_2d` for two."""
    ws = _newer("ws", ws, "ds", ds)
    stride = _newer("stride", stride, "st", st)
    pad = _newer("pad", _no_zeros(pad), "padding", padding)
    return _pooled("pool_3d", 3, input, ws, ignore_border, stride, pad, mode)


def max_pool_2d_same_size(input: Any, patch_size) -> TensorVariable:
    """`input` (..., H, W) with all but the maxima of windows of `patch_size` set to 0; windows do
    not overlap, and a rest that fills none is 0."""
    input = T.as_tensor_variable(input)
    maxima = Pool(True)(input, patch_size)
    kept: Any = T.grad(None, input, known_grads={maxima: maxima})
    return kept


class Pool:
    """Pooling made with its kind, then called with images and the sizes of windows.

    Parameters
    ----------
    ignore_border, mode : as for `pool_2d`
    ndim : int
        The number of dimensions that are pooled, the last ones.
    openmp : without effect
    """

    def __init__(self, ignore_border=False, mode="max", ndim=2, openmp=None):
        mode = "max" if mode == "max_deterministic" else mode
        if mode not in _MODES:
            raise ValueError(f"got the pooling mode {mode!r}: it must be one of {_MODES}")
        self.ignore_border, self.mode, self.ndim = bool(ignore_border), mode, ndim

    def __call__(self, x: Any, ws, stride=None, pad=None) -> TensorVariable:
        """(..., P, Q) from x (..., H, W)."""
        x = T.as_tensor_variable(x)
        if x.type.ndim < self.ndim:
            raise TypeError(f"pooling got {x.type.ndim} dimensions: it needs at least {self.ndim}")
        ws = _integers("ws", ws, self.ndim, 1)
        stride = ws if stride is None else _integers("stride", stride, self.ndim, 1)
        pad = _integers("pad", self.ndim * (0,) if pad is None else pad, self.ndim, 0)
        self._check(ws, pad)
        if self._is_the_books(x, ws, stride, pad):
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
        """The shape of what pooling makes of images of the shape `imgshape`, ints or symbolic."""
        ws = _integers("ws", _newer("ws", ws, "ds", ds), ndim, 1)
        stride = _newer("stride", stride, "st", st)
        stride = ws if stride is None else _integers("stride", stride, ndim, 1)
        pad = _newer("pad", _no_zeros(pad), "padding", padding)
        pad = ndim * (0,) if pad is None else _integers("pad", pad, ndim, 0)
        if len(imgshape) < ndim:
            raise TypeError(f"got imgshape {imgshape!r}: it must have at least {ndim} sizes")
        pooled = [
            _count(_size(n), size, step, width, ignore_border)
            for n, size, step, width in zip(imgshape[-ndim:], ws, stride, pad, strict=True)
        ]
        return [*imgshape[:-ndim], *pooled]

    def _check(self, ws, pad):
        if not self.ignore_border and any(static(p) != 0 for p in pad):
            raise NotImplementedError(
                f"pooling got pad={pad!r} without ignore_border: padding needs ignore_border=True"
            )
        pairs = [(static(p), static(w)) for p, w in zip(pad, ws, strict=True)]
        if any(None not in pair and pair[0] >= pair[1] for pair in pairs):
            raise NotImplementedError(
                f"pooling got pad={pad!r} for windows of {ws!r}: padding must be smaller"
            )

    def _is_the_books(self, x, ws, stride, pad):
        """Whether the operator of the book's layers computes just this."""
        known = all(isinstance(n, int) for n in (*ws, *stride, *pad))
        plain = self.mode == "max" and self.ignore_border and x.dtype in ("float32", "float64")
        if not (known and plain and self.ndim == 2 and x.type.ndim == 4):
            return False
        fits = all(n is None or w <= n for n, w in zip(x.type.shape[2:], ws, strict=True))
        return ws == stride and pad == (0, 0) and fits

    def _along(self, x, axis, size, step, pad):
        """x pooled along one axis."""
        length = sizes(x)[axis]
        count = _count(length, size, step, pad, self.ignore_border)
        among = _lowest(x.dtype) if self.mode == "max" else 0
        x = _windows(
            placed(x, axis, pad, (count - 1) * step + size, among), axis, size, step, count
        )
        if self.mode == "max":
            return x.max(axis=axis + 1)
        total = x.sum(axis=axis + 1, dtype=x.dtype)
        if self.mode == "sum":
            return total
        # How many places of each window count: not those beyond the last, nor the added ones.
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
        raise ValueError(f"{name} needs ws, the size of a window, such as {ndim * (2,)}")
    input = T.as_tensor_variable(input)
    if input.type.ndim < ndim:
        raise NotImplementedError(
            f"{name} got {input.type.ndim} dimensions: it needs at least {ndim}"
        )
    if ignore_border is None:
        warnings.warn(
            f"{name} without ignore_border keeps windows that stick out (ignore_border=False), as "
            f"Theano does: say ignore_border=True or False",
            stacklevel=3,
        )
    return Pool(bool(ignore_border), mode, ndim)(input, ws, stride, pad)


def _windows(x, axis, size, step, count):
    """x (..., count, size, ...) from x (..., (count - 1) * step + size, ...): windows, their
    places."""
    shape = sizes(x)
    shape[axis : axis + 1] = [count, size]
    if isinstance(size, int) and size == step:
        return x.reshape(shape)
    everywhere = axis * (slice(None),)
    if isinstance(size, int):
        # Windows by slices, not by an index: slices have C++ code and quick gradients.
        places = [x[(*everywhere, slice(i, i + step * count, step))] for i in range(size)]
        return T.stack(places, axis=axis + 1)
    index = step * T.arange(count)[:, None] + T.arange(size)
    return x.take(index.flatten(), axis=axis).reshape(shape)


def _count(length, size, step, pad, ignore_border):
    """The number of windows along an axis."""
    padded = length + 2 * pad
    known = all(isinstance(n, int) for n in (length, size, step, pad))
    most: Any = max if known else T.maximum
    if ignore_border:
        return most((padded - size) // step + 1, 0)
    # A window must begin inside, and one that reaches the border is the last.
    reaching = (padded - size + step - 1) // step + 1
    inside = (padded - 1) // step + 1
    if known:
        return inside if step >= size else max(reaching, 1)
    return T.switch(T.ge(step, size), inside, T.maximum(reaching, 1))


def _lowest(dtype):
    return -np.inf if dtype.startswith("float") else np.iinfo(dtype).min


def _newer(name, value, old_name, old):
    """The value of an argument that once had another name."""
    if old is None:
        return value
    if value is not None:
        raise ValueError(f"got {name} and {old_name}, which mean the same: give {name}")
    warnings.warn(f"{old_name} is Theano's older name of {name}", stacklevel=3)
    return old


def _no_zeros(pad):
    """None for a `pad` of nothing, beside which the older name may stand."""
    return None if isinstance(pad, tuple) and set(pad) == {0} else pad


def _integers(name, values, ndim, least):
    """`ndim` sizes, ints where they are known."""
    wrong = f"got {name} {values!r}: it must be {ndim} integers from {least}"
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
    """An int for an integer that is known; else as it is."""
    if isinstance(n, float | np.floating):
        return float(n)
    known = static(n)
    return n if known is None else known


_GRADIENT = "take the gradient of pool_2d or pool_3d with theano.grad"

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

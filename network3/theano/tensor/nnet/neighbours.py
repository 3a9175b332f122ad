"""Functions that cut images into patches, one in each row of a matrix, and reassemble them."""

from typing import Any

import numpy as np
import pytensor.tensor as T
from pytensor.raise_op import CheckAndRaise
from pytensor.tensor.variable import TensorVariable

from network3.theano import absent
from network3.theano.tensor.nnet.conv_forms import placed
from network3.theano.tensor.nnet.conv_shapes import sizes, static

__all__ = ["Images2Neibs", "images2neibs", "neibs2images"]

_MODES = ("valid", "ignore_borders", "wrap_centered", "half", "full")


def images2neibs(ten4: Any, neib_shape, neib_step=None, mode="valid") -> TensorVariable:
    """Return each patch of each feature map as a row of a matrix.

    Parameters
    ----------
    ten4 : tensor (N, C, H, W)
    neib_shape : (R, S)
        The size of a patch, ints or symbolic.
    neib_step : (int, int), optional
        The steps from one patch to the next, by default the size of a patch.
    mode : "valid", "ignore_borders", "wrap_centered", "half" or "full"
        "valid": patches must fill the images. "ignore_borders": a rest at the border is left out.
        "wrap_centered": patches are centred on the pixels, and wrap around at the borders; their
        sizes must be odd. "half" and "full": as "valid", with zeros on all sides of the images, as
        many as half the size of a patch, rounded down, or the size minus 1.

    Returns
    -------
    matrix (N * C * patches of a map, R * S)
        The feature maps follow each other, and the patches of each are in row-major order.

    Raises
    ------
    NotImplementedError
        If the mode is unknown.
    TypeError, ValueError
        If a size or step is wrong, or if patches do not fill the images as the mode requires.
    """
    return Images2Neibs(mode)(ten4, neib_shape, neib_step)


class Images2Neibs:
    """`images2neibs` as a class: constructed with the mode, called with the other arguments."""

    def __init__(self, mode="valid"):
        if mode not in _MODES:
            raise NotImplementedError(
                f"images2neibs got the mode {mode!r}: it must be one of {_MODES}"
            )
        self.mode = mode

    def __call__(self, ten4: Any, neib_shape, neib_step=None) -> TensorVariable:
        """Return the matrix of patches; see `images2neibs`."""
        x = T.as_tensor_variable(ten4)
        if x.type.ndim != 4:
            raise TypeError(
                f"images2neibs got {x.type.ndim} dimensions: images must be (N, C, H, W)"
            )
        patch = _pair("neib_shape", neib_shape)
        steps = patch if neib_step is None else _pair("neib_step", neib_step)
        rows, columns = (
            self._places(n, size, step)
            for n, size, step in zip(sizes(x)[2:], patch, steps, strict=True)
        )
        for axis, (before, padded, _, _) in zip((2, 3), (rows, columns), strict=True):
            x = placed(x, axis, before, padded)
        (N, C, *_), (R, S), (P, Q) = sizes(x), patch, (rows[3], columns[3])
        x = x.take(rows[2], axis=2).take(columns[2], axis=3)
        x = x.reshape((N, C, P, R, Q, S)).transpose(0, 1, 2, 4, 3, 5)
        return x.reshape((N * C * P * Q, R * S))

    def _places(self, n, size, step):
        """Return how patches lie along an axis of n pixels.

        The result is the number of zeros in front, the padded length, the indices of all patches
        one after the other, and the number of patches.
        """
        known = all(isinstance(k, int) for k in (n, size, step))
        arange = np.arange if known else T.arange
        if self.mode == "wrap_centered":
            fits = [size % 2 == 1, n >= size] if known else [T.eq(size % 2, 1), T.ge(n, size)]
            count = self._if(fits, -(-n // step), n, size, step)
            places = (step * arange(count)[:, None] + arange(size) - size // 2) % n
            return 0, n, places.flatten(), count
        border = {"half": size // 2, "full": size - 1}.get(self.mode, 0)
        padded = n + 2 * border
        count = (padded - size) // step + 1
        if self.mode != "ignore_borders":
            rest = (padded - size) % step
            fits = [n >= size, rest == 0] if known else [T.ge(n, size), T.eq(rest, 0)]
            count = self._if(fits, count, n, size, step)
        places = step * arange(count)[:, None] + arange(size)
        return border, padded, places.flatten(), count

    def _if(self, conditions, count, n, size, step):
        """Return `count` if all conditions hold.

        Otherwise raise a TypeError: now, or if sizes are symbolic, when they are computed.
        """
        shown = [m if isinstance(m, int) else "a computed size" for m in (size, step, n)]
        wrong = (
            "images2neibs got patches of {} with steps of {} for images of {}: they do not fill "
            "the images as the mode {!r} requires".format(*shown, self.mode)
        )
        if all(isinstance(c, bool) for c in conditions):
            if not all(conditions):
                raise TypeError(wrong)
            return count
        return CheckAndRaise(TypeError, wrong)(count, *conditions)


def neibs2images(neibs: Any, neib_shape, original_shape, mode="valid") -> TensorVariable:
    """Reassemble images from patches that do not overlap; see `images2neibs`.

    Parameters
    ----------
    neibs : matrix (N * C * patches of a map, R * S)
    neib_shape : (R, S)
    original_shape : (N, C, H, W)
    mode : "valid" or "ignore_borders"
        With "ignore_borders", pixels that belong to no patch are 0.

    Returns
    -------
    tensor (N, C, H, W)

    Raises
    ------
    NotImplementedError
        If the mode is neither "valid" nor "ignore_borders".
    """
    if mode not in ("valid", "ignore_borders"):
        raise NotImplementedError(
            f"neibs2images got the mode {mode!r}: it must be 'valid' or 'ignore_borders'"
        )
    neibs = T.as_tensor_variable(neibs)
    R, S = _pair("neib_shape", neib_shape)
    N, C, H, W = (_size(original_shape[i]) for i in range(4))
    P, Q = H // R, W // S
    x = neibs.reshape((N, C, P, Q, R, S)).transpose(0, 1, 2, 4, 3, 5)
    if mode == "valid":
        return x.reshape((N, C, H, W))
    return placed(placed(x.reshape((N, C, P * R, Q * S)), 2, 0, H), 3, 0, W)


def _pair(name, shape):
    """Return two sizes, as ints if they are known."""
    if hasattr(shape, "__len__") and len(shape) != 2:
        raise ValueError(f"{name} is {shape!r}: it must have two sizes")
    pair = tuple(_size(shape[i]) for i in range(2))
    if any(isinstance(n, int) and n < 1 for n in pair):
        raise ValueError(f"{name} is {shape!r}: both sizes must be at least 1")
    return pair


def _size(n):
    known = static(n)
    return n if known is None else known


__getattr__ = absent.names(__name__)

"""Images cut into patches, one in each row, and put together again."""

from typing import Any

import numpy as np
import pytensor.tensor as T
from pytensor.raise_op import Assert
from pytensor.tensor.variable import TensorVariable

from network3.theano import absent
from network3.theano.tensor.nnet.conv_forms import placed
from network3.theano.tensor.nnet.conv_shapes import sizes, static

__all__ = ["Images2Neibs", "images2neibs", "neibs2images"]

_MODES = ("valid", "ignore_borders", "wrap_centered", "half", "full")


def images2neibs(ten4: Any, neib_shape, neib_step=None, mode="valid") -> TensorVariable:
    """Every patch of every map, as a row of a matrix.

    Parameters
    ----------
    ten4 : 4-D variable (N, C, H, W)
    neib_shape : (R, S)
        The size of a patch, ints or symbolic.
    neib_step : (int, int)
        From one patch to the next; as large as a patch where not given.
    mode : "valid", "ignore_borders", "wrap_centered", "half" or "full"
        Whether patches must fill the images; may leave a rest; are centred on each place of images
        that go round at their borders; or fill images with zeros around them, half as many as a
        patch is large, or all but one.

    Returns
    -------
    matrix (N * C * patches of a map, R * S), maps one after the other, patches row by row

    Raises
    ------
    TypeError, ValueError
        For another mode or step, and where patches do not fill images as the mode wants.
    """
    return Images2Neibs(mode)(ten4, neib_shape, neib_step)


class Images2Neibs:
    """`images2neibs` with its mode, to be called with the rest."""

    def __init__(self, mode="valid"):
        if mode not in _MODES:
            raise NotImplementedError(f"got the mode {mode!r}: it must be one of {_MODES}")
        self.mode = mode

    def __call__(self, ten4: Any, neib_shape, neib_step=None) -> TensorVariable:
        """A matrix from images (N, C, H, W), the size of a patch, and the steps."""
        x = T.as_tensor_variable(ten4)
        if x.type.ndim != 4:
            raise TypeError(f"images2neibs got {x.type.ndim} dimensions: it needs (N, C, H, W)")
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
        """Along an axis of n places: zeros before, places with zeros, the places of one patch after
        the other, and the number of patches."""
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
        """`count` where all conditions hold; TypeError, or AssertionError when it is computed."""
        wrong = (
            f"images2neibs got patches of {size} with steps of {step} for images of {n}: they do "
            f"not fit as the mode {self.mode!r} wants"
        )
        if all(isinstance(c, bool) for c in conditions):
            if not all(conditions):
                raise TypeError(wrong)
            return count
        return Assert(wrong)(count, *conditions)


def neibs2images(neibs: Any, neib_shape, original_shape, mode="valid") -> TensorVariable:
    """The images (N, C, H, W) from their patches (see `images2neibs`) without overlap.

    Parameters
    ----------
    neibs : matrix (N * C * patches of a map, R * S)
    neib_shape : (R, S)
    original_shape : (N, C, H, W)
    mode : "valid" or "ignore_borders"
        With the second the rest of the images is 0.
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
    """Two sizes, ints where they are known."""
    if hasattr(shape, "__len__") and len(shape) != 2:
        raise ValueError(f"got {name} {shape!r}: it must be two sizes")
    pair = tuple(_size(shape[i]) for i in range(2))
    if any(isinstance(n, int) and n < 1 for n in pair):
        raise ValueError(f"got {name} {shape!r}: both sizes must be at least 1")
    return pair


def _size(n):
    known = static(n)
    return n if known is None else known


__getattr__ = absent.names(__name__)

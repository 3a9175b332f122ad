"""Convolutions and their gradients as Theano's abstract operators: made with their form, then
called with variables.

These are not operators of a graph: a call builds the graph of the form (see `conv_forms`).
"""

from collections.abc import Sequence
from functools import partialmethod
from typing import Any

import pytensor.tensor as T
from pytensor.tensor.variable import TensorVariable

from network3.theano.tensor.nnet import conv_forms
from network3.theano.tensor.nnet.conv_shapes import by_axis, sizes, static

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
]


class BaseAbstractConv:
    """The form of a convolution.

    Parameters
    ----------
    convdim : 2 or 3
        The number of axes along which filters move.
    imshp, kshp : tuples of ints and None
        Sizes of images and filters that are known. They are checked when computed.
    border_mode : "valid", "full", "half", int, or a tuple of ints and pairs of ints
        Where filters may lie: inside the images; wherever they overlap; or inside the images with a
        border of zeros, of half the filters' size, of so many places, or of so many before and
        after along each axis.
    subsample : tuple of ints
        The step from one place of the filters to the next.
    filter_flip : bool
        True for a convolution, False for a cross-correlation.
    filter_dilation : tuple of ints
        The distance of neighbouring weights.
    num_groups : int
        Maps and filters are divided into so many groups, each convolved for itself.
    unshared : bool
        Whether every place has its own filters, which are then (K, P, Q, C, R, S).

    Raises
    ------
    ValueError, NotImplementedError
        For another form.
    """

    def __init__(
        self,
        convdim,
        imshp=None,
        kshp=None,
        border_mode="valid",
        subsample=None,
        filter_flip=True,
        filter_dilation=None,
        num_groups=1,
        unshared=False,
    ):
        if convdim not in (2, 3):
            raise ValueError(f"got convdim {convdim!r}: convolutions have 2 or 3 axes")
        if unshared and convdim == 3:
            raise NotImplementedError("unshared=True is there for two axes, not for three")
        if not isinstance(num_groups, int) or num_groups < 1:
            raise ValueError(f"got num_groups={num_groups!r}: it must be an integer from 1")
        self.convdim = convdim
        self.imshp = _known("imshp", imshp, 2 + convdim)
        self.kshp = _known("kshp", kshp, 2 + convdim * (2 if unshared else 1))
        self.border_mode = border_mode
        self.subsample = _from_one("subsample", subsample, convdim)
        self.filter_flip = bool(filter_flip)
        self.filter_dilation = _from_one("filter_dilation", filter_dilation, convdim)
        self.num_groups = num_groups
        self.unshared = bool(unshared)
        self._modes = by_axis(border_mode, convdim)
        sides = [] if isinstance(border_mode, str) else self._modes
        if convdim == 3 and any(before != after for before, after in sides):
            raise NotImplementedError(
                f"got border_mode {border_mode!r}: for three axes both ends of an axis are alike"
            )
        if all(mode in ("valid", (0, 0)) for mode in self._modes):
            self._modes = convdim * ("valid",)

    def _convolution(self, img, kern):
        if self.convdim == 3:
            form = conv_forms.convolve_3d
        else:
            form = conv_forms.unshared_2d if self.unshared else conv_forms.convolve_2d
        details = self._modes, self.subsample, self.filter_dilation, self.filter_flip
        return conv_forms.grouped(form, img, kern, self.num_groups, *details)

    def _images(self, img):
        return _checked("img", img, self.imshp)

    def _filters(self, kern):
        return _checked("kern", kern, self.kshp)

    def _gradient(self, wrt, img, kern, topgrad):
        """The gradient for one of `img` and `kern` where the output's is `topgrad`."""
        output = self._convolution(img, kern)
        known = [(a, b) for a, b in zip(output.type.shape, topgrad.type.shape, strict=True)]
        if any(None not in pair and pair[0] != pair[1] for pair in known):
            raise ValueError(
                f"got topgrad of shape {topgrad.type.shape} for images of {img.type.shape} and "
                f"filters of {kern.type.shape}: their convolution is of {output.type.shape}"
            )
        topgrad = T.specify_shape(topgrad, sizes(output))
        (gradient,) = T.grad(None, [wrt], known_grads={output: topgrad})
        return gradient


class AbstractConv(BaseAbstractConv):
    """y = the convolution of images with filters."""

    def __call__(self, img: Any, kern: Any) -> TensorVariable:
        """(N, K, P, Q) from images (N, C, H, W) and filters (K, C, R, S), or with one axis more."""
        img, kern = _floats(self._images(img), self._filters(kern))
        return self._convolution(img, kern)


class AbstractConv_gradInputs(BaseAbstractConv):
    """The gradient of a cost for the images, from that for the convolution's output."""

    def __call__(
        self, kern: Any, topgrad: Any, shape: Any, add_assert_shape: bool = True
    ) -> TensorVariable:
        """(N, C, *shape) from filters (K, C, R, S) and `topgrad` (N, K, P, Q); `shape` is (H, W),
        ints or symbolic, and `add_assert_shape` changes nothing: sizes are always checked."""
        kern, topgrad = _floats(self._filters(kern), _variable("topgrad", topgrad, self.convdim))
        N, maps = sizes(topgrad)[0], sizes(kern)[-self.convdim - 1] * self.num_groups
        shape = _merged([N, maps, *_entries(shape, self.convdim)], self.imshp)
        img = T.zeros(shape, dtype=kern.dtype)
        return self._gradient(img, img, kern, topgrad)


class AbstractConv_gradWeights(BaseAbstractConv):
    """The gradient of a cost for the filters, from that for the convolution's output."""

    def __call__(
        self, img: Any, topgrad: Any, shape: Any, add_assert_shape: bool = True
    ) -> TensorVariable:
        """(K, C, *shape) from images (N, C, H, W) and `topgrad` (N, K, P, Q); `shape` is (R, S),
        ints or symbolic, and `add_assert_shape` changes nothing: sizes are always checked."""
        img, topgrad = _floats(self._images(img), _variable("topgrad", topgrad, self.convdim))
        _, K, *places = sizes(topgrad)
        maps = sizes(img)[1] // self.num_groups
        shape = [K, *(places if self.unshared else ()), maps, *_entries(shape, self.convdim)]
        kern = T.zeros(_merged(shape, self.kshp), dtype=img.dtype)
        return self._gradient(kern, img, kern, topgrad)


class AbstractConv2d(AbstractConv):
    """`AbstractConv` along two axes."""

    __init__ = partialmethod(BaseAbstractConv.__init__, 2)  # type: ignore[assignment]


class AbstractConv2d_gradInputs(AbstractConv_gradInputs):
    """`AbstractConv_gradInputs` along two axes."""

    __init__ = partialmethod(BaseAbstractConv.__init__, 2)  # type: ignore[assignment]


class AbstractConv2d_gradWeights(AbstractConv_gradWeights):
    """`AbstractConv_gradWeights` along two axes."""

    __init__ = partialmethod(BaseAbstractConv.__init__, 2)  # type: ignore[assignment]


class AbstractConv3d(AbstractConv):
    """`AbstractConv` along three axes."""

    __init__ = partialmethod(BaseAbstractConv.__init__, 3)  # type: ignore[assignment]


class AbstractConv3d_gradInputs(AbstractConv_gradInputs):
    """`AbstractConv_gradInputs` along three axes."""

    __init__ = partialmethod(BaseAbstractConv.__init__, 3)  # type: ignore[assignment]


class AbstractConv3d_gradWeights(AbstractConv_gradWeights):
    """`AbstractConv_gradWeights` along three axes."""

    __init__ = partialmethod(BaseAbstractConv.__init__, 3)  # type: ignore[assignment]


def _known(name, shape, length):
    """A tuple of ints and None from sizes that a user gives."""
    if shape is None:
        return length * (None,)
    known = tuple(static(n) for n in shape)
    if len(known) != length or any(
        n is None and m is not None for n, m in zip(known, shape, strict=True)
    ):
        raise ValueError(
            f"got {name} {tuple(shape)!r}: it must be {length} sizes, each an integer, or None "
            f"where it is not known"
        )
    return known


def _from_one(name, steps, axes):
    """Integers from 1, one for each axis."""
    steps = axes * (1,) if steps is None else steps
    valid = isinstance(steps, Sequence) and len(steps) == axes
    if not valid or any(int(n) != n or n < 1 for n in steps):
        raise ValueError(
            f"got {name} {steps!r}: it must be {axes} integers from 1, one for each axis"
        )
    return tuple(int(n) for n in steps)


def _variable(name, x, convdim):
    x = T.as_tensor_variable(x)
    if x.type.ndim != 2 + convdim:
        raise TypeError(f"got {name} with {x.type.ndim} dimensions: it must have {2 + convdim}")
    return x


def _checked(name, x, shape):
    """A variable of the sizes that are said to be known: wrong ones are refused, now or later."""
    x = _variable(name, x, len(shape) - 2)
    if any(
        None not in pair and pair[0] != pair[1] for pair in zip(x.type.shape, shape, strict=True)
    ):
        raise ValueError(f"got {name} of shape {x.type.shape}, but it is said to be {shape}")
    return T.specify_shape(x, shape)


def _floats(*variables):
    """Variables of one dtype, where they are of different floats."""
    dtypes = {v.dtype for v in variables}
    if dtypes == {"float32", "float64"}:
        return [v.astype("float64") for v in variables]
    return variables


def _entries(shape, count):
    """The sizes along the axes, from a sequence or a symbolic vector."""
    entries = [shape[i] for i in range(count)]
    if hasattr(shape, "__len__") and len(shape) != count:
        raise ValueError(f"got shape {shape!r}: it must have {count} entries, one for each axis")
    return entries


def _merged(shape, known):
    """Sizes, those of them as ints that are known."""
    pairs = [(n, static(n), m) for n, m in zip(shape, known, strict=True)]
    if any(None not in (n, m) and n != m for _, n, m in pairs):
        raise ValueError(f"got sizes {[n for n, _, _ in pairs]}, but they are said to be {known}")
    return [m if m is not None else n if n is not None else size for size, n, m in pairs]

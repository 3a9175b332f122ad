"""Classes of convolutions and their gradients, which Theano has as abstract operators.

They are constructed with the form of the convolution, and called with variables. They are not
operators of a graph; a call builds the graph of the form, see `conv_forms`.
"""

from collections.abc import Sequence
from functools import partialmethod
from typing import Any

import pytensor.tensor as T
from pytensor.tensor.variable import TensorVariable

from network3.ops.checking import checked_shape
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
    imshp, kshp : tuples of int and None, optional
        The sizes of images and filters that are known. Compiled functions check them.
    border_mode : "valid", "full", "half", int, or tuple of ints and pairs of ints
        The padding of the images with zeros: none for "valid", the filters' size minus 1 for
        "full", half the filters' size, rounded down, for "half", or the given number of zeros on
        both sides. A tuple has one entry for each axis, an int or a pair (before, after).
    subsample : tuple of int, optional
        The strides, by default 1.
    filter_flip : bool
        True for a convolution, False for a cross-correlation.
    filter_dilation : tuple of int, optional
        The distances between neighbouring weights, by default 1.
    num_groups : int
        The number of groups into which feature maps and filters are divided. Each group is
        convolved separately.
    unshared : bool
        If true, each output position has its own filters, and the filters are
        (K, P, Q, C, R, S).

    Raises
    ------
    ValueError
        If an argument is none of these.
    NotImplementedError
        If the form exists for two axes only, but `convdim` is 3.
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
            raise ValueError(f"convdim is {convdim!r}: it must be 2 or 3")
        if unshared and convdim == 3:
            raise NotImplementedError("unshared=True is available for 2 axes, but not for 3")
        if not isinstance(num_groups, int) or num_groups < 1:
            raise ValueError(f"num_groups is {num_groups!r}: it must be a positive integer")
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
                f"border_mode is {border_mode!r}: with 3 axes, the padding must be the same at "
                "both ends of an axis"
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

    _specified = staticmethod(T.specify_shape)

    def _images(self, img):
        return self._specified(_variable_of("img", img, self.imshp), self.imshp)

    def _filters(self, kern):
        return self._specified(_variable_of("kern", kern, self.kshp), self.kshp)

    def _gradient(self, wrt, img, kern, topgrad):
        """Return the gradient with respect to `img` or `kern`, from that of the output."""
        output = self._convolution(img, kern)
        known = [(a, b) for a, b in zip(output.type.shape, topgrad.type.shape, strict=True)]
        if any(None not in pair and pair[0] != pair[1] for pair in known):
            raise ValueError(
                f"topgrad has the shape {topgrad.type.shape}, but the convolution of images "
                f"{img.type.shape} with filters {kern.type.shape} has the shape "
                f"{output.type.shape}: they must be equal"
            )
        topgrad = checked_shape(topgrad, sizes(output), f"invalid shape for {type(self).__name__}")
        (gradient,) = T.grad(None, [wrt], known_grads={output: topgrad})
        return gradient


class AbstractConv(BaseAbstractConv):
    """The convolution of images with filters."""

    def __call__(self, img: Any, kern: Any) -> TensorVariable:
        """Return the convolution (N, K, P, Q) of images (N, C, H, W) with filters (K, C, R, S).

        Along three axes each shape has one more size.
        """
        img, kern = _floats(self._images(img), self._filters(kern))
        return self._convolution(img, kern)


class AbstractConv_gradInputs(BaseAbstractConv):
    """The gradient with respect to the images, from that with respect to the output."""

    def __call__(
        self, kern: Any, topgrad: Any, shape: Any, add_assert_shape: bool = True
    ) -> TensorVariable:
        """Return the gradient (N, C, H, W).

        Parameters
        ----------
        kern : tensor (K, C, R, S)
        topgrad : tensor (N, K, P, Q)
        shape : (H, W)
            Ints or symbolic, or a symbolic vector.
        add_assert_shape : bool
            No effect: sizes are always checked.
        """
        kern, topgrad = _floats(self._filters(kern), _variable("topgrad", topgrad, self.convdim))
        N, maps = sizes(topgrad)[0], sizes(kern)[-self.convdim - 1] * self.num_groups
        shape = _merged([N, maps, *_entries(shape, self.convdim)], self.imshp)
        img = T.zeros(shape, dtype=kern.dtype)
        return self._gradient(img, img, kern, topgrad)


class AbstractConv_gradWeights(BaseAbstractConv):
    """The gradient with respect to the filters, from that with respect to the output."""

    def __call__(
        self, img: Any, topgrad: Any, shape: Any, add_assert_shape: bool = True
    ) -> TensorVariable:
        """Return the gradient (K, C, R, S), or (K, P, Q, C, R, S) if the filters are unshared.

        Parameters
        ----------
        img : tensor (N, C, H, W)
        topgrad : tensor (N, K, P, Q)
        shape : (R, S)
            Ints or symbolic, or a symbolic vector.
        add_assert_shape : bool
            No effect: sizes are always checked.
        """
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
    """Return the user's sizes as a tuple of ints and None."""
    if shape is None:
        return length * (None,)
    known = tuple(static(n) for n in shape)
    if len(known) != length or any(
        n is None and m is not None for n, m in zip(known, shape, strict=True)
    ):
        raise ValueError(
            f"{name} is {tuple(shape)!r}: it must have {length} sizes, each an integer, or None if "
            f"it is not known"
        )
    return known


def _from_one(name, steps, axes):
    """Return positive integers, one for each axis."""
    steps = axes * (1,) if steps is None else steps
    valid = isinstance(steps, Sequence) and len(steps) == axes
    if not valid or any(int(n) != n or n < 1 for n in steps):
        raise ValueError(
            f"{name} is {steps!r}: it must be {axes} positive integers, one for each axis"
        )
    return tuple(int(n) for n in steps)


def _variable(name, x, convdim):
    x = T.as_tensor_variable(x)
    if x.type.ndim != 2 + convdim:
        raise TypeError(f"{name} has {x.type.ndim} dimensions: it must have {2 + convdim}")
    return x


def _variable_of(name, x, shape):
    """Return a variable whose known sizes are the declared ones."""
    x = _variable(name, x, len(shape) - 2)
    if any(
        None not in pair and pair[0] != pair[1] for pair in zip(x.type.shape, shape, strict=True)
    ):
        raise ValueError(
            f"{name} has the shape {x.type.shape}, but {shape} is declared: they must be equal"
        )
    return x


def _floats(*variables):
    """Convert variables to float64 if some are float32 and others float64."""
    dtypes = {v.dtype for v in variables}
    if dtypes == {"float32", "float64"}:
        return [v.astype("float64") for v in variables]
    return variables


def _entries(shape, count):
    """Return the sizes along the axes, from a sequence or a symbolic vector."""
    entries = [shape[i] for i in range(count)]
    if hasattr(shape, "__len__") and len(shape) != count:
        raise ValueError(f"shape is {shape!r}: it must have {count} entries, one for each axis")
    return entries


def _merged(shape, known):
    """Return the sizes, as ints if they are known."""
    pairs = [(n, static(n), m) for n, m in zip(shape, known, strict=True)]
    if any(None not in (n, m) and n != m for _, n, m in pairs):
        raise ValueError(
            f"the sizes are {[n for n, _, _ in pairs]}, but {known} is declared: they must be equal"
        )
    return [m if m is not None else n if n is not None else size for size, n, m in pairs]

"""Batch normalization."""

from typing import Any

import numpy as np
import pytensor.tensor as T
from pytensor.tensor.variable import TensorVariable

from network3.theano import absent

__all__ = ["batch_normalization", "batch_normalization_test", "batch_normalization_train"]


def batch_normalization(
    inputs: Any, gamma: Any, beta: Any, mean: Any, std: Any, mode="low_mem"
) -> TensorVariable:
    """Return (inputs - mean) * gamma / std + beta.

    All arguments must broadcast with `inputs`. `mode` is "low_mem" or "high_mem" and has no effect.

    Raises
    ------
    ValueError
        If `mode` is neither "low_mem" nor "high_mem".
    """
    if mode not in ("low_mem", "high_mem"):
        raise ValueError(
            f"batch_normalization got mode={mode!r}: it must be 'low_mem' or 'high_mem'"
        )
    return (inputs - mean) * (gamma / std) + beta


def batch_normalization_train(
    inputs: Any,
    gamma: Any,
    beta: Any,
    axes="per-activation",
    epsilon=1e-4,
    running_average_factor=0.1,
    running_mean: Any = None,
    running_var: Any = None,
) -> tuple[TensorVariable, ...]:
    """Normalize the mini-batch to mean 0 and variance 1, then multiply by gamma and add beta.

    Parameters
    ----------
    inputs : tensor of any shape
    gamma, beta : tensor
        Either with the dimensions of `inputs` and size 1 along `axes`, or without `axes`.
    axes : "per-activation", "spatial" or tuple of int
        The axes to normalize over. "per-activation" is axis 0; "spatial" is all axes but axis 1,
        the axis of the feature maps.
    epsilon : float
        A number, at least 1e-5, to add to the variance.
    running_average_factor : float
        The weight of this mini-batch in the running averages.
    running_mean, running_var : tensor, optional
        The running averages, with the shape of `gamma`. Give both or none.

    Returns
    -------
    outputs : tensor
        The normalized inputs.
    mean : tensor
        With the shape of `gamma`, as all that follow.
    inverse : tensor
        1 / sqrt(variance + epsilon).
    running_mean, running_var : tensor
        Only if running averages are given: their new values. The running variance takes m / (m - 1)
        times the variance of the m numbers in the mini-batch.

    Raises
    ------
    ValueError
        If a shape, `axes` or `epsilon` is wrong, or if only one running average is given.
    """
    inputs = T.as_tensor_variable(inputs)
    layout = _Layout(axes, inputs.type.ndim, gamma)
    if (running_mean is None) != (running_var is None):
        raise ValueError(
            "batch_normalization_train got only one of running_mean and running_var: give both or "
            "none"
        )
    _check_epsilon(epsilon)
    gamma, beta = layout.broadcast(gamma=gamma, beta=beta)
    mean = inputs.mean(axis=layout.axes, keepdims=True)
    centred = inputs - mean
    variance = (centred**2).mean(axis=layout.axes, keepdims=True)
    inverse = 1 / T.sqrt(variance + _as(variance, epsilon))
    outputs = [mean, inverse]
    if running_mean is not None:
        old_mean, old_var = layout.broadcast(running_mean=running_mean, running_var=running_var)
        factor = _as(old_mean, running_average_factor)
        m = T.cast(T.prod([inputs.shape[axis] for axis in layout.axes]), variance.dtype)
        outputs.append(old_mean * (1 - factor) + mean * factor)
        outputs.append(old_var * (1 - factor) + m / (m - 1) * variance * factor)
    return centred * (gamma * inverse) + beta, *map(layout.as_given, outputs)


def batch_normalization_test(
    inputs: Any,
    gamma: Any,
    beta: Any,
    mean: Any,
    var: Any,
    axes="per-activation",
    epsilon=1e-4,
) -> TensorVariable:
    """Return (inputs - mean) * gamma / sqrt(var + epsilon) + beta.

    Parameters
    ----------
    inputs : tensor of any shape
    gamma, beta, mean, var : tensor
        Either with the dimensions of `inputs` and size 1 along `axes`, or without `axes`.
    axes, epsilon
        As for `batch_normalization_train`.
    """
    inputs = T.as_tensor_variable(inputs)
    layout = _Layout(axes, inputs.type.ndim, gamma)
    _check_epsilon(epsilon)
    gamma, beta, mean, var = layout.broadcast(gamma=gamma, beta=beta, mean=mean, var=var)
    return (inputs - mean) * (gamma / T.sqrt(var + _as(var, epsilon))) + beta


class _Layout:
    """The shape of parameters for inputs that are normalized over some axes."""

    def __init__(self, axes, ndim, gamma):
        self.ndim, self.axes = ndim, _axes(axes, ndim)
        self.kept = tuple(axis for axis in range(ndim) if axis not in self.axes)
        self.full = T.as_tensor_variable(gamma).type.ndim == ndim

    def broadcast(self, **parameters):
        """Return the parameters with the dimensions of the inputs, of size 1 along the axes."""
        return [self._broadcast(name, T.as_tensor_variable(p)) for name, p in parameters.items()]

    def as_given(self, parameter):
        """Return a parameter that has the inputs' dimensions with those of gamma."""
        return parameter if self.full else parameter.dimshuffle(self.kept)

    def _broadcast(self, name, parameter):
        expected = self.ndim if self.full else len(self.kept)
        if parameter.type.ndim != expected:
            raise ValueError(
                f"batch normalization got {name} with {parameter.type.ndim} dimensions: gamma and "
                f"the other parameters must all have the {self.ndim} dimensions of the inputs, or "
                f"all have only the {len(self.kept)} that are not normalized over"
            )
        if self.full:
            return T.specify_broadcastable(parameter, *self.axes)
        places = iter(range(expected))
        return parameter.dimshuffle(
            [next(places) if axis in self.kept else "x" for axis in range(self.ndim)]
        )


def _axes(axes, ndim):
    """Return the axes to normalize over as a sorted tuple of ints."""
    if isinstance(axes, str) and axes == "per-activation":
        return (0,)
    if isinstance(axes, str) and axes == "spatial":
        return (0, *range(2, ndim))
    if not isinstance(axes, tuple | list | np.ndarray) or not len(axes):
        raise ValueError(
            f"batch normalization got axes={axes!r}: it must be 'per-activation', 'spatial' or a "
            "tuple of axes"
        )
    axes = tuple(sorted(int(axis) for axis in axes))
    if axes[0] < 0 or axes[-1] >= ndim:
        raise ValueError(
            f"batch normalization got axes={axes} for {ndim} dimensions: each axis must be from 0 "
            f"to {ndim - 1}"
        )
    return axes


def _check_epsilon(epsilon):
    if epsilon < 1e-5:
        raise ValueError(
            f"batch normalization got epsilon={epsilon}: it must be at least 1e-5, as in Theano"
        )


def _as(like, number):
    """Return a number with the dtype of another variable."""
    return T.cast(number, like.dtype)


__getattr__ = absent.names(
    __name__,
    {
        "AbstractBatchNormInference": "use batch_normalization_test",
        "AbstractBatchNormTrain": "use batch_normalization_train",
        "AbstractBatchNormTrainGrad": "use theano.grad with batch_normalization_train",
        "BNComposite": "use batch_normalization",
    },
)

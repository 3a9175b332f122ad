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
    """(inputs - mean) * gamma / std + beta

    All of the dimensions of `inputs`, or such as broadcast with them. `mode` is "low_mem" or
    "high_mem", and changes nothing else.
    """
    if mode not in ("low_mem", "high_mem"):
        raise ValueError(f"got the mode {mode!r}: it must be 'low_mem' or 'high_mem'")
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
    """Inputs with the mean 0 and the variance 1 over some axes, times gamma, plus beta.

    Parameters
    ----------
    inputs : variable of any dimensions
    gamma, beta : variables
        As `inputs` with `axes` of size 1, or without `axes`.
    axes : "per-activation", "spatial", or a tuple of ints
        Axis 0; all axes but axis 1, that of the maps; or these.
    epsilon : float
        Added to the variance, at least 1e-5.
    running_average_factor : float
        How much this mini-batch counts in the running averages.
    running_mean, running_var : variables laid out as gamma, or None

    Returns
    -------
    normalized inputs, mean, 1 / sqrt(variance + epsilon); and with running averages their new
    values, of which that of the variance takes m / (m - 1) times the variance of m numbers. All but
    the first are laid out as gamma.

    Raises
    ------
    ValueError
        For arguments that do not fit together.
    """
    inputs = T.as_tensor_variable(inputs)
    layout = _Layout(axes, inputs.type.ndim, gamma)
    if (running_mean is None) != (running_var is None):
        raise ValueError("got one of running_mean and running_var: give both, or none")
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
    """(inputs - mean) * gamma / sqrt(var + epsilon) + beta

    `axes` says, as for `batch_normalization_train`, how gamma, beta, mean and var are laid out.
    """
    inputs = T.as_tensor_variable(inputs)
    layout = _Layout(axes, inputs.type.ndim, gamma)
    _check_epsilon(epsilon)
    gamma, beta, mean, var = layout.broadcast(gamma=gamma, beta=beta, mean=mean, var=var)
    return (inputs - mean) * (gamma / T.sqrt(var + _as(var, epsilon))) + beta


class _Layout:
    """How parameters lie beside inputs that are normalized over some axes."""

    def __init__(self, axes, ndim, gamma):
        self.ndim, self.axes = ndim, _axes(axes, ndim)
        self.kept = tuple(axis for axis in range(ndim) if axis not in self.axes)
        self.full = T.as_tensor_variable(gamma).type.ndim == ndim

    def broadcast(self, **parameters):
        """The parameters with the dimensions of the inputs, of size 1 along the axes."""
        return [self._broadcast(name, T.as_tensor_variable(p)) for name, p in parameters.items()]

    def as_given(self, parameter):
        """A parameter of the inputs' dimensions, laid out as gamma."""
        return parameter if self.full else parameter.dimshuffle(self.kept)

    def _broadcast(self, name, parameter):
        expected = self.ndim if self.full else len(self.kept)
        if parameter.type.ndim != expected:
            raise ValueError(
                f"batch normalization got {name} with {parameter.type.ndim} dimensions: gamma and "
                f"the others must all have {self.ndim}, or the {len(self.kept)} that are not "
                f"normalized over"
            )
        if self.full:
            return T.specify_broadcastable(parameter, *self.axes)
        places = iter(range(expected))
        return parameter.dimshuffle(
            [next(places) if axis in self.kept else "x" for axis in range(self.ndim)]
        )


def _axes(axes, ndim):
    """Normalized axes as a sorted tuple of ints."""
    if isinstance(axes, str) and axes == "per-activation":
        return (0,)
    if isinstance(axes, str) and axes == "spatial":
        return (0, *range(2, ndim))
    if not isinstance(axes, tuple | list | np.ndarray) or not len(axes):
        raise ValueError(
            f"got axes {axes!r}: it must be 'per-activation', 'spatial', or a tuple of axes"
        )
    axes = tuple(sorted(int(axis) for axis in axes))
    if axes[0] < 0 or axes[-1] >= ndim:
        raise ValueError(f"got axes {axes} for {ndim} dimensions: an axis must be below {ndim}")
    return axes


def _check_epsilon(epsilon):
    if epsilon < 1e-5:
        raise ValueError(f"got epsilon {epsilon}: it must be at least 1e-5, as in Theano")


def _as(like, number):
    """A number as a variable of another's dtype."""
    return T.cast(number, like.dtype)


__getattr__ = absent.names(
    __name__,
    {
        "AbstractBatchNormInference": "use batch_normalization_test",
        "AbstractBatchNormTrain": "use batch_normalization_train",
        "AbstractBatchNormTrainGrad": "take the gradient of batch_normalization_train",
        "BNComposite": "use batch_normalization",
    },
)

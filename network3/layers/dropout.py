"""Dropout: set a random part of a layer's inputs to zero in training."""

import warnings
from numbers import Real
from typing import Any

import numpy as np
import pytensor
import pytensor.tensor as T
from pytensor.graph.basic import Variable
from pytensor.tensor.variable import TensorVariable

from network3.checks.numbers import share
from network3.kernels.pytensor_versions import set_default_update
from network3.ops import dropout_mask
from network3.ops.philox_words import PhiloxWords, following


def dropout_layer(layer: TensorVariable, p_dropout: float | Variable) -> TensorVariable:
    """Return `layer` with each entry set to zero with probability `p_dropout`, without rescaling.

    Each call creates a new random stream, seeded from NumPy's global generator: after
    `np.random.seed(s)` the masks are bit-for-bit the same on every backend. A function compiled
    from the result draws a new mask at each call.

    Parameters
    ----------
    layer : float variable of any shape
    p_dropout : float in [0, 1], or a scalar variable
        If it is the number 0, nothing is drawn and `layer` itself is returned. A shared variable
        can change from call to call.

    Returns
    -------
    variable of the shape and dtype of `layer`

    Raises
    ------
    ValueError
        If `p_dropout` is a number outside [0, 1].

    References
    ----------
    N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever, R. Salakhutdinov, "Dropout: a simple way
    to prevent neural networks from overfitting", JMLR 15 (2014).

    Michael Nielsen, "Neural Networks and Deep Learning", chapter 3, "Other techniques for
    regularization".
    """
    p_dropout = share_to_drop("dropout_layer", p_dropout)
    if not isinstance(p_dropout, Variable) and p_dropout == 0:
        return layer
    if not isinstance(p_dropout, Variable) and p_dropout == 1:
        warnings.warn(
            "dropout_layer got p_dropout = 1: it drops all inputs, so that no weight is trained",
            UserWarning,
            stacklevel=2,
        )
        return layer * np.zeros((), layer.dtype)
    key = np.random.randint(2**32, size=2, dtype=np.uint32)
    start = np.append(key, np.zeros(2, np.uint32))
    if isinstance(p_dropout, Variable):
        state = pytensor.shared(start, name="dropout_state", shape=start.shape)
        mask = T.cast(
            T.ge(PhiloxWords()(layer, state), T.as_tensor(p_dropout) * 2**32), layer.dtype
        )
        next_state = following(state)
    else:
        state = pytensor.shared(start, name="dropout_state")
        mask, next_state = dropout_mask(layer, state, p_dropout)
    set_default_update(state, next_state)
    return layer * mask


def share_to_drop(where: str, p_dropout: Any) -> Any:
    """Return `p_dropout` as a float in [0, 1], or unchanged if it is a variable.

    Raises
    ------
    ValueError
        If it is anything else.
    """
    if isinstance(p_dropout, Variable):
        return p_dropout
    if isinstance(p_dropout, Real) and p_dropout == 1:  # `share` refuses 1; the original ran it
        return 1.0
    return share(where, "p_dropout", p_dropout, "the share of inputs to drop")

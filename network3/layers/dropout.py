"""Dropout sets a random part of a layer's inputs to zero in training."""

import numpy as np
import pytensor
from pytensor.tensor.variable import TensorVariable

from network3.checks.numbers import share
from network3.kernels.pytensor_versions import set_default_update
from network3.ops import dropout_mask


def dropout_layer(layer: TensorVariable, p_dropout: float) -> TensorVariable:
    """Return `layer` with each entry set to zero with probability `p_dropout`, without rescaling.

    Each call creates a new random stream, seeded from NumPy's global generator: after
    `np.random.seed(s)` the masks are bit-for-bit the same on every backend. A function compiled
    from the result draws a new mask at each call.

    Parameters
    ----------
    layer : float variable of any shape
    p_dropout : float in [0, 1)
        If it is 0, nothing is drawn and `layer` itself is returned.

    Returns
    -------
    variable of the shape and dtype of `layer`

    Raises
    ------
    ValueError
        If `p_dropout` is outside [0, 1).

    References
    ----------
    N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever, R. Salakhutdinov, "Dropout: a simple way
    to prevent neural networks from overfitting", JMLR 15 (2014). M. Nielsen, "Neural Networks and
    Deep Learning", chapter 3, "Other techniques for regularization".
    """
    p_dropout = share("dropout_layer", "p_dropout", p_dropout, "the share of inputs to drop")
    if p_dropout == 0:
        return layer
    key = np.random.randint(2**32, size=2, dtype=np.uint32)
    state = pytensor.shared(np.append(key, np.zeros(2, np.uint32)), name="dropout_state")
    mask, next_state = dropout_mask(layer, state, p_dropout)
    set_default_update(state, next_state)
    return layer * mask

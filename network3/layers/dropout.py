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
from network3.ops.mersenne_mask import mersenne_mask, mersenne_state
from network3.ops.philox_words import PhiloxWords, following

# The seed that the original gives each of its dropout layers, RandomState(0).randint(999999) =
# 985772, gives their one stream this seed.
ORIGINALS_SEED = 502633495


def dropout_layer(
    layer: TensorVariable, p_dropout: float | Variable, masks: str = "original"
) -> TensorVariable:
    """Return `layer` with each entry set to zero with probability `p_dropout`, without rescaling.

    Each call creates a new random stream; a function compiled from the result draws a new mask at
    each call. Masks are bit-for-bit the same on every backend.

    Parameters
    ----------
    layer : float variable of any shape
    p_dropout : float in [0, 1], or a scalar variable
        If it is the number 0, nothing is drawn and `layer` itself is returned. A shared variable
        can change from call to call.
    masks : "original" or "independent"
        "original": the masks that the original draws in Theano, digit for digit. All its streams
        have one fixed seed, so layers of one width drop the same inputs. "independent": each stream
        is seeded from NumPy's global generator, see `np.random.seed`.

    Returns
    -------
    variable of the shape and dtype of `layer`

    Raises
    ------
    ValueError
        If `p_dropout` is a number outside [0, 1], or a variable with dimensions while `masks` is
        "original"; or if `masks` is another word. If a scalar variable is outside [0, 1], the
        compiled function raises it, except on JAX.

    References
    ----------
    N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever, R. Salakhutdinov, "Dropout: a simple way
    to prevent neural networks from overfitting", JMLR 15 (2014).

    Michael Nielsen, "Neural Networks and Deep Learning", chapter 3, "Other techniques for
    regularization".
    """
    p_dropout = share_to_drop("dropout_layer", p_dropout)
    masks = kind_of_masks("dropout_layer", masks)
    if not isinstance(p_dropout, Variable) and p_dropout == 0:
        return layer
    if not isinstance(p_dropout, Variable) and p_dropout == 1:
        warnings.warn(
            "dropout_layer got p_dropout = 1: it drops all inputs, so that no weight is trained",
            UserWarning,
            stacklevel=2,
        )
        return layer * np.zeros((), layer.dtype)
    if masks == "original":
        state = pytensor.shared(mersenne_state(ORIGINALS_SEED), name="dropout_state")
        mask, next_state = mersenne_mask(layer, state, _kept(p_dropout))
        set_default_update(state, next_state)
        return layer * mask
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


def _kept(p_dropout):
    """Return the probability of 1 in a mask of the original."""
    if not isinstance(p_dropout, Variable):
        return float(np.dtype(pytensor.config.floatX).type(1 - p_dropout))  # a constant of Theano
    kept = 1 - T.as_tensor(p_dropout)
    if kept.ndim:
        raise ValueError(
            f"dropout_layer got a p_dropout of type {kept.type}: it must be a number or a scalar "
            'variable, unless masks = "independent"'
        )
    return kept


def kind_of_masks(where: str, masks: Any) -> str:
    """Return `masks`, or raise ValueError if it is none of `dropout_layer`'s words."""
    if masks not in ("original", "independent"):
        raise ValueError(f'{where} got masks = {masks!r}: it must be "original" or "independent"')
    return masks


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

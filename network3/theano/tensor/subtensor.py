"""theano.tensor.subtensor: indexing, and functions that set or increment a part of a tensor."""

import pytensor.tensor as pt
from pytensor.gradient import DisconnectedType
from pytensor.graph.basic import Apply
from pytensor.graph.type import Type
from pytensor.tensor import (
    NoneConst,
    Op,
    TensorType,
    alloc,
    clip,
    inc_subtensor,
    make_slice,
    set_subtensor,
)
from pytensor.tensor.elemwise import DimShuffle
from pytensor.tensor.exceptions import AdvancedIndexingError, NotScalarConstantError
from pytensor.tensor.subtensor import (
    AdvancedIncSubtensor,
    AdvancedSubtensor,
    IncSubtensor,
    Subtensor,
    SubtensorPrinter,
    advanced_inc_subtensor,
    advanced_inc_subtensor1,
    advanced_set_subtensor,
    advanced_set_subtensor1,
    advanced_subtensor,
    advanced_subtensor1,
    get_canonical_form_slice,
)
from pytensor.tensor.type_other import NoneTypeT, SliceType

from network3.theano import absent
from network3.theano.configparser import config
from network3.theano.tensor.basic import get_scalar_constant_value
from network3.theano.tensor.broadcasting import addbroadcast
from network3.theano.tensor.checks import keep_errors

__all__ = [
    "AdvancedIncSubtensor", "AdvancedIndexingError", "AdvancedSubtensor", "Apply", "DimShuffle",
    "DisconnectedType", "IncSubtensor", "NoneConst", "NoneTypeT", "NotScalarConstantError", "Op",
    "SliceType", "Subtensor", "SubtensorPrinter", "TensorType", "Type", "addbroadcast",
    "advanced_inc_subtensor", "advanced_inc_subtensor1", "advanced_set_subtensor",
    "advanced_set_subtensor1", "advanced_subtensor", "advanced_subtensor1", "alloc", "clip",
    "config", "get_canonical_form_slice", "get_scalar_constant_value", "inc_subtensor",
    "make_slice", "set_subtensor", "take",
]  # fmt: skip


def take(a, indices, axis=None, mode="raise"):
    """Return the elements of `a` at the given indices.

    Parameters
    ----------
    a : tensor
    indices : tensor of integers of any shape
    axis : int, optional
        The axis to index; by default `a` is flattened first.
    mode : str
        What to do with indices out of range: 'raise', 'wrap' or 'clip'.
    """
    return pt.as_tensor_variable(a).take(indices, axis, mode)


keep_errors()

# theano.tensor, too, uses these messages.
INSTEAD = {
    "AdvancedBooleanIncSubtensor": "use set_subtensor or inc_subtensor",
    "AdvancedBooleanSubtensor": "use the function advanced_subtensor",
    "AdvancedIncSubtensor1": "use set_subtensor or inc_subtensor",
    "AdvancedSubtensor1": "use the function advanced_subtensor",
    "advanced_boolean_inc_subtensor": "use set_subtensor or inc_subtensor",
    "advanced_boolean_set_subtensor": "use set_subtensor or inc_subtensor",
    "advanced_boolean_subtensor": "use the function advanced_subtensor",
}

__getattr__ = absent.names(__name__, INSTEAD)

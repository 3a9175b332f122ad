"""The random streams that a net draws from in training: dropout's, and those of other layers."""

import copy
import json
from typing import Any

import numpy as np
from pytensor.compile.sharedvalue import SharedVariable
from pytensor.graph.traversal import graph_inputs

STREAM = "stream"


def random_streams(net: Any) -> dict[str, SharedVariable]:
    """The shared variables that step from state to state by themselves, by the number of the layer
    that draws from them first: "1.stream"."""
    found: dict[SharedVariable, int] = {}
    for k, layer in enumerate(net.layers):
        outputs = [layer.output_dropout]
        if layer is net.layers[-1] and hasattr(layer, "cost"):
            outputs.append(layer.cost(net))
        for variable in graph_inputs(outputs):
            updates = getattr(variable, "default_update", None) is not None
            if isinstance(variable, SharedVariable) and updates:
                found.setdefault(variable, k)
    named: dict[str, SharedVariable] = {}
    for variable, k in found.items():
        name = f"{k}.{STREAM}"
        named[f"{name}.{len(named)}" if name in named else name] = variable
    return named


def array_of(stream: SharedVariable) -> np.ndarray:
    """The state of a stream: dropout's as it is, uint32 (4,); that of a generator of NumPy's, which
    PyTensor's own random variables have, as the bytes of a JSON text, uint8 (length,)."""
    value = stream.get_value(borrow=True)
    if not isinstance(value, np.random.Generator):
        return np.asarray(value)  # JAX may hold it
    text = json.dumps(value.bit_generator.state, default=np.ndarray.tolist)
    return np.frombuffer(text.encode(), np.uint8)


def value_of(array: np.ndarray, stream: SharedVariable) -> Any:
    """The value that makes a stream go on from the state that `array_of` gave.

    Raises
    ------
    ValueError
        For what is no state of such a stream.
    """
    value = stream.get_value(borrow=True)
    if isinstance(value, np.random.Generator):
        value = copy.deepcopy(value)
        try:
            value.bit_generator.state = json.loads(array.tobytes())
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
            raise ValueError(f"no state of a {type(value.bit_generator).__name__}") from error
        return value
    if array.shape != value.shape or array.dtype != value.dtype:
        raise ValueError(
            f"{array.dtype} of shape {array.shape}, not {value.dtype} of shape {value.shape}"
        )
    return array

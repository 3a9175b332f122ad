"""The random streams that a network draws from in training, as for dropout."""

import contextlib
import copy
import json
from collections.abc import Iterator
from typing import Any

import numpy as np
from pytensor.compile.sharedvalue import SharedVariable
from pytensor.graph.traversal import graph_inputs

STREAM = "stream"
MASKS = {(4,): "independent", (625,): "original"}  # the shapes of the states of dropout's streams


def random_streams(net: Any) -> dict[str, SharedVariable]:
    """Return the random streams of a network by their names in a file, such as "1.stream".

    A random stream is a shared variable with a default update; the number is that of the first
    layer that draws from it.
    """
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
    """Return the state of a stream as an array.

    The state of dropout's stream is uint32, see `MASKS`. PyTensor's own random variables have a
    NumPy generator, whose state becomes the bytes of a JSON text, uint8 (length,).
    """
    value = stream.get_value(borrow=True)
    if not isinstance(value, np.random.Generator):
        return np.asarray(value)  # it may be an array of JAX
    text = json.dumps(value.bit_generator.state, default=np.ndarray.tolist)
    return np.frombuffer(text.encode(), np.uint8)


def masks_of(array: np.ndarray) -> str | None:
    """Return the kind of dropout masks that a stream in this state draws, or None."""
    return MASKS.get(array.shape) if array.dtype == np.uint32 else None


@contextlib.contextmanager
def global_generator_kept() -> Iterator[None]:
    """Restore the state of NumPy's global generator at the end."""
    state = np.random.get_state()
    try:
        yield
    finally:
        np.random.set_state(state)


def value_of(array: np.ndarray, stream: SharedVariable) -> Any:
    """Return the value to set a stream to, from the array that `array_of` returned.

    Raises
    ------
    ValueError
        If the array is not a state of such a stream.
    """
    value = stream.get_value(borrow=True)
    if isinstance(value, np.random.Generator):
        value = copy.deepcopy(value)
        try:
            value.bit_generator.state = json.loads(array.tobytes())
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
            raise ValueError(f"not a state of a {type(value.bit_generator).__name__}") from error
        return value
    if array.shape != value.shape or array.dtype != value.dtype:
        raise ValueError(
            f"{array.dtype} of shape {array.shape}, not {value.dtype} of shape {value.shape}"
        )
    return array

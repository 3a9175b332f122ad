"""A net in a file: its layers' arguments, parameters and dropout streams, and its history.

Parameters are named by the number of the layer, counted from 0, and their own name, "0.w"; streams
likewise, "1.dropout_state".
"""

import os
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from pytensor.compile.sharedvalue import SharedVariable
from pytensor.graph.traversal import graph_inputs

from network3.layers import ConvPoolLayer, FullyConnectedLayer, SoftmaxLayer
from network3.storage import tensors

KIND = "network3 net"
STREAM = "dropout_state"

# The classes that a file names with the package, so that none of the reader's own is taken for one.
BOOK = {
    f"network3.{layer.__name__}": layer
    for layer in (ConvPoolLayer, FullyConnectedLayer, SoftmaxLayer)
}


def save(net: Any, path: str | os.PathLike) -> None:
    """Writes a net to a file, from which `network3.load` makes it again.

    A layer of a class of your own is written with what its method `config()` gives, the arguments
    of its constructor as JSON can say them; without that method the net is saved all the same, and
    its weights can be loaded into a net that is built as before.

    Raises
    ------
    OSError
        Where the file cannot be written; one that was there is then as it was.
    TypeError
        Where a config() gives what JSON cannot say.
    """
    history = getattr(net, "history", None)
    about = {
        "mini_batch_size": net.mini_batch_size,
        "layers": [_description(layer) for layer in net.layers],
        "history": None if history is None else history.to_dict(),
    }
    variables = {**parameters(net), **streams(net)}
    # np.asarray: JAX may hold the values.
    arrays = {name: np.asarray(v.get_value(borrow=True)) for name, v in variables.items()}
    tensors.write(path, KIND, arrays, about)


def load_weights(net: Any, path: str | os.PathLike) -> None:
    """Gives a net the parameters in a file, and the states of the dropout streams that it shares
    with the net that was saved.

    Raises
    ------
    OSError
        Where the file cannot be read.
    ValueError
        Where it is damaged or does not fit the net; the net is then as it was.
    """
    fill(net, path, tensors.read(path, KIND)[0])


def fill(net: Any, path: str | os.PathLike, arrays: Mapping[str, np.ndarray]) -> None:
    """Gives a net what `arrays`, read from `path`, hold; floats become floats of the net's dtype.

    Raises
    ------
    ValueError
        Where parameters are missing, left over or of other shapes; the net is then as it was.
    """
    wanted = parameters(net)
    left = [name for name in arrays if name not in wanted and f".{STREAM}" not in name]
    if left:
        raise ValueError(
            f"{path} does not fit the net: it holds {left[0]} of shape {arrays[left[0]].shape}, "
            f"and the net has no such parameter among {', '.join(wanted)}"
        )
    for name in wanted.keys() - arrays.keys():
        raise ValueError(
            f"{path} does not fit the net: it holds no {_place(net, name)}, but "
            f"{', '.join(sorted(arrays)) or 'nothing'}"
        )
    wanted |= {name: v for name, v in streams(net).items() if name in arrays}
    for name, variable in wanted.items():
        _check_fit(net, path, name, variable, arrays[name])
    for name, variable in wanted.items():
        variable.set_value(arrays[name].astype(variable.type.dtype), borrow=True)


def parameters(net: Any) -> dict[str, SharedVariable]:
    """The parameters of a net by their names in a file."""
    return _named((k, param) for k, layer in enumerate(net.layers) for param in layer.params)


def streams(net: Any) -> dict[str, SharedVariable]:
    """The states of a net's dropout, uint32 (4,), by their names in a file."""
    found: dict[SharedVariable, int] = {}
    for k, layer in enumerate(net.layers):
        for variable in graph_inputs([layer.output_dropout]):
            if isinstance(variable, SharedVariable) and variable.name == STREAM:
                found.setdefault(variable, k)
    return _named((k, variable) for variable, k in found.items())


def _named(variables: Iterable[tuple[int, SharedVariable]]) -> dict[str, SharedVariable]:
    named: dict[str, SharedVariable] = {}
    for k, variable in variables:
        name = f"{k}.{variable.name}"
        named[f"{name}.{len(named)}" if name in named else name] = variable
    return named


def _description(layer):
    book = (name for name, kind in BOOK.items() if type(layer) is kind)
    return {
        "class": next(book, type(layer).__name__),
        "config": layer.config() if hasattr(layer, "config") else None,
    }


def _check_fit(net, path, name, variable, array):
    value = variable.get_value(borrow=True)
    if value.shape != array.shape:
        raise ValueError(
            f"{path} does not fit the net: {_place(net, name)} has the shape {value.shape}, and "
            f"{array.shape} in the file"
        )
    if value.dtype.kind != array.dtype.kind:
        raise ValueError(
            f"{path} does not fit the net: {_place(net, name)} has the dtype {value.dtype}, and "
            f"{array.dtype} in the file"
        )


def _place(net, name):
    k, _, own = name.partition(".")
    return f"{own} of layer {k} ({type(net.layers[int(k)]).__name__})"

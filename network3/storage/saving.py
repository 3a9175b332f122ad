"""Save a network: its layers' arguments, parameters and random streams, and its history.

Parameters are named by the number of the layer, counted from 0, and their own name, such as "0.w";
random streams likewise, such as "1.stream".
"""

import logging
import os
import textwrap
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
from pytensor.compile.sharedvalue import SharedVariable

from network3.engine import interrupts
from network3.layers.dense import DenseLayer
from network3.layers.layer import as_layer, connected
from network3.ops import activation
from network3.storage import tensors
from network3.storage.streams import (
    STREAM,
    array_of,
    global_generator_kept,
    masks_of,
    random_streams,
    value_of,
)

log = logging.getLogger("network3")

KIND = "network3 net"

# Prefixed to the names of the package's classes, so that no user's class is mistaken for one.
PACKAGE = "network3."


def save(net: Any, path: str | os.PathLike) -> None:
    """Write a network to a file, from which `network3.load` can rebuild it.

    Each layer is written with the result of its method `config()`, its constructor's arguments. If
    it has no such method, or the result is None, the network can be saved, but only its weights can
    be loaded, into a network that is built as before. A user-defined activation function is written
    by its name. A warning is logged for both.

    Raises
    ------
    OSError
        If the file cannot be written; an existing file is then unchanged.
    TypeError
        If a `config()` returns a value that JSON cannot store.
    """
    history = getattr(net, "history", None)
    about = {
        "mini_batch_size": net.mini_batch_size,
        "layers": [_description(layer) for layer in net.layers],
        "history": None if history is None else history.to_dict(),
    }
    tensors.write(path, KIND, arrays_of(net), about)
    for k, layer in enumerate(about["layers"]):
        _warn_of_what_load_needs(path, k, **layer)


def arrays_of(net: Any) -> dict[str, np.ndarray]:
    """Return a network's parameters and random streams as arrays, by their names in a file."""
    # JAX may hold the values, hence np.asarray.
    values = {name: np.asarray(v.get_value(borrow=True)) for name, v in parameters(net).items()}
    return values | {name: array_of(stream) for name, stream in random_streams(net).items()}


def load_weights(net: Any, path: str | os.PathLike) -> None:
    """Set a network's parameters to those in a file.

    Random streams that the saved network has too are restored.

    Raises
    ------
    OSError
        If the file cannot be read.
    ValueError
        If it is damaged or does not fit the network, which is then unchanged.
    """
    fill(net, path, tensors.read(path, KIND)[0])


def fill(net: Any, path: str | os.PathLike, arrays: Mapping[str, np.ndarray]) -> None:
    """Set a network's parameters and random streams to `arrays`, which were read from `path`.

    Raises
    ------
    ValueError
        If the parameters do not fit; the network is then unchanged.
    """
    put = putting(net, path, arrays)
    with interrupts.held_back():  # all of them, or none
        put()


def putting(
    net: Any,
    path: str | os.PathLike,
    arrays: Mapping[str, np.ndarray],
    all_streams: bool = False,
) -> Callable[[], None]:
    """Return a function that sets a network's variables to `arrays`, which were read from `path`.

    Floats are cast to the network's dtype. Layers whose dropout masks are of another kind than in
    the file draw masks of the file's kind from then on.

    Raises
    ------
    ValueError
        If parameters are missing, unknown, or have other shapes; with `all_streams`, also if random
        streams are missing or unknown.
    """
    wanted, streams = parameters(net), random_streams(net)
    if not all_streams:
        arrays = {n: a for n, a in arrays.items() if f".{STREAM}" not in n or n in streams}
        streams = {name: stream for name, stream in streams.items() if name in arrays}
    for name in arrays:
        if name not in wanted and name not in streams:
            raise ValueError(
                f"{path} does not fit the network: it has {_listed([name])} of shape "
                f"{arrays[name].shape}, but the network has only {_listed([*wanted, *streams])}"
            )
    for name in [*wanted, *streams]:
        if name not in arrays:
            raise ValueError(
                f"{path} does not fit the network: it has no {_place(net, name)}, only "
                f"{_listed(sorted(arrays)) or 'nothing'}"
            )
    for name, variable in wanted.items():
        _check_fit(net, path, name, variable, arrays[name])
    masks = _other_masks(arrays, streams)
    able = {name for name in masks if isinstance(net.layers[_number(name)], DenseLayer)}
    for name in masks.keys() - able:
        sentence = (
            f"{path} is from a network with {masks[name]} dropout masks, but the "
            f"{_place(net, name)} draws other ones: let the layer call "
            f'dropout_layer with masks="{masks[name]}"'
        )
        if all_streams:
            raise ValueError(sentence)
        log.warning("%s. Until then its stream begins anew.", sentence)
        del streams[name]
    states = {n: _state(net, path, n, arrays[n], s) for n, s in streams.items() if n not in able}
    states |= {name: arrays[name] for name in able}

    def put():
        for name, variable in wanted.items():
            variable.set_value(arrays[name].astype(variable.type.dtype), borrow=True)
        if able:
            _draw(net, {_number(name): masks[name] for name in able})
        variables = random_streams(net)
        for name, state in states.items():
            variables[name].set_value(state, borrow=True)

    return put


def parameters(net: Any) -> dict[str, SharedVariable]:
    """Return the parameters of a network by their names in a file."""
    return _named((k, param) for k, layer in enumerate(net.layers) for param in layer.params)


def _named(variables: Iterable[tuple[int, SharedVariable]]) -> dict[str, SharedVariable]:
    named: dict[str, SharedVariable] = {}
    for k, variable in variables:
        name = f"{k}.{variable.name}"
        named[f"{name}.{len(named)}" if name in named else name] = variable
    return named


def _other_masks(arrays, streams):
    """Return the kind of masks that streams in a file draw, by name, where the network's differ."""
    kinds = {n: (masks_of(arrays[n]), masks_of(array_of(s))) for n, s in streams.items()}
    return {n: there for n, (there, here) in kinds.items() if there and here and there != here}


def _draw(net, masks):
    """Let layers draw dropout masks of other kinds, {number of the layer: kind}."""
    for k, kind in masks.items():
        net.layers[k].masks = kind
    with global_generator_kept():
        net.output, net.output_dropout = connected(net.layers, net.x, net.mini_batch_size)


def _description(layer):
    of_package = type(layer).__module__.startswith("network3.layers.")
    name = type(layer).__name__
    return {
        "class": PACKAGE + name if of_package else name,
        "config": as_layer(layer).config(),
    }


def _warn_of_what_load_needs(path, k, **layer):
    """Log a warning if `load` cannot build the layer from the file without help."""
    name, config = layer["class"], layer["config"]
    function = None if config is None else config.get("activation_fn", "linear")
    if function is None:
        need = "load_weights reads it, into the network built as before, but load does not"
    elif isinstance(function, str) and not activation.of_name(function):
        need = f'load needs custom={{"{function}": {function}}}'
    else:
        return
    log.warning("%s: layer %d is a %s with code of your own: %s.", path, k, name, need)


def _check_fit(net, path, name, variable, array):
    value = variable.get_value(borrow=True)
    if value.shape != array.shape:
        raise ValueError(
            f"{path} does not fit the network: {_place(net, name)} has shape {array.shape} in the "
            f"file, but {value.shape} in the network"
        )
    if value.dtype.kind != array.dtype.kind:
        raise ValueError(
            f"{path} does not fit the network: {_place(net, name)} has dtype {array.dtype} in the "
            f"file, but {value.dtype} in the network"
        )


def _state(net, path, name, array, stream):
    try:
        return value_of(array, stream)
    except ValueError as error:
        raise ValueError(
            f"{path} does not fit the network: its {_place(net, name)} is {error}"
        ) from error


def _listed(names):
    return textwrap.shorten(", ".join(names), 500, placeholder=" ...")


def _place(net, name):
    own = name.partition(".")[2]
    return f"{own} of layer {_number(name)} ({type(net.layers[_number(name)]).__name__})"


def _number(name):
    """Return the number of the layer that an array in a file belongs to."""
    return int(name.partition(".")[0])

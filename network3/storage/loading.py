"""network3.load: a net from a file."""

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from network3.layers import activations
from network3.network import Network
from network3.storage import saving as nets
from network3.storage import tensors
from network3.training.history import History


def load(path: str | os.PathLike, custom: Mapping[str, Callable] | None = None) -> Network:
    """The net that `net.save(path)` wrote: it evaluates as that did, and draws the dropout that it
    would have drawn next.

    Nothing in the file is run, and NumPy's global generator is left as it was. Numbers are cast to
    floatX, and either backend reads what the other wrote.

    Parameters
    ----------
    custom : {name: class}, optional
        The classes of layers of your own. Each is called with what the layer's `config()` gave, by
        keyword; an `activation_fn` that names one of network3's becomes that function.

    Returns
    -------
    Network, with its history

    Raises
    ------
    OSError
        Where the file cannot be read.
    ValueError
        Where it is damaged, no net, or of layers that cannot be built from a file; the weights can
        then be loaded into a net that is built as before, `net.load_weights(path)`.
    TypeError
        For `custom` that is no dict of classes.
    """
    custom = _checked(custom)
    arrays, about = tensors.read(path, nets.KIND)
    match about:
        case {"mini_batch_size": int(size), "layers": [*layers], "history": dict() | None as past}:
            pass
        case _:
            raise ValueError(f"{path} does not say what its net is made of: use another copy of it")
    with _global_generator_kept():
        built = [_layer(path, k, layer, custom, arrays) for k, layer in enumerate(layers)]
        try:
            net = Network(built, size)
            if past is not None:
                net.state.history = History.from_dict(past)
        except (TypeError, ValueError) as error:
            raise ValueError(f"{path} holds no net that can be built: {error}") from error
    nets.fill(net, path, arrays)
    return net


def _checked(custom):
    if custom is None:
        return {}
    if not isinstance(custom, Mapping) or not all(map(callable, custom.values())):
        raise TypeError(
            f'load got custom = {custom!r}: it must be a dict of classes, {{"MyLayer": MyLayer}}'
        )
    return custom


@contextlib.contextmanager
def _global_generator_kept() -> Iterator[None]:
    """Layers draw their first weights, which nobody is to notice here."""
    state = np.random.get_state()
    try:
        yield
    finally:
        np.random.set_state(state)


def _layer(path, k, description, custom, arrays):
    """A layer with weights still to be set."""
    match description:
        case {"class": str(name), "config": dict() | None as config}:
            pass
        case _:
            raise ValueError(f"{path} does not say what layer {k} is: use another copy of it")
    if name not in nets.BOOK and name not in custom:
        raise _unbuildable(
            path, k, name, f'this class is not known here: load(path, custom={{"{name}": {name}}})'
        )
    if config is None:
        raise _unbuildable(path, k, name, "it was saved without a method config()")
    if name in nets.BOOK:
        _check_sizes(path, k, config, arrays)
    try:
        return {**custom, **nets.BOOK}[name](**_arguments(config))
    except (TypeError, ValueError, ArithmeticError) as error:
        raise _unbuildable(path, k, name, str(error)) from error


def _check_sizes(path, k, config, arrays):
    """ValueError unless the weights are in the file in the size that a layer would make them, which
    it would find memory for before anything else."""
    wanted = config.get("filter_shape") or [config.get("n_in"), config.get("n_out")]
    if f"{k}.w" not in arrays or list(arrays[f"{k}.w"].shape) != wanted:
        raise ValueError(f"{path} holds no weights of layer {k} in the size {wanted} it speaks of")


def _arguments(config: dict[str, Any]) -> dict[str, Any]:
    """What a constructor gets, from what config() gave."""
    if "activation_fn" not in config:
        return config
    name = config["activation_fn"]
    if name is None:
        raise ValueError("its activation_fn is not one of network3's")
    known = name in activations.__all__
    return {**config, "activation_fn": getattr(activations, name) if known else name}


def _unbuildable(path, k, name, why):
    return ValueError(
        f"{path} holds a layer that cannot be built, number {k}, a {name} ({why}); or build the "
        f"net as before and call net.load_weights(path)"
    )

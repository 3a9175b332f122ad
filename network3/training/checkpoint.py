"""A training in a file: all that decides how it goes on.

The file holds what that of a net does, the parameters and random streams by their names, and
"velocity.0.w" where there was momentum, "best.0.w" where the best parameters are asked for, and
"costs", those of the epoch under way.
"""

import numpy as np

from network3.layers.layer import as_layer
from network3.storage import saving, tensors
from network3.training.history import History
from network3.training.state import State

KIND = "network3 checkpoint"


def write(path, trainer):
    """Write the state of a network's training; an existing file is replaced atomically.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    net, state = trainer.net, trainer.state
    velocities = [v.get_value(borrow=True) for v in trainer.descent.velocities]
    arrays = {
        **saving.arrays_of(net),
        **_named("velocity", net, velocities),
        **_named("best", net, state.best_params or []),
        "costs": state.costs,
    }
    about = {
        "history": state.history.to_dict(),
        "seconds": state.seconds,
        "shuffle_seed": state.shuffle_seed,
        "mini_batch_size": net.mini_batch_size,
        "batches": state.batches,
        "layers": _layers(net),
    }
    tensors.write(path, KIND, arrays, about)


def read(path, trainer, batches):
    """Return the state in a checkpoint, and set parameters, velocities and random streams to its.

    Parameters
    ----------
    batches : int
        The mini-batches of the data to go on with.

    Raises
    ------
    OSError
        If the file cannot be read.
    ValueError
        If it is damaged, no checkpoint, or of another training; the network is then unchanged.
    """
    net, descent = trainer.net, trainer.descent
    arrays, about = tensors.read(path, KIND)
    velocities, best = (_taken(name, arrays) for name in ("velocity", "best"))
    state = _state(path, net, about, arrays.pop("costs", None))
    state.check(path, batches)
    _check_layers(path, net, about.get("layers", []))  # older files say nothing
    pairs = saving.fitting(net, path, arrays, all_streams=True)
    velocities, best = (_like_parameters(path, net, found) for found in (velocities, best))
    state.best_params = best or None
    descent.rest()
    if velocities:
        descent.need_velocities()
        pairs += zip(descent.velocities, velocities, strict=True)
    for variable, value in pairs:
        variable.set_value(value)
    return state


def _state(path, net, about, costs):
    match about:
        case {
            "history": dict() as past,
            "seconds": int() | float() as seconds,
            "shuffle_seed": None | int() as seed,
            "mini_batch_size": int() as size,
            "batches": int() as batches,
        } if seed is None or 0 <= seed < 2**32:
            pass
        case _:
            raise ValueError(f"{path} does not say where its training stood: use another copy")
    if costs is None or costs.dtype != float or costs.ndim != 1 or len(costs) > batches:
        raise ValueError(f"{path} does not hold the costs of its epoch: use another copy")
    if size != net.mini_batch_size:
        raise ValueError(
            f"{path} is of a training with mini-batches of {size} images, the net has "
            f"{net.mini_batch_size}: use the same size, or another checkpoint"
        )
    state = State()
    try:
        state.history = History.from_dict(past)
    except ValueError as error:
        raise ValueError(f"{path} holds no history: {error}") from error
    state.add(costs, seconds)
    state.batches, state.shuffle_seed = batches, seed
    return state


def _layers(net):
    """What each layer computes with its parameters, as far as it says so."""
    return [
        {key: config[key] for key in layer.computes if key in config}
        for layer, config in ((layer, layer.config() or {}) for layer in map(as_layer, net.layers))
    ]


def _check_layers(path, net, layers):
    if not isinstance(layers, list) or not all(isinstance(layer, dict) for layer in layers):
        raise ValueError(f"{path} does not say what its net computes: use another copy")
    for k, (there, here) in enumerate(zip(layers, _layers(net), strict=False)):
        for key in there.keys() & here.keys():
            if there[key] != here[key]:
                raise ValueError(
                    f"{path} is of a training of another net: layer {k} had {key} = "
                    f"{there[key]!r}, and has {here[key]!r}: build the net as it was, or use "
                    f"another checkpoint"
                )


def _named(prefix, net, values):
    names = saving.parameters(net)
    return {f"{prefix}.{name}": np.asarray(v) for name, v in zip(names, values, strict=False)}


def _taken(prefix, arrays):
    """The arrays of a prefix, by the rest of their names, out of `arrays`."""
    names = [name for name in arrays if name.startswith(f"{prefix}.")]
    return {name.removeprefix(f"{prefix}."): arrays.pop(name) for name in names}


def _like_parameters(path, net, found):
    """Arrays by the names of parameters, as a list of one for each of these, or of none."""
    if not found:
        return []
    wanted = saving.parameters(net)
    shapes = {name: np.shape(p.get_value(borrow=True)) for name, p in wanted.items()}
    if {name: array.shape for name, array in found.items()} != shapes:
        raise ValueError(f"{path} does not hold velocities or best parameters that fit the net")
    return [found[name].astype(p.type.dtype) for name, p in wanted.items()]

"""Write and read checkpoints, which store everything needed to resume a training.

Like the file of a network, a checkpoint holds the parameters and random streams by name. It also
holds velocities such as "velocity.0.w" if momentum is used, the best parameters such as "best.0.w"
if `restore_best_weights` is set, and "costs", the costs of the current epoch.
"""

import logging

import numpy as np

from network3.engine import interrupts
from network3.layers.layer import as_layer
from network3.ops import activation
from network3.storage import saving, tensors
from network3.training.history import History, is_finite
from network3.training.state import State

log = logging.getLogger("network3")

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
        "data": state.data,
        "seed": trainer.seed,
        "layers": _layers(net),
    }
    tensors.write(path, KIND, arrays, about)


def read(path, trainer, batches):
    """Restore parameters, velocities and random streams from a checkpoint, and return its state.

    Parameters
    ----------
    batches : int
        The number of mini-batches in the training data.

    Raises
    ------
    OSError
        If the file cannot be read.
    ValueError
        If the file is damaged, is no checkpoint, or does not fit; the network is then unchanged.
    """
    net, descent = trainer.net, trainer.descent
    arrays, about = tensors.read(path, KIND)
    velocities, best = (_taken(name, arrays) for name in ("velocity", "best"))
    state = _state(path, net, about, arrays.pop("costs", None))
    state.check(path, batches)
    _check_layers(path, net, about.get("layers", []))  # absent in older files
    put = saving.putting(net, path, arrays, all_streams=True)
    velocities, best = (_like_parameters(path, net, found) for found in (velocities, best))
    state.best_params = best or None
    _keep_seed(path, trainer, about.get("seed"))
    descent.rest()
    if velocities:
        descent.need_velocities()
    with interrupts.held_back():  # all of them, or none
        put()
        if velocities:
            for variable, value in zip(descent.velocities, velocities, strict=True):
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
        } if is_finite(seconds) and (seed is None or 0 <= seed < 2**32):
            pass
        case _:
            raise ValueError(f"{path} does not record the state of a training: use another copy")
    if costs is None or costs.dtype != float or costs.ndim != 1 or len(costs) > batches:
        raise ValueError(f"{path} does not hold the costs of its epoch: use another copy")
    if size != net.mini_batch_size:
        raise ValueError(
            f"{path} is from a training with mini-batches of {size} images, but the network's "
            f"mini_batch_size is {net.mini_batch_size}: use the same size, or another checkpoint"
        )
    state = State()
    try:
        state.history = History.from_dict(past)
    except ValueError as error:
        raise ValueError(f"{path} holds no valid history: {error}") from error
    state.add(costs, seconds)
    state.batches, state.shuffle_seed = batches, seed
    state.data = _data(path, about.get("data"))  # absent in older files
    return state


def _keep_seed(path, trainer, before):
    """Keep the seed that a training began with; absent in older files and from programs."""
    if not isinstance(before, int):
        return
    if trainer.seed not in (None, before):
        log.warning(
            "The training in %s began with the seed %d: the new one, %d, changes only the "
            "images of an expander.",
            path,
            before,
            trainer.seed,
        )
    trainer.seed = before


def _data(path, found):
    match found:
        case None:
            return None
        case dict() if all(
            isinstance(each, list) and [type(n) for n in each] == [int, int]
            for each in found.values()
        ):
            return found
    raise ValueError(f"{path} does not record the data of a training: use another copy")


def _layers(net):
    """Return, for each layer, the arguments that change its computation (`Layer.computes`)."""
    return [
        {key: config[key] for key in layer.computes if key in config}
        for layer, config in ((layer, layer.config() or {}) for layer in map(as_layer, net.layers))
    ]


def _check_layers(path, net, layers):
    if not isinstance(layers, list) or not all(isinstance(layer, dict) for layer in layers):
        raise ValueError(f"{path} does not record what its network computes: use another copy")
    for k, (there, here) in enumerate(zip(layers, _layers(net), strict=False)):
        for key in there.keys() & here.keys():
            # Older files do not have the names of user-defined functions.
            unnamed = there[key] is None and not activation.of_name(here[key])
            if there[key] != here[key] and not unnamed:
                raise ValueError(
                    f"{path} is from a training of another network: layer {k} had {key} = "
                    f"{there[key]!r:.200}, and has {here[key]!r}: build the network as it was, or "
                    f"use another checkpoint"
                )


def _named(prefix, net, values):
    names = saving.parameters(net)
    return {f"{prefix}.{name}": np.asarray(v) for name, v in zip(names, values, strict=False)}


def _taken(prefix, arrays):
    """Remove the arrays with a prefix from `arrays`, and return them by the rest of their names."""
    names = [name for name in arrays if name.startswith(f"{prefix}.")]
    return {name.removeprefix(f"{prefix}."): arrays.pop(name) for name in names}


def _like_parameters(path, net, found):
    """Return arrays in the order of the parameters; an empty list if `found` is empty."""
    if not found:
        return []
    wanted = saving.parameters(net)
    shapes = {name: np.shape(p.get_value(borrow=True)) for name, p in wanted.items()}
    if {name: array.shape for name, array in found.items()} != shapes:
        raise ValueError(
            f"{path} holds velocities or best parameters that do not fit the network: use another "
            f"copy"
        )
    return [found[name].astype(p.type.dtype) for name, p in wanted.items()]

"""A training in a file: all that decides how it goes on."""

import json

import numpy as np

from network3.storage import tensors
from network3.training.history import History
from network3.training.state import State, random_streams

KIND = "network3 checkpoint"


def write(path, net, state):
    """Writes the state of a net's training; a file that is there stays until the new one is whole.

    Raises
    ------
    OSError
        Where the file cannot be written.
    """
    streams = [_stream(stream) for stream in random_streams(net)]
    arrays = {
        **_named("param", [p.get_value(borrow=True) for p in net.params]),
        **_named("velocity", [v.get_value(borrow=True) for v in net.descent.velocities]),
        **_named("best", state.best_params or []),
        **_named("stream", [s for s in streams if isinstance(s, np.ndarray)]),
        "costs": state.costs,
    }
    about = {
        "history": state.history.to_dict(),
        "seconds": state.seconds,
        "shuffle_seed": state.shuffle_seed,
        "mini_batch_size": net.mini_batch_size,
        "generators": [s for s in streams if not isinstance(s, np.ndarray)],
    }
    tensors.write(path, KIND, arrays, about)


def read(path, net):
    """The state in a checkpoint, whose parameters, velocities and random streams `net` gets.

    Raises
    ------
    OSError
        Where the file cannot be read.
    ValueError
        Where it is damaged, no checkpoint, or of another net; the net is then as it was.
    """
    arrays, about = tensors.read(path, KIND)
    params, velocities, best = (_listed(name, arrays) for name in ("param", "velocity", "best"))
    streams = random_streams(net)
    generators, words = iter(about["generators"]), iter(_listed("stream", arrays))
    _check(path, net, params, velocities, best, about)
    values = [
        next(words, None) if _is_array(stream) else next(generators, None) for stream in streams
    ]
    if any(value is None for value in values):
        raise ValueError(f"{path} is of a net with fewer random streams: build the net as it was")
    _set(net.params, params)
    if velocities:
        net.descent.need_velocities()
        _set(net.descent.velocities, velocities)
    for stream, value in zip(streams, values, strict=True):
        _restore(stream, value)
    state = State()
    state.history = History.from_dict(about["history"])
    state.add(arrays["costs"], about["seconds"])
    state.shuffle_seed = about["shuffle_seed"]
    state.best_params = best or None
    return state


def _check(path, net, params, velocities, best, about):
    if about["mini_batch_size"] != net.mini_batch_size:
        raise ValueError(
            f"{path} is of a training with mini-batches of {about['mini_batch_size']} images, the "
            f"net has {net.mini_batch_size}: use the same size, or another checkpoint"
        )
    wanted = [p.get_value(borrow=True).shape for p in net.params]
    for values in filter(None, (params, velocities, best)):
        if [value.shape for value in values] != wanted:
            raise ValueError(
                f"{path} is of a net with parameters {_shapes(v.shape for v in values)}, this one "
                f"has {_shapes(wanted)}: build the net as it was, or use another checkpoint"
            )
    if not params:
        raise ValueError(f"{path} has no parameters: it is not a checkpoint of a net")


def _shapes(shapes):
    return ", ".join("x".join(map(str, shape)) for shape in shapes)


def _named(name, values):
    return {f"{name}.{k}": np.asarray(value) for k, value in enumerate(values)}


def _listed(name, arrays):
    count = sum(key.startswith(f"{name}.") for key in arrays)
    return [arrays[f"{name}.{k}"] for k in range(count)]


def _set(variables, values):
    for variable, value in zip(variables, values, strict=True):
        variable.set_value(np.asarray(value, variable.dtype))


def _is_array(stream):
    return not isinstance(stream.get_value(borrow=True), np.random.Generator)


def _stream(stream):
    """The state of a random stream: an array, or for NumPy's generators text."""
    value = stream.get_value(borrow=True)
    if isinstance(value, np.random.Generator):
        return json.dumps(value.bit_generator.state, default=np.ndarray.tolist)
    return np.asarray(value)


def _restore(stream, value):
    if isinstance(value, np.ndarray):
        stream.set_value(value)
    else:
        generator = stream.get_value()
        generator.bit_generator.state = json.loads(value)
        stream.set_value(generator)

"""Build the layers of a network from a file."""

import os
import re
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from network3 import layers
from network3.layers.layer import arguments
from network3.ops import activation
from network3.storage import saving, tensors
from network3.storage.streams import STREAM

CLASS = re.compile(r"[\w.]{1,200}")


class Unbuildable(ValueError):
    """A layer cannot be built from a file.

    Attributes
    ----------
    reason : str
        The error, without what to do.
    """

    def __init__(self, reason: str, custom: str | None = None) -> None:
        self.reason = reason
        advice = f"load(path, custom={{{custom}}}), or " if custom else ""
        super().__init__(
            f"{reason}: {advice}build the network as before and call net.load_weights(path)"
        )


@dataclass(frozen=True)
class Loaded:
    """A network as read from a file: its layers, built but with weights still to be set."""

    layers: list[Any]
    mini_batch_size: int
    history: dict[str, Any] | None
    arrays: dict[str, np.ndarray]


def read(path: str | os.PathLike, custom: Mapping[str, Callable] | None = None) -> Loaded:
    """Read a file that `save` wrote; nothing in the file is executed.

    Building the layers draws initial weights from NumPy's global generator; use
    `streams.global_generator_kept` to restore it.

    Parameters
    ----------
    path : path
    custom : {name: class or function}, optional
        The classes of user-defined layers, and user-defined activation functions.

    Raises
    ------
    OSError
        If the file cannot be read.
    ValueError
        If the file is damaged, holds no network, or holds layers that cannot be built from a file.
    TypeError
        If `custom` is not a dict of classes and functions.
    """
    custom = _checked(custom)
    arrays, about = tensors.read(path, saving.KIND)
    match about:
        case {
            "mini_batch_size": int(size),
            "layers": [*descriptions],
            "history": dict() | None as past,
        }:
            pass
        case _:
            raise ValueError(
                f"{path} does not describe the layers of its network: use another copy of it"
            )
    built = [_layer(path, k, layer, custom, arrays) for k, layer in enumerate(descriptions)]
    return Loaded(built, size, past, arrays)


def _checked(custom):
    if custom is None:
        return {}
    if not isinstance(custom, Mapping) or not all(map(callable, custom.values())):
        raise TypeError(
            f"load got custom = {custom!r}: it must be a dict of classes and activation functions, "
            f'{{"MyLayer": MyLayer}}'
        )
    return custom


def _layer(path, k, description, custom, arrays):
    """Return a layer with weights still to be set."""
    match description:
        case {"class": str(name), "config": dict() | None as config} if CLASS.fullmatch(name):
            pass
        case _:
            raise ValueError(f"{path} does not describe layer {k}: use another copy of it")
    kind = _class_of(name, custom)
    if kind is None:
        raise _unbuildable(path, k, name, "this class is not known here", custom=name)
    if config is None:
        why = (
            "it was saved without its constructor's arguments, which its class must keep as "
            "attributes of the same names, or return from config()"
        )
        raise _unbuildable(path, k, name, why)
    function = config.get("activation_fn")
    if isinstance(function, str) and not activation.of_name(function):
        if function in custom:
            config = {**config, "activation_fn": custom[function]}
        elif name.startswith(saving.PACKAGE) and CLASS.fullmatch(function):
            why = f"its activation_fn {function} is not known here"
            raise _unbuildable(path, k, name, why, custom=function)
    build = getattr(kind, "from_config", lambda config: kind(**arguments(config)))
    # A class that inherits param_shapes may have other parameters.
    says_shapes = name.startswith(saving.PACKAGE) or "param_shapes" in vars(kind)
    try:
        if says_shapes:
            _check_shapes(k, kind.param_shapes(config), arrays)
        return build(config)
    except (TypeError, ValueError, KeyError, ArithmeticError) as error:
        raise _unbuildable(path, k, name, str(error)) from error


def _class_of(name, custom):
    """Return the class with a name in a file: one of the package's layers, or of `custom`."""
    if not name.startswith(saving.PACKAGE):
        return custom.get(name)
    found = getattr(layers, name.removeprefix(saving.PACKAGE), None)
    is_one = isinstance(found, type) and issubclass(found, layers.Layer)
    return found if is_one and found is not layers.Layer else None


def _check_shapes(k, wanted, arrays):
    """Raise ValueError unless the file holds a layer's parameters in the expected shapes.

    Check this first, because building the layer allocates memory for them.
    """
    found = [a.shape for name, a in arrays.items() if re.match(rf"{k}\.(?!{STREAM})", name)]
    if sorted(found) != sorted(wanted):
        raise ValueError(f"the file holds arrays of the shapes {found} for it, not {wanted}")


def _unbuildable(path, k, name, why, custom=None):
    why = textwrap.shorten(why, 500, placeholder=" ...")  # it may quote what the file says
    return Unbuildable(
        f"{path} holds a layer that cannot be built, number {k}, a {name} ({why})",
        custom and f'"{custom}": {custom}',
    )

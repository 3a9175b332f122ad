"""Check that callbacks have at least one method that SGD calls, spelt correctly."""

import difflib
import inspect
import re
from collections.abc import Sequence
from typing import Any

HOOKS = ("on_train_begin", "on_epoch_begin", "on_mini_batches", "on_epoch_end", "on_train_end")


class StopTraining(Exception):
    """Raised by a callback's `on_mini_batches` to end the training at once, in mid-epoch.

    The checkpoint is written first, as after Ctrl-C, and `SGD` returns the history. With
    ``resume=True`` the training continues at the next mini-batch.
    """


def check(callbacks: Any) -> None:
    """Raise TypeError unless `callbacks` is a list of objects with hooks (net, history).

    SGD would never call a misspelt hook, so a method whose name is close to that of a hook is an
    error.
    """
    if not isinstance(callbacks, Sequence) or isinstance(callbacks, str):
        raise TypeError(
            f"SGD got callbacks = {callbacks!r}: it must be a list of objects with methods such as "
            f"on_epoch_end(net, history)"
        )
    for callback in callbacks:
        _check(callback)


def _check(callback):
    if isinstance(callback, type):
        name = callback.__name__
        raise TypeError(f"SGD got the class {name} as a callback: give an instance of it, {name}()")
    owner = type(callback).__name__
    found = tuple(name for name in HOOKS if hasattr(callback, name))
    missing = [name for name in HOOKS if name not in found]
    for name, value in inspect.getmembers_static(callback):
        hook = None if name.startswith(found) else _meant(name, missing)
        if hook and (callable(value) or isinstance(value, classmethod)):
            raise TypeError(
                f"SGD got a callback, {owner}, with a method {name}, which SGD never calls: did "
                f"you mean {hook}? SGD calls {', '.join(HOOKS)}"
            )
    if not found:
        raise TypeError(
            f"SGD got the callback {callback!r}: it must be an object with at least one of the "
            f"methods {', '.join(HOOKS)}, which SGD calls with (net, history)"
        )
    for name in found:
        _check_call(owner, name, getattr(callback, name))


def _meant(name, hooks):
    """Return the one of `hooks` that a method's name is close to, or None."""
    is_event = re.match("on_?(train|epoch)", name, re.IGNORECASE)
    close = difflib.get_close_matches(
        name.lower().replace("start", "begin"), hooks, 1, cutoff=0.6 if is_event else 0.85
    )
    return close[0] if close else None


def _check_call(owner, name, method):
    if not callable(method):
        raise TypeError(f"SGD got a callback, {owner}, whose {name} is {method!r}, not a method")
    try:
        signature = inspect.signature(method)
    except (TypeError, ValueError):  # functions written in C may have no signature
        return
    try:
        signature.bind(None, None)
    except TypeError as error:
        raise TypeError(
            f"SGD got a callback, {owner}, with {name}{signature}: SGD calls {name}(net, history)"
        ) from error

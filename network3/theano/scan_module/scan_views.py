"""theano.scan_module.scan_views: simpler kinds of loops."""

from collections.abc import Callable
from typing import Any

from network3.theano import absent
from network3.theano.scan_module.scan import scan
from network3.theano.updates import OrderedUpdates

__all__ = ["foldl", "foldr", "map", "reduce", "scan"]


def map(
    fn: Callable,
    sequences: Any,
    non_sequences: Any = None,
    truncate_gradient: int = -1,
    go_backwards: bool = False,
    mode: Any = None,
    name: str | None = None,
) -> tuple[Any, OrderedUpdates]:
    """Apply `fn` to each element of the sequences; return the results and the updates.

    The arguments are those of `scan`.
    """
    return scan(
        fn,
        sequences=sequences,
        outputs_info=[],
        non_sequences=non_sequences,
        truncate_gradient=truncate_gradient,
        go_backwards=go_backwards,
        mode=mode,
        name=name,
    )


def reduce(
    fn: Callable,
    sequences: Any,
    outputs_info: Any,
    non_sequences: Any = None,
    go_backwards: bool = False,
    mode: Any = None,
    name: str | None = None,
) -> tuple[Any, OrderedUpdates]:
    """Combine all elements into one value; return the value and the updates.

    ``fn(element, ..., value so far, ...)`` returns the next value. The arguments are those of
    `scan`.
    """
    outputs, updates = scan(
        fn,
        sequences=sequences,
        outputs_info=outputs_info,
        non_sequences=non_sequences,
        go_backwards=go_backwards,
        mode=mode,
        name=name,
    )
    if isinstance(outputs, list | tuple):
        return [output[-1] for output in outputs], updates
    return outputs[-1], updates


def foldl(
    fn: Callable,
    sequences: Any,
    outputs_info: Any,
    non_sequences: Any = None,
    mode: Any = None,
    name: str | None = None,
) -> tuple[Any, OrderedUpdates]:
    """Do the same as `reduce`, from the first element to the last."""
    return reduce(fn, sequences, outputs_info, non_sequences, False, mode, name)


def foldr(
    fn: Callable,
    sequences: Any,
    outputs_info: Any,
    non_sequences: Any = None,
    mode: Any = None,
    name: str | None = None,
) -> tuple[Any, OrderedUpdates]:
    """Do the same as `reduce`, from the last element to the first."""
    return reduce(fn, sequences, outputs_info, non_sequences, True, mode, name)


__getattr__ = absent.names(__name__)

"""theano.scan_module.scan: loops in graphs."""

from collections.abc import Callable
from typing import Any

import pytensor
from pytensor.graph.basic import Variable

from network3.kernels.pytensor_versions import SCAN_UPDATES, silenced
from network3.theano import absent, compute_test_value
from network3.theano.updates import OrderedUpdates

__all__ = ["scan"]


def scan(
    fn: Callable,
    sequences: Any = None,
    outputs_info: Any = None,
    non_sequences: Any = None,
    n_steps: Any = None,
    truncate_gradient: int = -1,
    go_backwards: bool = False,
    mode: Any = None,
    name: str | None = None,
    profile: Any = False,
    allow_gc: bool | None = None,
    strict: bool = False,
    return_list: bool = False,
) -> tuple[Any, OrderedUpdates]:
    """Build a loop that calls `fn` once to define its step.

    Parameters
    ----------
    fn : callable
        It receives an element of each sequence, the previous values of each output, and the
        non-sequences. It returns outputs, updates (a dict), ``until(condition)``, or tuples of
        these.
    sequences : Variable, dict or list of them
        Variables whose elements along the first axis the steps receive. A dict such as
        ``{"input": x, "taps": [-1, 0]}`` passes elements at several offsets.
    outputs_info : Variable, dict, None or list of them
        For each output, its initial value if the next step receives it, or None if not. A dict such
        as ``{"initial": x, "taps": [-2, -1]}`` passes several previous values.
    non_sequences : Variable or list of them
        Variables that every step receives unchanged.
    n_steps : int or Variable, optional
        The number of steps, by default the length of the shortest sequence.
    truncate_gradient : int
        The number of steps that the gradient goes back, or -1 for all.
    go_backwards : bool
        If true, read the sequences from the last element to the first.
    mode
        Ignored: the loop is compiled in the mode of the function that contains it.
    name, profile, allow_gc, strict, return_list
        As in Theano.

    Returns
    -------
    outputs : Variable, list of them, or None
        Each output of all steps, stacked along a new first axis.
    updates : OrderedUpdates
        Pass them to `theano.function`, unless they are empty.
    """
    with silenced(SCAN_UPDATES), compute_test_value.suspended():
        outputs, updates = pytensor.scan(
            fn,
            sequences=sequences,
            outputs_info=outputs_info,
            non_sequences=non_sequences,
            n_steps=n_steps,
            truncate_gradient=truncate_gradient,
            go_backwards=go_backwards,
            name=name,
            profile=profile,
            allow_gc=allow_gc,
            strict=strict,
            return_list=return_list,
        )
    compute_test_value.fill([outputs] if isinstance(outputs, Variable) else outputs or [])
    return outputs, OrderedUpdates(updates)


__getattr__ = absent.names(__name__)

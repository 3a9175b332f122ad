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
    """What `fn` gives, step by step, and the updates that go with it.

    Parameters
    ----------
    fn : callable
        From an element of each sequence, the previous values of each output, and the non-sequences,
        to outputs, updates (a dict), `until(condition)`, or tuples of these.
    sequences : Variable, dict or list of them
        A dict may have {"input": x, "taps": [-1, 0]}.
    outputs_info : Variable, dict, None or list of them
        The first value of each output that comes back to `fn`; None for one that does not; a dict
        {"initial": x, "taps": [-2, -1]} where more than the previous value comes back.
    non_sequences : Variable or list of them
    n_steps : int or Variable, optional
    truncate_gradient : int
        After how many steps the gradient stops; -1: after all.
    go_backwards : bool
    mode
        Is taken and not used: the loop is compiled as the function that it is in.
    name, profile, allow_gc, strict, return_list
        As in Theano.

    Returns
    -------
    outputs : Variable or list of them, or None
        Each with one axis more, the steps, in front.
    updates : OrderedUpdates
        For `theano.function`, if it is not empty.
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

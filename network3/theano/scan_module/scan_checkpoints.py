"""theano.scan_module.scan_checkpoints: a loop whose gradient needs less memory."""

from collections.abc import Callable
from typing import Any

from pytensor.scan import checkpoints

from network3.kernels.pytensor_versions import SCAN_UPDATES, silenced
from network3.theano import absent, compute_test_value
from network3.theano.updates import OrderedUpdates

__all__ = ["scan_checkpoints"]


def scan_checkpoints(
    fn: Callable,
    sequences: Any = (),
    outputs_info: Any = None,
    non_sequences: Any = (),
    name: str = "checkpointscan_fn",
    n_steps: Any = None,
    save_every_N: int = 10,
    padding: bool = True,
) -> tuple[Any, OrderedUpdates]:
    """Build a loop that stores only every `save_every_N`-th value.

    The gradient recomputes the values in between, so a long loop needs less memory.

    Parameters
    ----------
    fn, sequences, outputs_info, non_sequences, name, n_steps
        As for `scan`.
    save_every_N : int
        The number of steps from one stored value to the next.
    padding : bool
        If true, the number of steps need not be a multiple of `save_every_N`.

    Returns
    -------
    outputs : Variable or list of them
        The stored values of each output, stacked along a new first axis.
    updates : OrderedUpdates
        The updates for `theano.function`.
    """
    with silenced(SCAN_UPDATES), compute_test_value.suspended():
        outputs, updates = checkpoints.scan_checkpoints(
            fn,
            sequences=list(sequences) if isinstance(sequences, list | tuple) else sequences,
            outputs_info=outputs_info,
            non_sequences=(
                list(non_sequences) if isinstance(non_sequences, list | tuple) else non_sequences
            ),
            name=name,
            n_steps=n_steps,
            save_every_N=save_every_N,
            padding=padding,
        )
    return outputs, OrderedUpdates(updates)


__getattr__ = absent.names(__name__)

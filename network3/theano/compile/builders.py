"""theano.compile.builders: an operator made of a graph."""

from collections.abc import Sequence
from typing import Any

import pytensor.compile.builders
from pytensor.graph.basic import Variable

from network3.theano import absent

__all__ = ["OpFromGraph"]


class OpFromGraph(pytensor.compile.builders.OpFromGraph):
    """An operator that computes `outputs` from `inputs`, called on variables of their types.

    Parameters
    ----------
    inputs, outputs : list of Variable
    inline : bool
        Whether functions put the graph in its place.
    lop_overrides : callable, OpFromGraph or list of them
        The gradient, from (inputs, outputs, output gradients); "default": that of the graph.
    grad_overrides : the same
        From (inputs, output gradients); only one of the two may be given.
    rop_overrides : the same
        From (inputs, directions).
    connection_pattern : list of list of bool, optional
    name : str, optional
    """

    def __init__(
        self,
        inputs: Sequence[Variable],
        outputs: Sequence[Variable],
        inline: bool = False,
        lop_overrides: Any = "default",
        grad_overrides: Any = "default",
        rop_overrides: Any = "default",
        connection_pattern: list[list[bool]] | None = None,
        name: str | None = None,
        **kwargs: Any,
    ):
        if grad_overrides != "default":
            if lop_overrides != "default":
                raise ValueError(
                    "OpFromGraph got lop_overrides and grad_overrides: give one of them"
                )
            lop_overrides = _without_outputs(grad_overrides)
        if lop_overrides != "default":
            kwargs["pullback"] = lop_overrides
        if rop_overrides != "default":
            kwargs["pushforward"] = rop_overrides
        super().__init__(
            list(inputs),
            list(outputs),
            inline=inline,
            connection_pattern=connection_pattern,
            name=name,
            **kwargs,
        )

    @property
    def local_inputs(self) -> list[Variable]:
        """The graph's inputs, PyTensor's `inner_inputs`."""
        return self.inner_inputs

    @property
    def local_outputs(self) -> list[Variable]:
        """The graph's outputs, PyTensor's `inner_outputs`."""
        return self.inner_outputs


def _without_outputs(gradient):
    if isinstance(gradient, list):
        return [_without_outputs(one) for one in gradient]
    if gradient is None or gradient == "default":
        return None
    return lambda inputs, outputs, output_grads: gradient(inputs, output_grads)


__getattr__ = absent.names(__name__)

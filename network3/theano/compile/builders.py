"""theano.compile.builders: an operator that is defined by a graph."""

from collections.abc import Sequence
from typing import Any

import pytensor.compile.builders
from pytensor.graph.basic import Variable

from network3.theano import absent

__all__ = ["OpFromGraph"]


class OpFromGraph(pytensor.compile.builders.OpFromGraph):
    """An operator that is defined by a graph from `inputs` to `outputs`.

    Call it with variables of the types of `inputs`.

    Parameters
    ----------
    inputs, outputs : list of Variable
        The graph's inputs and outputs.
    inline : bool
        If true, compiled functions contain the graph in place of the operator.
    lop_overrides : callable, OpFromGraph or list of them
        Functions of (inputs, outputs, output gradients) that return the gradients. "default" takes
        the gradients of the graph.
    grad_overrides : callable, OpFromGraph or list of them
        Functions of (inputs, output gradients), to give instead of `lop_overrides`.
    rop_overrides : callable, OpFromGraph or list of them
        Functions of (inputs, evaluation points) that return the products with the Jacobian.
    connection_pattern : list of list of bool, optional
        Whether each output, in the inner lists, depends on each input.
    name : str, optional
        The operator's name in messages and printed graphs.

    Raises
    ------
    ValueError
        If both `lop_overrides` and `grad_overrides` are given.
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
                    "OpFromGraph: got both lop_overrides and grad_overrides; give only one of them"
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
        """The graph's inputs, which PyTensor calls `inner_inputs`."""
        return self.inner_inputs

    @property
    def local_outputs(self) -> list[Variable]:
        """The graph's outputs, which PyTensor calls `inner_outputs`."""
        return self.inner_outputs


def _without_outputs(gradient):
    if isinstance(gradient, Variable):
        return gradient
    if isinstance(gradient, list):
        return [_without_outputs(one) for one in gradient]
    if gradient is None or gradient == "default":
        return None
    if isinstance(gradient, pytensor.compile.builders.OpFromGraph):
        return lambda inputs, outputs, output_grads: gradient(
            *inputs, *output_grads, return_list=True
        )
    return lambda inputs, outputs, output_grads: gradient(inputs, output_grads)


__getattr__ = absent.names(__name__)

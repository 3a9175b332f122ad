"""theano.gof.opt: base classes and decorators for a program's own graph rewrites."""

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any

from pytensor.graph.rewriting.basic import EquilibriumGraphRewriter as EquilibriumOptimizer
from pytensor.graph.rewriting.basic import GraphRewriter as Optimizer
from pytensor.graph.rewriting.basic import (
    MergeOptimizer,
    NodeRewriter,
    check_stack_trace,
    copy_stack_trace,
    in2out,
    node_rewriter,
    out2in,
    pre_constant_merge,
)
from pytensor.graph.rewriting.basic import PatternNodeRewriter as PatternSub
from pytensor.graph.rewriting.basic import SequentialGraphRewriter as SeqOptimizer
from pytensor.graph.rewriting.basic import SequentialNodeRewriter as LocalOptGroup
from pytensor.graph.rewriting.basic import SubstitutionNodeRewriter as OpSub
from pytensor.graph.rewriting.basic import WalkingGraphRewriter as TopoOptimizer
from pytensor.graph.rewriting.basic import graph_rewriter as optimizer

from network3.theano import absent

__all__ = [
    "EquilibriumOptimizer",
    "LocalOptGroup",
    "LocalOptimizer",
    "MergeOptimizer",
    "OpSub",
    "Optimizer",
    "PatternSub",
    "SeqOptimizer",
    "TopoOptimizer",
    "check_stack_trace",
    "copy_stack_trace",
    "in2out",
    "local_optimizer",
    "optimizer",
    "out2in",
    "pre_constant_merge",
]


def _of_graph_and_node(rewrite: Callable, graph_at: int) -> Callable:
    """Return a rewrite that takes the graph, too, as PyTensor passes it. Theano's take the node."""
    if len(inspect.signature(rewrite).parameters) > graph_at + 1:
        return rewrite

    @functools.wraps(rewrite)
    def without_graph(*arguments, **_):
        return rewrite(*arguments[:graph_at], arguments[graph_at + 1])

    return without_graph


class LocalOptimizer(NodeRewriter):
    """The base class of rewrites of one node, with a method ``transform(node)``.

    It returns the variables that replace the node's outputs, or False.
    """

    def __init_subclass__(cls, **options: Any):
        super().__init_subclass__(**options)
        if "transform" in vars(cls):
            cls.transform = _of_graph_and_node(cls.transform, 1)  # type: ignore[method-assign]


def local_optimizer(tracks: Sequence | None, inplace=False, requirements: Any = ()) -> Callable:
    """Return a decorator that makes a rewrite of a function of a node.

    Parameters
    ----------
    tracks : list of Op or class, or None
        The operators whose nodes the function receives; None for all.
    inplace : bool
        Whether the rewrite replaces operators by ones that overwrite their inputs.
    requirements : list of callable
        Functions that add to a graph what the rewrite needs.
    """
    decorate = node_rewriter(tracks, inplace, requirements)
    return lambda rewrite: decorate(_of_graph_and_node(rewrite, 0))


__getattr__ = absent.names(__name__)

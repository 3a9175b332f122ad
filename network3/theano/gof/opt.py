"""theano.gof.opt: base classes and decorators for a program's own graph rewrites."""

from pytensor.graph.rewriting.basic import EquilibriumGraphRewriter as EquilibriumOptimizer
from pytensor.graph.rewriting.basic import GraphRewriter as Optimizer
from pytensor.graph.rewriting.basic import (
    MergeOptimizer,
    check_stack_trace,
    copy_stack_trace,
    in2out,
    out2in,
    pre_constant_merge,
)
from pytensor.graph.rewriting.basic import NodeRewriter as LocalOptimizer
from pytensor.graph.rewriting.basic import SequentialGraphRewriter as SeqOptimizer
from pytensor.graph.rewriting.basic import graph_rewriter as optimizer
from pytensor.graph.rewriting.basic import node_rewriter as local_optimizer

from network3.theano import absent

__all__ = [
    "EquilibriumOptimizer",
    "LocalOptimizer",
    "MergeOptimizer",
    "Optimizer",
    "SeqOptimizer",
    "check_stack_trace",
    "copy_stack_trace",
    "in2out",
    "local_optimizer",
    "optimizer",
    "out2in",
    "pre_constant_merge",
]

__getattr__ = absent.names(
    __name__, {"PatternSub": "use pytensor.graph.rewriting.basic.PatternNodeRewriter"}
)

"""Attributes that Theano's objects have and PyTensor's lack.

`add` adds those that have a counterpart to PyTensor's classes. The others raise an `AttributeError`
that says what to use instead.
"""

from typing import Any

import numpy as np
from pytensor.compile import FunctionMaker
from pytensor.compile.debug.profiling import ProfileStats
from pytensor.compile.sharedvalue import SharedVariable
from pytensor.graph.basic import Apply, Constant, Variable
from pytensor.graph.fg import FunctionGraph
from pytensor.graph.rewriting.basic import GraphRewriter
from pytensor.graph.rewriting.db import RewriteDatabaseQuery
from pytensor.graph.type import Type
from pytensor.link.basic import LocalLinker
from pytensor.scan.op import Scan
from pytensor.tensor import TensorType
from pytensor.tensor.elemwise import DimShuffle
from pytensor.tensor.subtensor import Subtensor

from network3.kernels.pytensor_versions import patch


class Absent:
    """An attribute that raises an error, which says what to use instead.

    `hasattr` and `getattr` with a default treat it as missing, and a program can still set an
    attribute of this name on an object.
    """

    def __init__(self, name: str, instead: str):
        self._name = name
        self._instead = instead

    def __get__(self, instance: Any, owner: type) -> Any:
        raise AttributeError(
            f"network3.theano has no {owner.__name__}.{self._name}: {self._instead}"
        )


OBSERVERS = (
    "append_construction_observer",
    "construction_observers",
    "notify_construction_observers",
    "remove_construction_observer",
)
INFO = (
    "as_while", "mit_mot_out_slices", "n_mit_mot", "n_mit_mot_outs", "n_mit_sot", "n_nit_sot",
    "n_seqs", "n_shared_outs", "n_sit_sot", "tap_array",
)  # fmt: skip
SUBTENSOR = ("collapse", "convert", "e_indextype", "e_subslice", "my_as_scalar")

INSTEAD: dict[type, dict[str, str]] = {
    Apply: {
        "deps": "use theano.gof.graph.io_toposort",
        "fgraph": "keep a reference to the FunctionGraph, such as function.maker.fgraph",
        "run_params": "use node.params_type",
    },
    Constant: {"cached": "PyTensor does not cache constants"},
    DimShuffle: {
        "input_broadcastable": "use the broadcastable of the input's type",
        "inplace": "the result is always a view of the input",
        "transposition": "use shuffle, drop and augment",
    },
    FunctionMaker: {
        "expand_in": "use inputs",
        "function_builder": "use function_class",
        "indices": "use the function's indices",
        "optimize_graph_with_cache": "graphs are not cached",
        "output_keys": "use the function's output_keys",
        "refeed": "use the function's defaults",
    },
    LocalLinker: {"make_function": "use theano.function"},
    Scan: {
        **dict.fromkeys(INFO, "use info, which counts the inputs and outputs of each kind"),
        "inputs": "use inner_inputs",
        "outputs": "use inner_outputs",
        "mode_instance": "use mode",
    },
    SharedVariable: {"value": "use get_value() and set_value(...)"},
    Subtensor: {
        **dict.fromkeys(SUBTENSOR, "use idx_list"),
        "get_constant_idx": "use pytensor.tensor.subtensor.get_constant_idx",
    },
    Variable: {
        **dict.fromkeys(OBSERVERS, "variables have no observers"),
        "clients": "use fgraph.clients[variable], such as function.maker.fgraph.clients[variable]",
        "fgraph": "keep a reference to the FunctionGraph, such as function.maker.fgraph",
    },
}


def _validity(self: Any, a: Any) -> str:
    """Return why a value does not have this type."""
    try:
        self.filter(a, strict=True)
    except Exception as error:
        return str(error)
    return "value is valid"


def _zeros(self: Any, shape: Any) -> np.ndarray:
    """Return an array of zeros of this type."""
    return np.zeros(shape, dtype=self.dtype)


def _alias(name: str) -> property:
    return property(lambda self: getattr(self, name))


PRESENT: dict[type, dict[str, Any]] = {
    FunctionGraph: {"change_input": _alias("change_node_input")},
    GraphRewriter: {"optimize": _alias("rewrite")},
    ProfileStats: {
        "optimizer_profile": _alias("rewriter_profile"),
        "optimizer_time": _alias("rewriting_time"),
    },
    RewriteDatabaseQuery: {"extra_optimizations": _alias("extra_rewrites")},
    TensorType: {"sparse_grad": False, "value_zeros": _zeros},
    Type: {
        "Constant": _alias("constant_type"),
        "Variable": _alias("variable_type"),
        "value_validity_msg": _validity,
    },
}


def add() -> None:
    """Add the attributes to PyTensor's classes."""
    for owner, values in PRESENT.items():
        for name, value in values.items():
            patch(owner, name, value)
    for owner, sentences in INSTEAD.items():
        for name, instead in sentences.items():
            if name not in vars(owner):
                patch(owner, name, Absent(name, instead))

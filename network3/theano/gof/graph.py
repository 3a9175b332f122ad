"""theano.gof.graph: variables, graphs, and functions that walk through graphs."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pytensor.graph.basic
import pytensor.graph.replace
import pytensor.graph.traversal
from pytensor.graph.basic import (
    Apply,
    Constant,
    Node,
    Variable,
    as_string,
    clone_get_equiv,
    equal_computations,
    op_as_string,
)
from pytensor.graph.op import io_connection_pattern
from pytensor.graph.traversal import general_toposort

from network3.theano import absent

__all__ = [
    "Apply", "Constant", "Node", "Variable", "ancestors", "as_string", "clone", "clone_get_equiv",
    "equal_computations", "general_toposort", "inputs", "io_connection_pattern", "io_toposort",
    "is_in_ancestors", "is_same_graph", "list_of_nodes", "op_as_string", "ops", "orphans",
    "stack_search", "variables", "variables_and_orphans", "view_roots",
]  # fmt: skip

Variable.__init__.__defaults__ = (None, None, None)  # as in Theano, the owner is optional too


def inputs(
    variable_list: Iterable[Variable], blockers: Iterable[Variable] | None = None
) -> list[Variable]:
    """Return the variables without an owner that these depend on.

    Constants and shared variables are among them.
    """
    return [found for found in ancestors(variable_list, blockers) if found.owner is None]


def ancestors(
    variable_list: Iterable[Variable], blockers: Iterable[Variable] | None = None
) -> list[Variable]:
    """Return these variables and all variables that they depend on."""
    blocked = set(blockers or ())
    return stack_search(
        variable_list,
        lambda v: () if v in blocked or v.owner is None else reversed(v.owner.inputs),
        mode="dfs",
    )


def variables(i: Iterable[Variable], o: Iterable[Variable]) -> list[Variable]:
    """Return the variables from inputs to outputs, including both, and constants."""
    return ancestors(o, blockers=i)


def orphans(i: Iterable[Variable], o: Iterable[Variable]) -> list[Variable]:
    """Return the inputs of the outputs' graph that are not among `i`, such as constants."""
    return list(pytensor.graph.traversal.orphans_between(i, o))


def variables_and_orphans(
    i: Iterable[Variable], o: Iterable[Variable]
) -> tuple[list[Variable], list[Variable]]:
    """Return the results of `variables` and `orphans`."""
    i, o = list(i), list(o)
    return variables(i, o), orphans(i, o)


def ops(i: Iterable[Variable], o: Iterable[Variable]) -> set[Apply]:
    """Return the nodes between inputs and outputs as a set."""
    return set(pytensor.graph.traversal.applys_between(i, o))


def list_of_nodes(inputs: Iterable[Variable], outputs: Iterable[Variable]) -> list[Apply]:
    """Return the nodes between inputs and outputs as a list in no particular order."""
    return list(pytensor.graph.traversal.applys_between(inputs, outputs))


def clone(
    i: Sequence[Variable],
    o: Sequence[Variable],
    copy_inputs: bool = True,
    copy_orphans: bool | None = None,
) -> tuple[list[Variable], list[Variable]]:
    """Copy the graph between inputs and outputs; return the inputs and outputs of the copy."""
    return pytensor.graph.basic.clone(i, o, copy_inputs, copy_orphans)


def io_toposort(
    inputs: Iterable[Variable],
    outputs: Sequence[Variable],
    orderings: dict | None = None,
    clients: dict | None = None,
) -> list[Apply]:
    """Return the nodes between inputs and outputs, each after the nodes that it depends on."""
    return pytensor.graph.traversal.io_toposort(inputs, outputs, orderings, clients)


def is_in_ancestors(l_node: Apply, f_node: Apply) -> bool:
    """Return whether the node `l_node` depends, directly or indirectly, on the node `f_node`."""
    return f_node in pytensor.graph.traversal.applys_between([], l_node.outputs)


def is_same_graph(var1: Variable, var2: Variable, givens: Any = None, debug: bool = False) -> bool:
    """Return whether two variables have the same graph once `givens` replace variables in both."""
    del debug  # Theano then decides in two ways and compares
    pairs = list(givens.items()) if hasattr(givens, "items") else list(givens or [])
    if not pairs:
        return equal_computations([var1], [var2])
    both = pytensor.graph.replace.clone_replace([var1, var2], replace=pairs)
    return equal_computations([both[0]], [both[1]])


def stack_search(
    start: Iterable, expand: Callable, mode: str = "bfs", build_inv: bool = False
) -> Any:
    """Return all that can be reached from `start`, breadth first ("bfs") or depth first ("dfs").

    Parameters
    ----------
    start : iterable
        The elements to start from.
    expand : callable
        It returns the neighbours of an element, or None.
    mode : "bfs" or "dfs"
        The order of the search.
    build_inv : bool
        If true, also return a dict of the elements from which each was reached.

    Raises
    ------
    ValueError
        If `mode` is neither "bfs" nor "dfs".
    """
    if mode not in ("bfs", "dfs"):
        raise ValueError(f"stack_search got mode={mode!r}: it must be 'bfs' or 'dfs'")
    waiting, seen, order = list(start), set(), []
    reached_by: dict[Any, list] = {}
    while waiting:
        node = waiting.pop(0 if mode == "bfs" else -1)
        if node in seen:
            continue
        seen.add(node)
        order.append(node)
        for other in expand(node) or ():
            reached_by.setdefault(other, []).append(node)
            waiting.append(other)
    return (order, reached_by) if build_inv else order


def view_roots(r: Variable) -> list[Variable]:
    """Return the variables that `r` may be a view of."""
    if r.owner is None:
        return [r]
    view_map = getattr(r.owner.op, "view_map", {}) or {}
    positions = view_map.get(r.owner.outputs.index(r), [])
    return [root for i in positions for root in view_roots(r.owner.inputs[i])] or [r]


__getattr__ = absent.names(__name__)

"""Test values: each operator computes an example result as soon as the program applies it.

`theano.config.compute_test_value` is "off", or says what to do if an input has no `tag.test_value`:
"ignore" it, "warn", or "raise". Unless it is "off", a replacement for PyTensor's `Op.__call__` also
computes the result, so shapes that do not match raise an error at the program's line. A `scan` gets
test values for its results, but not for the variables inside its loop.
"""

import copy
import functools
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from pytensor.compile.builders import SymbolicOp
from pytensor.compile.maker import FunctionMaker
from pytensor.compile.sharedvalue import SharedVariable
from pytensor.graph.basic import Apply, Constant, Variable
from pytensor.graph.fg import FunctionGraph
from pytensor.graph.op import HasInnerGraph, Op
from pytensor.graph.traversal import io_toposort

from network3.kernels.pytensor_versions import GRADIENT_RULES, patch

MODES = ("off", "ignore", "warn", "raise")

_mode = "off"
_call = Op.__call__
_populate: Callable = getattr(*GRADIENT_RULES)
# These methods build graphs that are not the program's, so they compute no test values.
_GRAPHS_OF_THEIR_OWN: dict[tuple[type, str], Callable] = {
    (FunctionGraph, "clone_get_equiv"): FunctionGraph.clone_get_equiv,
    (FunctionMaker, "__init__"): FunctionMaker.__init__,
    (FunctionMaker, "create"): FunctionMaker.create,
    (SymbolicOp, "__init__"): SymbolicOp.__init__,
}


def mode() -> str:
    """Return the value of `config.compute_test_value`."""
    return _mode


def switch(wanted: str) -> None:
    """Set `config.compute_test_value`.

    Raises
    ------
    ValueError
        If the value is not "off", "ignore", "warn" or "raise".
    """
    global _mode
    if wanted not in MODES:
        raise ValueError(
            f"theano.config.compute_test_value = {wanted!r}: it must be one of {', '.join(MODES)}"
        )
    _mode = wanted
    _install(wanted != "off")


@contextmanager
def suspended() -> Iterator[None]:
    """Compute no test values inside a `with` statement.

    It is for graphs that are being rewritten, or that the program has not built itself.
    """
    global _mode
    before, _mode = _mode, "off"
    try:
        yield
    finally:
        _mode = before


def of(variable: Variable) -> Any:
    """Return the test value of a variable, or the value of a constant or shared variable.

    Raises
    ------
    AttributeError
        If the variable has no test value.
    ValueError
        If the test value does not have the variable's type.
    """
    if isinstance(variable, Constant):
        return variable.data
    if isinstance(variable, SharedVariable):
        return variable.get_value(borrow=True)
    if not hasattr(variable.tag, "test_value"):
        raise AttributeError(f"{variable} has no test value: set {variable}.tag.test_value")
    value = variable.tag.test_value
    try:
        return variable.type.filter(value)
    except TypeError as error:
        # For a TypeError, `x + y` would report that x and y cannot be added.
        raise ValueError(
            f"{variable}.tag.test_value does not fit {variable.type}: {error}"
        ) from None


def fill(outputs: Sequence[Variable]) -> None:
    """Compute the test values that are missing in the graph of `outputs`."""
    if _mode != "off":
        for node in io_toposort([], [out for out in outputs if isinstance(out, Variable)]):
            if not all(hasattr(out.tag, "test_value") for out in node.outputs):
                _compute(node)


def _install(on: bool) -> None:
    patch(Op, "__call__", _computing if on else _call)
    patch(*GRADIENT_RULES, _gradients if on else _populate)
    for (owner, name), method in _GRAPHS_OF_THEIR_OWN.items():
        patch(owner, name, _quietly(method) if on else method)


@functools.wraps(_call)
def _computing(self: Op, *inputs: Any, **arguments: Any) -> Any:
    """Apply the operator, then compute the test values of its results.

    An operator may build a graph of its own. Only the part that leads to its results is computed.
    """
    with suspended():
        result = _call(self, *inputs, **arguments)
    fill(result if isinstance(result, list | tuple) else [result])
    return result


@functools.wraps(_populate)
def _gradients(*arguments: Any, **more: Any) -> Any:
    """Build gradients, whose rules build graphs of their own, then compute their test values."""
    with suspended():
        result = _populate(*arguments, **more)
    fill(result)
    return result


def _quietly(method: Callable) -> Callable:
    @functools.wraps(method)
    def quiet(*arguments: Any, **more: Any) -> Any:
        with suspended():
            return method(*arguments, **more)

    return quiet


def _compute(node: Apply) -> None:
    values = []
    for number, variable in enumerate(node.inputs):
        try:
            values.append(of(variable))
        except AttributeError:
            sentence = (
                f"Cannot compute test value: input {number} ({variable}) of {node.op} has no test "
                f"value: set {variable}.tag.test_value"
            )
            if _mode == "raise":
                raise ValueError(sentence) from None
            if _mode == "warn":
                warnings.warn(sentence, stacklevel=_program())
            return
    with suspended():
        results = _perform(node, values)
    for variable, value in zip(node.outputs, results, strict=True):
        variable.tag.test_value = value


def _perform(node: Apply, values: list) -> list:
    """Return what the node's Python implementation computes from these values."""
    if isinstance(node.op, HasInnerGraph):  # compiling it may rewrite the inner graph in place
        node = node.op.clone().make_node(*node.inputs)
    if node.op.destroy_map:
        values = copy.deepcopy(values)
    cells = {variable: [value] for variable, value in zip(node.inputs, values, strict=True)}
    cells |= {variable: [None] for variable in node.outputs}
    computed = {variable: [variable in node.inputs] for variable in cells}
    node.op.make_thunk(node, cells, computed, no_recycling=[], impl="py")()
    return [cells[variable][0] for variable in node.outputs]


def _program() -> int:
    """Return the `stacklevel` with which the caller's warning points at the program's line."""
    depth, frame = 2, sys._getframe(2)
    while frame.f_back and frame.f_globals.get("__name__", "").startswith(("pytensor", "network3")):
        depth, frame = depth + 1, frame.f_back
    return depth

"""theano.gof.utils: small helpers that programs import from there."""

import os
import sys
from collections.abc import Callable, Hashable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pytensor.graph.utils
from pytensor.graph.utils import (
    MetaObject,
    MethodNotDefined,
    add_tag_trace,
    get_variable_trace_string,
)
from pytensor.graph.utils import Scratchpad as scratchpad
from pytensor.utils import difference, flatten, from_return_values, hash_from_code, to_return_values

from network3.kernels.pytensor_versions import patch
from network3.theano import absent

__all__ = [
    "MetaObject",
    "MethodNotDefined",
    "add_tag_trace",
    "difference",
    "flatten",
    "from_return_values",
    "get_variable_trace_string",
    "give_variables_names",
    "hash_from_code",
    "memoize",
    "scratchpad",
    "simple_extract_stack",
    "to_return_values",
    "uniq",
    "unique",
]


PACKAGE = Path(__file__).parents[2]
LAUNCHER = str(PACKAGE / "theano" / "launcher.py")

_stack = pytensor.graph.utils.simple_extract_stack


def simple_extract_stack(
    f: Any = None, limit: int | None = None, skips: Sequence[str] | None = None
) -> list:
    """Return the program's lines that led to a call, the innermost last.

    The innermost lines are left out while the paths of their files contain one of `skips` or lie
    in this package. The outermost lines are left out if they belong to the launcher.
    """
    lines = _stack(f or sys._getframe(1), limit, [f"{PACKAGE}{os.sep}", *(skips or ())])
    files = [file for file, *_ in lines]
    while LAUNCHER in files or files[:1] == ["<frozen runpy>"]:
        del files[0], lines[0]
    return lines


patch(pytensor.graph.utils, "simple_extract_stack", simple_extract_stack)


def uniq(seq: Iterable) -> list:
    """Return the distinct elements in the order of their first occurrence."""
    return list(dict.fromkeys(seq))


def unique(x: Iterable) -> bool:
    """Return whether no element occurs twice."""
    x = list(x)
    return len(set(x)) == len(x)


def memoize(f: Callable) -> Callable:
    """Return a function that calls `f` only once for the same positional arguments."""
    known: dict[Hashable, Any] = {}

    def remembering(*arguments: Hashable) -> Any:
        if arguments not in known:
            known[arguments] = f(*arguments)
        return known[arguments]

    return remembering


def give_variables_names(variables: Iterable[Any]) -> list[str]:
    """Name the variables that have no name or share one, and return all names."""
    variables = list(variables)
    taken = [variable.name for variable in variables]
    for number, variable in enumerate(variables):
        if not variable.name or taken.count(variable.name) > 1:
            variable.name = f"{variable.name or 'var'}_{number}"
    return [variable.name for variable in variables]


__getattr__ = absent.names(__name__)

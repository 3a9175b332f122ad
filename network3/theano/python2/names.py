"""Python 2's built-in functions that translated text calls, with the meaning that they had."""

import builtins
import contextlib
import decimal
import functools
import importlib
import itertools
import sys
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from pytensor.graph.basic import Variable
from pytensor.scalar.basic import IntegerDivisionError

from network3.theano.configparser import config
from network3.theano.python2 import executing

DISCRETE = "biu"  # NumPy's kinds of integers and booleans


def div(x: Any, y: Any) -> Any:
    """Return `x / y`: the floor of the quotient if both are integers.

    `theano.config.int_division` decides for Theano's discrete variables, as in Theano.
    """
    if type(x) is float or type(y) is float:
        return x / y
    if not (_is_discrete(x, y) and _is_discrete(y, x)):
        return x / y
    if isinstance(x, Variable) or isinstance(y, Variable):
        if config.int_division == "floatX":
            return x / y
        if config.int_division == "raise":
            raise IntegerDivisionError(
                "The program divides integers by /, which theano.config.int_division = 'raise' "
                "forbids: use // for the floor, or cast one of them to floatX"
            )
    return x // y


def _is_discrete(x, other):
    """Whether x is an integer, or an array or a variable of integers."""
    if isinstance(x, int | np.integer | np.bool_):
        return True
    if isinstance(x, np.ndarray | Variable):
        dtype = getattr(x, "dtype", None)
        return dtype is not None and np.dtype(dtype).kind in DISCRETE
    if isinstance(x, list | tuple) and isinstance(other, np.ndarray | np.generic | Variable):
        return np.asarray(x).dtype.kind in DISCRETE
    return False


def idiv(x: Any, y: Any) -> Any:
    """Return `x` divided by `y` for `x /= y`: in place if `x` is an array or defines that."""
    if isinstance(x, np.ndarray) and _is_discrete(x, y) and _is_discrete(y, x):
        x //= y
        return x
    if hasattr(type(x), "__itruediv__"):
        x /= y
        return x
    return div(x, y)


def idiv_item(x: Any, key: Any, y: Any) -> None:
    """Do `x[key] /= y`."""
    x[key] = idiv(x[key], y)


def idiv_attribute(x: Any, name: str, y: Any) -> None:
    """Do `x.name /= y`."""
    setattr(x, name, idiv(getattr(x, name), y))


def print_statement(*values: Any, end: str = "\n", file: Any = None) -> None:
    """Write values as Python 2's `print` does: floats by 12 digits, and no blank after a newline.

    After a comma at the end of the statement, which fissix translates to `end=" "`, the blank waits
    for the next value.
    """
    file = sys.stdout if file is None else file
    written, blank = "", getattr(file, "softspace", False)
    for value in values:
        word = _of_float(value) if type(value) is float else str(value)
        written += " " * bool(blank) + word
        blank = not (isinstance(value, str) and word[-1:] in tuple("\n\t\r\v\f"))
    file.write(written)
    if end == "\n":
        file.write(end)
    with contextlib.suppress(AttributeError):
        file.softspace = blank and end != "\n"


def _of_float(x):
    """The `str` of a float: 12 digits, of which at least one is behind the point."""
    text = f"{x:.12g}"
    if not text.lstrip("-").isdigit():
        return text
    if len(text.lstrip("-")) < 12:
        return text + ".0"
    mantissa, exponent = f"{x:.11e}".split("e")
    return f"{mantissa.rstrip('0').rstrip('.')}e{exponent}"


def filter(function: Callable | None, iterable: Iterable) -> Any:
    """Return a string or a tuple if the iterable is one, and a list otherwise."""
    left = list(builtins.filter(function, iterable))
    if isinstance(iterable, str):
        return "".join(left)
    return tuple(left) if isinstance(iterable, tuple) else left


def map(function: Callable | None, *iterables: Iterable) -> list:
    """Map a function; shorter iterables are filled with None, and no function makes tuples."""
    if len(iterables) == 1:
        return list(iterables[0] if function is None else builtins.map(function, *iterables))
    values = itertools.zip_longest(*iterables)
    return list(values if function is None else itertools.starmap(function, values))


def open(file: Any, mode: str = "r", *arguments: Any, **options: Any) -> Any:
    """Open a file; the mode `U`, universal newlines, is Python 3's default for text."""
    return builtins.open(file, mode.replace("U", "") or "r", *arguments, **options)


def cmp(x: Any, y: Any) -> int:
    """Return -1, 0 or 1 if x is less than, equal to or greater than y."""
    return (x > y) - (x < y)


def sorted(
    iterable: Iterable,
    cmp: Callable | None = None,
    key: Callable | None = None,
    reverse: bool = False,
) -> list:
    """Return a sorted list, by a comparison if there is one."""
    return builtins.sorted(iterable, key=_key(cmp, key), reverse=reverse)


def sort(x: Any, *arguments: Any, **named: Any) -> Any:
    """Call `x.sort(...)`; a list's takes a comparison, as Python 2's did."""
    if isinstance(x, list):
        x[:] = sorted(x, *arguments, **named)
        return None
    return x.sort(*arguments, **named)


def _key(compare, key):
    if compare is None:
        return key
    by_comparison = functools.cmp_to_key(compare)
    return by_comparison if key is None else lambda x: by_comparison(key(x))


def round(number: Any, ndigits: int = 0) -> float:
    """Return a float, rounded to decimal places; halves are rounded away from 0."""
    number = float(number)
    if not np.isfinite(number):
        return number
    exact = decimal.Context(prec=800, rounding=decimal.ROUND_HALF_UP)
    return float(exact.quantize(decimal.Decimal(number), decimal.Decimal(1).scaleb(-ndigits)))


BUILTINS: dict[str, Any] = {
    "py2_at": np.s_,
    "buffer": memoryview,
    "cmp": cmp,
    "compile": executing.compile,
    "py2_div": div,
    "eval": executing.eval,
    "exec": executing.exec,
    "execfile": executing.execfile,
    "file": open,
    "filter": filter,
    "py2_idiv": idiv,
    "py2_idiv_attribute": idiv_attribute,
    "py2_idiv_item": idiv_item,
    "intern": sys.intern,
    "map": map,
    "open": open,
    "raw_input": input,
    "reduce": functools.reduce,
    "reload": importlib.reload,
    "round": round,
    "py2_sort": sort,
    "sorted": sorted,
    "xrange": range,
}
globals().update(BUILTINS)

"""`import` in translated modules: implicit relative imports, and modules of the same names."""

import ast
import builtins
import contextlib
import importlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.machinery import PathFinder
from types import ModuleType
from typing import Any

from network3.theano.python2 import cpickle, old_csv, old_random
from network3.theano.python2.names import BUILTINS, print_statement
from network3.theano.python2.translating import parsed

OURS = {
    "pickle": cpickle,
    "cPickle": cpickle,
    "six.moves.cPickle": cpickle,
    "random": old_random,
    "csv": old_csv,
}
UNIVERSAL = ("U", "rU", "Ur", "rbU", "rUb", "Ub", "bU")  # modes of `open` that Python 3 refuses
by_python2 = False  # whether a translated module is importing


@contextlib.contextmanager
def importing(python2: bool) -> Iterator[None]:
    """Note whether a translated module is importing."""
    global by_python2
    before, by_python2 = by_python2, python2
    try:
        yield
    finally:
        by_python2 = before


def built_in(text: str) -> dict[str, Any]:
    """Return the built-in names for a module of the translated text."""
    future = _future(parsed(text).body)
    names = {**vars(builtins), **BUILTINS}
    names["__import__"] = _import if "absolute_import" in future else _import_beside
    if "print_function" not in future:
        names["print"] = print_statement
    return names


def _future(body):
    return {
        alias.name
        for node in body
        if isinstance(node, ast.ImportFrom) and node.module == "__future__"
        for alias in node.names
    }


def with_import(text: str) -> str:
    """Return a translated text that imports the functions of names.py that it uses."""
    body = parsed(text).body
    nodes = [node for part in body for node in ast.walk(part)]
    names = [node for node in nodes if isinstance(node, ast.Name)]
    used = {node.id for node in names}
    stored = {node.id for node in names if not isinstance(node.ctx, ast.Load)}
    defined = {getattr(part, "name", None) for part in body} | stored
    given = {name: name for name in BUILTINS}
    if "print_function" not in _future(body):
        given["print"] = "print_statement as print"
    if not any(isinstance(n, ast.Constant) and n.value in UNIVERSAL for n in nodes):
        del given["open"]
    wanted = ", ".join(sorted(given[name] for name in used & given.keys() - defined))
    if not wanted:
        return text
    lines = text.split("\n")
    first = 0
    for node in body:
        is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if not is_docstring and getattr(node, "module", None) != "__future__":
            break
        first = node.end_lineno or first
    while first < len(lines) and lines[first].startswith("#"):
        first += 1
    lines.insert(first, f"from network3.theano.python2.names import {wanted}")
    return "\n".join(lines)


def _import_beside(
    name: str,
    globals: Mapping[str, Any] | None = None,
    locals: Mapping[str, Any] | None = None,
    fromlist: Sequence[str] | None = (),
    level: int = 0,
) -> ModuleType:
    """Import from the module's own package first, as Python 2 did."""
    package = (globals or {}).get("__package__")
    if level == 0 and package and package in sys.modules:
        beside = f"{package}.{name.partition('.')[0]}"
        path = getattr(sys.modules[package], "__path__", [])
        if beside in sys.modules or is_in(path, beside):
            level = 1
    return _import(name, globals, locals, fromlist, level)


def is_in(path: Sequence[str], name: str) -> bool:
    """Return whether folders have a module; a folder without `__init__.py` was none in Python 2."""
    spec = PathFinder.find_spec(name, path)
    return spec is not None and spec.origin is not None


def _import(name, globals=None, locals=None, fromlist=(), level=0):
    if level == 0 and name in OURS:
        if name.startswith("six.") and not fromlist:
            six = importlib.import_module("six")
            six.moves.cPickle = cpickle
            return six
        return OURS[name]
    if level == 0 and name == "six.moves":
        importlib.import_module("six").moves.cPickle = cpickle
    with importing(True):
        return builtins.__import__(name, globals, locals, fromlist or (), level)

"""`exec`, `execfile`, `eval` and `compile` of Python 2: text that they are given is translated."""

import __future__

import builtins
import contextlib
import functools
import sys
from collections.abc import Iterator, Mapping
from types import CodeType
from typing import Any

from network3.theano.python2.translating import translate

FUTURES = ("absolute_import", "division", "print_function", "unicode_literals")


def compile(source: Any, filename: str, mode: str, *options: Any, **named: Any) -> Any:
    """Return the code of a text, which is Python 2 as the module that calls this."""
    text = _text(source, sys._getframe(1).f_globals)
    return builtins.compile(text, filename, mode, *options, **named)


def eval(source: Any, globals: Any = None, locals: Any = None) -> Any:
    """Return the value of an expression in the caller's namespace, or in those given."""
    frame = sys._getframe(1)
    if globals is None:
        globals, locals = frame.f_globals, frame.f_locals
    with _below(globals, _built_in(frame)):
        return builtins.eval(_text(source, frame.f_globals), globals, locals)


def exec(source: Any, globals: Any = None, locals: Any = None) -> None:
    """Execute a text, a file or code in the caller's namespace, or in those given."""
    frame = sys._getframe(1)
    if globals is None:
        globals, locals = frame.f_globals, frame.f_locals
    text = source.read() if hasattr(source, "read") else source
    with _below(globals, _built_in(frame)):
        builtins.exec(_text(text, frame.f_globals), globals, locals)


def execfile(path: str, globals: Any = None, locals: Any = None) -> None:
    """Execute a file, which is Python 2 if it can be, as `exec` executes a text."""
    from network3.theano.python2 import loading

    frame = sys._getframe(1)
    if globals is None:
        globals, locals = frame.f_globals, frame.f_locals
    with open(path, "rb") as file:
        code, built_in = loading.load(file.read(), path, python2=True)
    with _below(globals, built_in or vars(builtins)):
        builtins.exec(code, globals, locals)


@contextlib.contextmanager
def _below(globals, names) -> Iterator[None]:
    """Let what is executed in `globals` find these built-in names; its functions keep them."""
    before = globals.get("__builtins__", names)
    globals["__builtins__"] = names
    try:
        yield
    finally:
        globals["__builtins__"] = before


def _built_in(frame):
    """The built-in names of a caller; Python 2's for a kept translation, which runs as Python 3."""
    if "py2_div" in frame.f_builtins:
        return frame.f_builtins
    return _names(future_import(frame.f_globals))


@functools.cache
def _names(first):
    from network3.theano.python2.importing import built_in

    return built_in(first)


def _text(source, caller):
    """A text in Python 3, with what the caller has imported from the future; code as it is."""
    if isinstance(source, CodeType) or not isinstance(source, str | bytes):
        return source
    text = source if isinstance(source, str) else source.decode()
    return translated(text, future_import(caller))


def future_import(namespace: Mapping[str, Any]) -> str:
    """Return a line that imports what a namespace has imported from the future, or nothing."""
    names = [name for name in FUTURES if namespace.get(name) is getattr(__future__, name)]
    return f"from __future__ import {', '.join(names)}\n" if names else ""


@functools.lru_cache(maxsize=1000)
def translated(source: str, first: str) -> str:
    """Return a text in Python 3, as if the line `first` preceded it; or itself if it must be 3."""
    from network3.theano.python2.importing import importing

    try:
        with importing(False):  # fissix is not Python 2
            text = translate(first + (source if "\n" in source else source.strip()))
    except (ImportError, SyntaxError):
        return source  # which Python 3 runs, or refuses
    return text.removeprefix(first)

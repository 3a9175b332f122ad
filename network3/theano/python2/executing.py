"""`exec`, `execfile`, `eval` and `compile` of Python 2: text that they are given is translated."""

import __future__

import builtins
import functools
import sys
from types import CodeType
from typing import Any

from network3.theano.python2.translating import translate

FUTURES = ("division", "print_function", "unicode_literals")


def compile(source: Any, filename: str, mode: str, *options: Any, **named: Any) -> Any:
    """Return the code of a text, which is Python 2 as the module that calls this."""
    text = _text(source, sys._getframe(1).f_globals)
    return builtins.compile(text, filename, mode, *options, **named)


def eval(source: Any, globals: Any = None, locals: Any = None) -> Any:
    """Return the value of an expression in the caller's namespace, or in those given."""
    frame = sys._getframe(1)
    if globals is None:
        globals, locals = frame.f_globals, frame.f_locals
    globals.setdefault("__builtins__", frame.f_builtins)
    return builtins.eval(_text(source, frame.f_globals), globals, locals)


def exec(source: Any, globals: Any = None, locals: Any = None) -> None:
    """Execute a text, a file or code in the caller's namespace, or in those given."""
    frame = sys._getframe(1)
    if globals is None:
        globals, locals = frame.f_globals, frame.f_locals
    globals.setdefault("__builtins__", frame.f_builtins)
    text = source.read() if hasattr(source, "read") else source
    builtins.exec(_text(text, frame.f_globals), globals, locals)


def execfile(path: str, globals: Any = None, locals: Any = None) -> None:
    """Execute a file, which is Python 2 if it can be, as `exec` executes a text."""
    from network3.theano.python2 import loading

    frame = sys._getframe(1)
    if globals is None:
        globals, locals = frame.f_globals, frame.f_locals
    with open(path, "rb") as file:
        code, built_in = loading.load(file.read(), path, python2=True)
    globals.setdefault("__builtins__", built_in or frame.f_builtins)
    builtins.exec(code, globals, locals)


def _text(source, caller):
    """A text in Python 3, with what the caller has imported from the future; code as it is."""
    if isinstance(source, CodeType) or not isinstance(source, str | bytes):
        return source
    futures = [name for name in FUTURES if caller.get(name) is getattr(__future__, name)]
    return _translated(source if isinstance(source, str) else source.decode(), tuple(futures))


@functools.lru_cache(maxsize=1000)
def _translated(source, futures):
    from network3.theano.python2.importing import importing

    first = f"from __future__ import {', '.join(futures)}\n" if futures else ""
    try:
        with importing(False):  # fissix is not Python 2
            text = translate(first + (source if "\n" in source else source.strip()))
    except (ImportError, SyntaxError):
        return source  # which Python 3 runs, or refuses
    return text.removeprefix(first)

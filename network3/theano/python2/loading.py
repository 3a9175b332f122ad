"""Find, translate, cache and load the modules of a program that are written in Python 2.

A module that Python 3 can parse is loaded as ever. Nothing is written beside a module: the
translated text is kept next to PyTensor's compiled functions, under a hash of the module's content.
"""

import ast
import difflib
import functools
import hashlib
import importlib.util
import io
import os
import site
import sys
import sysconfig
import tempfile
import tokenize
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import Any

import pytensor

from network3.theano.python2.importing import built_in
from network3.theano.python2.translating import translate

HERE = Path(__file__).parent
NO_COLUMN = -1
INSTALL = "pip install 'network3[theano]'"
_named: list[str] = []  # files and folders whose modules are Python 2 in any case


def install(named: Sequence[str] = ()) -> None:
    """Translate modules that are imported from now on, if Python 3 cannot parse them.

    Parameters
    ----------
    named : list
        Files, or folders of files, to be translated in any case.
    """
    _named.extend(os.path.realpath(path) for path in named)
    if not any(isinstance(finder, Finder) for finder in sys.meta_path):
        before = sys.meta_path.index(PathFinder) if PathFinder in sys.meta_path else 0
        sys.meta_path.insert(before, Finder())


def load(data: bytes, path: str) -> tuple[CodeType, dict[str, Any] | None]:
    """Return a module's code, and its built-in names if it has been translated.

    Raises
    ------
    SyntaxError
        If the file is neither Python 3 nor Python 2.
    """
    refused = None
    if not _is_named(path):
        try:
            return compile(data, path, "exec", dont_inherit=True), None
        except SyntaxError as error:
            refused = error
    try:
        source = decoded(data)
        text = _cached(source)
        return _compiled(text, source, path), built_in(text)
    except ImportError:
        advice = f"If it is Python 2, it can be translated: {INSTALL}"
    except SyntaxError as error:
        advice = f"It is not Python 2 either: {error.msg}."
        refused = refused or error
    if refused is None:
        raise ImportError(f"{path} is to be translated from Python 2: {INSTALL}")
    refused.add_note(advice)
    raise refused.with_traceback(None)


def decoded(data: bytes) -> str:
    """Return the text of a module, with its lines ended by newlines."""
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise SyntaxError(str(error)) from None
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def names_of(module: str) -> dict[str, Any] | None:
    """Return the built-in names for a module that is to be executed, if it is translated."""
    spec = importlib.util.find_spec(module)
    if spec and spec.submodule_search_locations is not None:
        spec = importlib.util.find_spec(f"{module}.__main__")
    if not spec or not isinstance(spec.loader, Loader):
        return None
    _, names = load(spec.loader.get_data(spec.loader.path), spec.loader.path)
    return names and {"__builtins__": names}


def _is_named(path):
    path = os.path.realpath(path)
    return any(path == name or path.startswith(name + os.sep) for name in _named)


class Finder(MetaPathFinder):
    """Finds what PathFinder finds, and gives the program's own modules a loader that translates."""

    def find_spec(self, fullname, path=None, target=None):
        spec = PathFinder.find_spec(fullname, path, target)
        if spec and type(spec.loader) is SourceFileLoader and not _is_installed(spec.origin):
            spec.loader = Loader(fullname, spec.origin)
        return spec


class Loader(SourceFileLoader):
    def get_code(self, fullname: str) -> Any:
        """Return the module's code; give the module that is being imported its built-in names."""
        if not _is_named(self.path):
            try:
                return super().get_code(fullname)
            except SyntaxError:
                pass
        code, names = load(self.get_data(self.path), self.path)
        if names and fullname in sys.modules:
            vars(sys.modules[fullname])["__builtins__"] = names
        return code


def _is_installed(path):
    return os.path.realpath(path).startswith(_installed())


@functools.cache
def _installed():
    """The folders of installed modules, and this package's."""
    paths = sysconfig.get_paths()
    folders = {paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    folders |= {site.getusersitepackages(), str(HERE.parents[1])}
    return tuple(os.path.realpath(folder) + os.sep for folder in folders)


def cache_folder() -> Path:
    """Return the folder of kept translations."""
    return Path(pytensor.config.base_compiledir) / "python2"


def _cached(source):
    """The translation of a text; written once, and read if it is whole."""
    folder = cache_folder()
    path = folder / f"{hashlib.sha256(_fixers() + source.encode()).hexdigest()}.py"
    try:
        digest, text = path.read_text(encoding="utf-8").split("\n", 1)
        if digest == f"# {_digest(text)}":
            return text
    except (OSError, ValueError):
        pass
    text = translate(source)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("wb", dir=folder, delete=False) as file:
            file.write(f"# {_digest(text)}\n{text}".encode())
        os.replace(file.name, path)
    except OSError:
        pass  # a cache that cannot be written to costs time only
    return text


def _digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


@functools.cache
def _fixers():
    """What a translation depends on besides the text."""
    files = [HERE / "translating.py", *sorted(HERE.glob("fix_*.py"))]
    return b"".join(file.read_bytes() for file in files)


def _compiled(text, source, path):
    """The code of a translated text, with the lines of the file that it comes from."""
    tree = ast.parse(text, path)
    after, before = text.split("\n"), source.split("\n")
    numbers = _numbers(after, before)
    changed = [line != before[number] for line, number in zip(after, numbers, strict=True)]
    for node in ast.walk(tree):
        if isinstance(node, ast.expr | ast.stmt | ast.excepthandler | ast.arg | ast.keyword):
            first, last = node.lineno - 1, node.end_lineno - 1
            if any(changed[first : last + 1]):
                node.col_offset = node.end_col_offset = NO_COLUMN
            node.lineno, node.end_lineno = numbers[first] + 1, numbers[last] + 1
    return compile(tree, path, "exec", dont_inherit=True)


def _numbers(after, before):
    """The index of the line in `before` that each line of `after` comes from."""
    if len(after) == len(before):
        return list(range(len(after)))
    numbers = []
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for _, i, i_end, j, j_end in matcher.get_opcodes():
        last = max(i, i_end - 1)
        numbers += [min(i + k, last, len(before) - 1) for k in range(j_end - j)]
    return numbers

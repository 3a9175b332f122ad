"""Find, translate, cache and load the modules of a program that are written in Python 2.

What Python 3 cannot parse is translated. So is a module that both can parse, if it uses a name that
only Python 2 had or if a module in Python 2 imports it. Nothing is written beside a module: the
translated text is kept next to PyTensor's compiled functions, under a hash of the module's content.
"""

import ast
import contextlib
import difflib
import functools
import hashlib
import importlib.util
import io
import os
import re
import site
import sys
import sysconfig
import tempfile
import tokenize
import warnings
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import pytensor

from network3.theano.python2 import importing
from network3.theano.python2.importing import built_in
from network3.theano.python2.translating import parsed, translate

HERE = Path(__file__).parent
NO_COLUMN = -1
LIBRARIES = {"site-packages", "dist-packages"}  # of this Python, or of another that .pth files name
# What Python 2 did not have, and the parts of a function or a statement that it did not have.
NEW = (
    ast.AnnAssign, ast.AsyncFunctionDef, ast.JoinedStr, ast.MatMult, ast.Match, ast.NamedExpr,
    ast.Nonlocal, ast.TryStar, ast.YieldFrom,
)  # fmt: skip
NEW_PARTS = ("annotation", "cause", "kwonlyargs", "returns")
# What Python 3 does not have, unless a module asks which Python runs it.
OLD_FUNCTIONS = {"basestring", "execfile", "raw_input", "unichr", "unicode", "xrange"}
OLD_METHODS = {"has_key", "iteritems", "iterkeys", "itervalues", "imap", "izip"}
OLD_MODULES = {
    "ConfigParser", "Queue", "StringIO", "Tkinter", "cPickle", "cStringIO", "commands", "urllib2",
    "urlparse",
}  # fmt: skip
OLD = re.compile(rf"\b({'|'.join(OLD_FUNCTIONS | OLD_METHODS | OLD_MODULES)})\b".encode())
ASKS = re.compile(
    rb"\b(version_info|hexversion|PY2|PY3|NameError)\b"
    rb"|^\s*(from|import)\s+(builtins|future|past|six)\b",
    re.MULTILINE,
)
IMPORT = re.compile(rb"^(from|import)\s", re.MULTILINE)
CHANGES_PATH = re.compile(
    rb"\b(sys\.(path|modules|meta_path)|addsitedir|absolute_import)\b|^from\s+(\.|sys\b)",
    re.MULTILINE,
)
INSTALL = "pip install fissix"  # which the extra theano installs
translated: list[str] = []  # files that have been
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


def load(data: bytes, path: str, python2: bool = False) -> tuple[CodeType, dict[str, Any] | None]:
    """Return a module's code, and its built-in names if it has been translated.

    Parameters
    ----------
    data : bytes
    path : str
    python2 : bool
        If true, a module that may be either is Python 2.

    Raises
    ------
    SyntaxError
        If the file is neither Python 3 nor Python 2.
    """
    refused = None
    if not _is_named(path):
        try:
            with _warnings_if_it_succeeds():
                code = compile(data, path, "exec", dont_inherit=True)
        except SyntaxError as error:
            refused = error
        else:
            if not (python2 or _is_old(data) or _needs_beside(data, path)) or _is_new(data):
                return code, None
            try:
                return _translated(data, path)
            except (ImportError, SyntaxError):
                return code, None
    try:
        return _translated(data, path)
    except ImportError:
        advice = f"If it is Python 2, it can be translated: {INSTALL}"
    except SyntaxError as error:
        advice = f"It is not Python 2 either: {error.msg}."
        refused = refused or error
    if refused is None:
        raise ImportError(f"{path} is to be translated from Python 2: {INSTALL}")
    refused.add_note(advice)
    raise refused.with_traceback(None)


@contextlib.contextmanager
def _warnings_if_it_succeeds():
    with warnings.catch_warnings(record=True) as noted:
        yield
    for warning in noted:
        warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)


def _translated(data, path):
    source = decoded(data)
    text = _cached(source)
    code = _compiled(text, source, path)
    translated.append(path)
    return code, built_in(text)


def _is_new(data):
    """Whether a module has what Python 2 did not have."""
    return any(
        isinstance(node, NEW) or any(getattr(node, part, None) for part in NEW_PARTS)
        for node in ast.walk(parsed(data))
    )


def _is_old(data):
    """Whether a module uses what only Python 2 had, without asking which Python runs it."""
    if not OLD.search(data) or ASKS.search(data):
        return False
    nodes = list(ast.walk(parsed(data)))
    in_try = {id(n) for node in nodes if isinstance(node, ast.Try) for n in ast.walk(node)}
    used, defined = set(), set()
    for node in nodes:
        if isinstance(node, ast.Name):
            (used if isinstance(node.ctx, ast.Load) else defined).add(node.id)
        elif isinstance(node, ast.Attribute):
            used.add(node.attr)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            defined.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names = {alias.name for alias in node.names}
            modules = names if isinstance(node, ast.Import) else {node.module}
            old = modules & OLD_MODULES or "itertools" in modules and names & OLD_METHODS
            if old and id(node) not in in_try:
                return True
            defined |= names
    return bool(used & (OLD_FUNCTIONS | OLD_METHODS) - defined)


def _needs_beside(data, path):
    """Whether a module of a package imports what only lies beside it, which Python 2 alone finds.

    Python 3 would certainly fail: the import is no part of another statement, such as `try`, and
    the module does not change where imports look.
    """
    folder = os.path.dirname(path)
    if CHANGES_PATH.search(data) or ASKS.search(data):
        return False
    if not IMPORT.search(data) or not os.path.isfile(os.path.join(folder, "__init__.py")):
        return False
    try:
        body = parsed(data).body
    except SyntaxError:
        return False
    names = set()
    for node in body:
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            names.add(node.module.partition(".")[0])
    return any(
        importing.is_in([folder], name) and not importlib.util.find_spec(name)
        for name in names - sys.modules.keys()
    )


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
            spec.loader = Loader(fullname, spec.origin, importing.by_python2)
        return spec


class Loader(SourceFileLoader):
    def __init__(self, fullname: str, path: str, python2: bool = False):
        super().__init__(fullname, path)
        self.python2 = python2

    def exec_module(self, module: ModuleType) -> None:
        """Execute the module; its own `import` decides what its imports are."""
        with importing.importing(False):
            super().exec_module(module)

    def get_code(self, fullname: str) -> Any:
        """Return the module's code; give the module that is being imported its built-in names."""
        named = self.python2 or _is_named(self.path)
        data = self.get_data(self.path)
        if not named and not OLD.search(data) and not _needs_beside(data, self.path):
            try:
                with _warnings_if_it_succeeds():
                    return super().get_code(fullname)
            except SyntaxError:
                pass
        code, names = load(data, self.path, self.python2)
        if names and fullname in sys.modules:
            vars(sys.modules[fullname])["__builtins__"] = names
        return code


def _is_installed(path):
    path = os.path.realpath(path)
    return path.startswith(_installed()) or not LIBRARIES.isdisjoint(Path(path).parts)


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
    tree = parsed(text, path)
    after, before = text.split("\n"), source.split("\n")
    numbers = _numbers(after, before)
    changed = [line != before[number] for line, number in zip(after, numbers, strict=True)]
    for node in ast.walk(tree):
        if isinstance(node, ast.expr | ast.stmt | ast.excepthandler | ast.arg | ast.keyword):
            first, last = node.lineno - 1, node.end_lineno - 1
            if any(changed[first : last + 1]):
                node.col_offset = node.end_col_offset = NO_COLUMN
            node.lineno, node.end_lineno = numbers[first] + 1, numbers[last] + 1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
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

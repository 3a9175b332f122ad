"""Put Theano's tests packages below `network3.theano`, and back what they import that is gone.

A name of Theano that `network3.theano` lacks becomes a placeholder when a test module is imported.
A test that uses it fails with `AbsentName`; the other tests of the module run.
"""

import ast
import importlib
import importlib.util
import os
import pkgutil
import re
import sys
import types
import unittest
from importlib.abc import MetaPathFinder
from importlib.machinery import SourceFileLoader
from pathlib import Path

import numpy as np

import network3.theano
from network3.theano.old_names import modules, names

SOURCES = Path(os.environ["THEANO_SOURCES"])
TESTS = re.compile(r"theano(\.\w+)*\.tests(\.\w+)*")


class AbsentName(Exception):
    """A test uses a name of Theano that `network3.theano` does not have."""


def _is_test(frame):
    return frame.f_code.co_filename.startswith(str(SOURCES))


class _Absent(type):
    """The class of placeholders: they can be named, subclassed and passed while a module loads."""

    def _use(cls, frame):
        if frame.f_code.co_name in ("<module>", "makeTester", "makeBroadcastTester"):
            return cls
        raise AbsentName(cls.__qualname__)

    def __call__(cls, *arguments, **options):
        return cls._use(sys._getframe(1))

    def __getattr__(cls, name):
        caller = sys._getframe(1)
        asks = caller.f_globals.get("__name__", "").partition(".")[0]
        if name.startswith("__") or asks in ("_pytest", "inspect", "unittest", "pluggy"):
            raise AttributeError(name)
        return cls._use(caller)

    def __instancecheck__(cls, instance):
        return False


def placeholder(name):
    """Return a class that stands for an absent name."""
    return _Absent(name, (), {"__module__": "theano"})


def import_from(module, name):
    """Do `from module import name`, or return a placeholder."""
    try:
        found = importlib.import_module(module)
        if name in vars(found):
            return vars(found)[name]
        try:
            return importlib.import_module(f"{module}.{name}")
        except ImportError:
            return getattr(found, name)
    except (AttributeError, ImportError):
        return placeholder(f"{module}.{name}")


def import_module(module):
    """Do `import module`, or leave a placeholder in its parent."""
    parent, _, name = module.rpartition(".")
    found = import_from(parent, name) if parent else importlib.import_module(module)
    if isinstance(found, _Absent):
        setattr(import_module(parent), name, found)
    return importlib.import_module(module.partition(".")[0])


class _Lenient(ast.NodeTransformer):
    """Import absent names as placeholders, and call tests that yield, as nose did."""

    def visit_ImportFrom(self, node):
        if (node.module or "").partition(".")[0] != "theano":
            return node
        if node.names[0].name == "*":  # Theano's modules also gave what they had imported
            more = ast.parse("import theano, numpy as np; from theano import compile, config, gof")
            return [node, *(ast.copy_location(part, node) for part in more.body)]
        text = "\n".join(
            f"{a.asname or a.name} = __import__('graft').import_from({node.module!r}, {a.name!r})"
            for a in node.names
        )
        return [ast.copy_location(part, node) for part in ast.parse(text).body]

    def visit_Import(self, node):
        done = []
        for a in node.names:
            if a.name.startswith("theano.") and not a.asname:
                text = f"theano = __import__('graft').import_module({a.name!r})"
            elif a.name.startswith("theano."):
                parent, _, name = a.name.rpartition(".")
                text = f"{a.asname} = __import__('graft').import_from({parent!r}, {name!r})"
            else:
                done.append(ast.copy_location(ast.Import([a]), node))
                continue
            done += [ast.copy_location(part, node) for part in ast.parse(text).body]
        return done

    def visit_FunctionDef(self, node):
        self.generic_visit(node)
        inner = (ast.FunctionDef, ast.Lambda, ast.ClassDef)
        todo, yields = list(node.body), False
        while todo:
            part = todo.pop()
            yields |= isinstance(part, ast.Yield)
            if not isinstance(part, inner):
                todo += ast.iter_child_nodes(part)
        if yields and node.name.startswith("test"):
            node.decorator_list.append(ast.parse("__import__('graft').call_each").body[0].value)
        return node


def call_each(test):
    """Return a test that calls what the generator `test` yields."""

    def wrapped(self=None):
        for call in test() if self is None else test(self):
            function, *arguments = call if isinstance(call, tuple) else (call,)
            function(*arguments)

    if test.__code__.co_argcount:
        return lambda self: wrapped(self)
    return lambda: wrapped()


class _Loader(SourceFileLoader):
    def get_code(self, fullname):
        path = self.get_filename(fullname)
        tree = _Lenient().visit(ast.parse(self.get_data(path), path))
        return compile(ast.fix_missing_locations(tree), path, "exec", dont_inherit=True)


class _Finder(MetaPathFinder):
    def find_spec(self, fullname, path=None, target=None):
        if not TESTS.fullmatch(fullname):
            return None
        file = SOURCES.joinpath(*fullname.split("."))
        if file.is_dir():
            file /= "__init__.py"
            places = [str(file.parent)]
        else:
            file, places = file.with_suffix(".py"), None
        loader = _Loader(fullname, str(file))
        return importlib.util.spec_from_file_location(
            fullname, file, loader=loader, submodule_search_locations=places
        )


def _lenient(module):
    """Let the tests read an absent name of a module of ours, as a placeholder."""
    explain = vars(module).get("__getattr__")

    def answer(name):
        try:
            if explain:
                return explain(name)
            raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}")
        except AttributeError:
            if not _is_test(sys._getframe(1)) or name.startswith("__"):
                raise
            return placeholder(f"{module.__name__.removeprefix('network3.')}.{name}")

    module.__getattr__ = answer


def _old_numpy():
    """Put back what NumPy's and nose's testing had, beside the names that programs get back."""

    def skip_if(condition, reason=""):
        return unittest.skipIf(condition() if callable(condition) else condition, reason or "skip")

    def tagged(*tags, **named):
        return lambda test: test

    decorators = types.SimpleNamespace(
        skipif=skip_if, knownfailureif=skip_if, slow=lambda test: test
    )
    names.NAMES["numpy.testing"] = {"dec": decorators, "rand": np.random.rand}
    modules.MODULES["nose.plugins.attrib"] = lambda: {"attr": tagged}


def _tolerances(a, b):
    """Return the absolute and the relative tolerance that Theano's tests have for two arrays."""
    dtypes = {str(a.dtype), str(b.dtype)}
    if "float16" in dtypes:
        return 1e-3, 1e-3
    return (1e-5 if dtypes & {"float32", "complex64"} else 1e-8), 1e-5


def _all_close(a, b, rtol=None, atol=None):
    a, b = np.asarray(a), np.asarray(b)
    absolute, relative = _tolerances(a, b)
    rtol = relative if rtol is None else rtol
    return np.allclose(a, b, rtol=rtol, atol=absolute if atol is None else atol)


_old_numpy()
network3.theano.install(old_names=True)
for _module in pkgutil.walk_packages(network3.theano.__path__, "network3.theano."):
    if not _module.name.endswith(("__main__", "cuda", "gpuarray")):
        _lenient(importlib.import_module(_module.name))
_lenient(network3.theano)
network3.theano.tensor.basic._allclose = network3.theano.tensor._allclose = _all_close
network3.theano.tensor.basic._get_atol_rtol = _tolerances
sys.meta_path.insert(0, _Finder())
network3.theano.__file__ = str(SOURCES / "theano" / "__init__.py")  # beside it are files of tests

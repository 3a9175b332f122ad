"""Give old names to programs: modules by a finder, what was in a module by its `__getattr__`."""

import functools
import importlib
import importlib.util
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

import numpy as np

from network3.theano.old_names.modules import MODULES
from network3.theano.old_names.names import NAMES, Late

_said: set[str] = set()


def give_modules() -> None:
    """Let modules be imported by their old names, if there is nothing else of that name."""
    if not any(isinstance(finder, OldModules) for finder in sys.meta_path):
        sys.meta_path.append(OldModules())


def give_names() -> None:
    """Give modules their old names, now and when they are imported; say which a program uses.

    NumPy prints numbers within lists and tuples as it did until NumPy 2: 1 and not np.int64(1).
    """
    if any(isinstance(finder, WithOldNames) for finder in sys.meta_path):
        return
    np.set_printoptions(legacy="1.25")
    for name in NAMES:
        if name in sys.modules:
            _give(sys.modules[name])
    sys.meta_path.insert(0, WithOldNames())


class OldModules(MetaPathFinder):
    """Stands at the end of `sys.meta_path`."""

    def find_spec(self, fullname, path=None, target=None):
        new = MODULES.get(fullname)
        if new is None:
            return None
        top = new.split(".")[0] if isinstance(new, str) else "sys"
        if importlib.util.find_spec(top) is None:
            advice = "pip install pillow" if top == "PIL" else f"install {top}"
            raise ModuleNotFoundError(
                f"No module named {fullname!r}: it is {new} today, {advice}", name=fullname
            )
        return ModuleSpec(fullname, _Old(new), is_package=f"{fullname}." in "".join(MODULES))


class _Old(Loader):
    def __init__(self, new):
        self.new = new

    def create_module(self, spec):
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Put the module of today in the place of the empty one, or fill the empty one."""
        if isinstance(self.new, str):
            sys.modules[module.__name__] = importlib.import_module(self.new)
        else:
            vars(module).update(self.new())


class WithOldNames(MetaPathFinder):
    """Lets others find a module, and gives it its old names when it has been imported."""

    def find_spec(self, fullname, path=None, target=None):
        if fullname not in NAMES:
            return None
        others = (finder for finder in sys.meta_path if finder is not self)
        found = (finder.find_spec(fullname, path, target) for finder in others)
        spec: Any = next(filter(None, found), None)
        if fullname in MODULES:  # SciPy's own has nothing in it but warns
            spec = ModuleSpec(fullname, _Old(MODULES[fullname]))
        if spec and spec.loader and not isinstance(spec.loader, type):  # such as sys, on reload
            execute = spec.loader.exec_module

            def exec_module(module):
                execute(module)
                _give(module)

            spec.loader.exec_module = exec_module
        return spec


def _give(module):
    if module.__name__ == "matplotlib.figure":
        module.Figure.add_subplot = _counting_from_0(module.Figure.add_subplot)
    elif module is np:
        np.fromstring = _of_bytes(np.fromstring)
    old, before = NAMES[module.__name__], vars(module).get("__getattr__")

    def answer(name: str) -> Any:
        """Say what an old name meant, or that there is none."""
        if name not in old:
            if before:
                return before(name)
            raise AttributeError(
                f"module {module.__name__!r} has no attribute {name!r}", name=name, obj=module
            )
        full = f"{module.__name__}.{name}"
        if full not in _said and sys.stderr:
            sys.stderr.write(
                f"network3.theano: the program uses {full}, which is gone; it is given back with "
                "its old meaning\n"
            )
        _said.add(full)
        value = old[name]
        return value.get() if isinstance(value, Late) else value

    module.__getattr__ = answer


def _of_bytes(fromstring):
    """`numpy.fromstring` read bytes until NumPy 2.3."""

    @functools.wraps(fromstring)
    def read(string: Any, dtype: Any = float, count: int = -1, sep: str = "") -> Any:
        if sep:
            return fromstring(string, dtype, count, sep)
        data = string.encode("latin1") if isinstance(string, str) else string
        return np.frombuffer(data, dtype, count).copy()

    return read


def _counting_from_0(add_subplot):
    """In matplotlib 1 the first index before 1 was the last, so loops from 0 on worked."""

    @functools.wraps(add_subplot)
    def add(figure, *arguments: Any, **options: Any) -> Any:
        if len(arguments) == 3 and arguments[2] == 0:
            rows, columns, _ = arguments
            arguments = (rows, columns, rows * columns)
        return add_subplot(figure, *arguments, **options)

    return add

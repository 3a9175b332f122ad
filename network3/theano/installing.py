"""`import theano` as this package: a finder at the front of `sys.meta_path`.

`theano` and all below it are the very modules `network3.theano` and below, under a second name.

A program may have a `network3.py` of its own, such as a modified copy of the book's. From `install`
on, `import network3` follows `sys.path` as if this package had not been imported yet, and prefers
what the program has added to the path: the installed package must not hide a copy. The modules
below `network3` stay imported; they find each other by their full names, whichever module is
`network3`.
"""

import importlib
import importlib.util
import os
import sys
import warnings
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

import network3.fusion  # noqa: F401 (the rest of the package imports it when `network3` may be the program's)
from network3.kernels.pytensor_versions import is_configured
from network3.theano import flags, rc_files
from network3.theano import old_names as old
from network3.theano.configparser import config
from network3.theano.python2 import loading, notebook

OURS = "network3."
PACKAGE = sys.modules["network3"]


def install(python2: bool | Sequence[str] = False, old_names: bool = False) -> None:
    """Makes `import theano` mean `network3.theano` in this process, and options those of Theano.

    That is, floatX is float64, unless THEANO_FLAGS or PYTENSOR_FLAGS say otherwise, and .theanorc
    is read. Warns where the real Theano is installed, which can then not be imported.

    Parameters
    ----------
    python2 : bool or list
        True, to translate modules that Python 3 cannot parse when they are imported, and such cells
        of a notebook; or a list of files and folders whose modules are translated in any case.
    old_names : bool
        If true, Python and NumPy have the names back that they had in Theano's time, such as
        `np.int` and `time.clock`.

    Raises
    ------
    ImportError
        Where the real Theano has been imported already.
    ValueError
        If .theanorc is malformed, or sets an option to a value that it cannot have.
    """
    imported = sys.modules.get("theano")
    if imported is not None and imported is not sys.modules.get(OURS + "theano"):
        raise ImportError(
            f"theano has been imported from {imported.__file__}: call network3.theano.install() "
            "before anything imports theano"
        )
    if python2:
        loading.install([] if python2 is True else list(python2))
        notebook.install()
    if python2 or old_names:
        old.give_modules()
    if old_names:
        old.give_names()
    if any(isinstance(finder, Finder) for finder in sys.meta_path):
        return
    if not is_configured("floatX") and not flags.parse(flags.said()).get("floatX"):
        config.floatX = "float64"
    rc_files.read()
    real = PathFinder.find_spec("theano")
    if real and real.origin:  # else a mere folder of that name
        warnings.warn(
            f"Theano is installed in {real.origin}, and hidden by network3.theano: `import "
            "theano` means network3.theano in this process",
            stacklevel=2,
        )
    sys.meta_path.insert(0, Finder())
    if sys.modules.get("network3") is PACKAGE:
        del sys.modules["network3"]


class Finder(MetaPathFinder):
    """Finds `theano` and what is below it as ours; explains what is absent.

    Finds `network3` by `sys.path`: as ours, or as the program's.
    """

    def __init__(self):
        self._told = None  # the file of which a line has told that it is the program's network3
        self._path = list(sys.path)

    def find_spec(self, fullname, path=None, target=None):
        if fullname == "network3":
            return self._by_path(target)
        if fullname != "theano" and not fullname.startswith("theano."):
            return None
        if importlib.util.find_spec(OURS + fullname) is None:
            raise ModuleNotFoundError(_sentence(fullname), name=fullname)
        return ModuleSpec(fullname, _Alias(), is_package=fullname == "theano")

    def _by_path(self, target):
        """Find the `network3` that the program would import by itself.

        Raises
        ------
        ImportError
            If it is a package: its modules would have the names of ours.
        """
        others = (finder for finder in sys.meta_path if finder is not self)
        found = (finder.find_spec("network3", None, target) for finder in others)
        spec = next(filter(None, found), None)
        if spec and spec.origin and _same_file(spec.origin, PACKAGE.__file__):
            added = [folder for folder in sys.path if folder not in self._path]
            spec = PathFinder.find_spec("network3", added) or spec
        if spec is None or not spec.origin or _same_file(spec.origin, PACKAGE.__file__):
            return spec if target is PACKAGE else ModuleSpec("network3", _Package())
        if spec.submodule_search_locations is not None:
            raise ImportError(
                f"network3.theano: the program's network3 is the package {spec.origin}, whose "
                "modules would have the names of those of the installed package. Rename it, or "
                "make it a single file, network3.py",
                name="network3",
            )
        if self._told != spec.origin and sys.stderr:
            path = os.path.normpath(spec.origin)
            sys.stderr.write(
                f"network3.theano: the program's network3 is {path}, not the installed package\n"
            )
        self._told = spec.origin
        return spec


def _same_file(one, other):
    return os.path.realpath(one) == os.path.realpath(other)


class _Package(Loader):
    def create_module(self, spec):
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Put this package in the place of the empty module that the import has created."""
        sys.modules["network3"] = PACKAGE


class _Alias(Loader):
    def create_module(self, spec):
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Puts our module in the place of the empty one that the import has made, and all others of
        ours that are loaded in theirs: the import system must not bind them to their parents again,
        some of which have a function of the same name (theano.compile.function)."""
        importlib.import_module(OURS + module.__name__)
        for name, ours in list(sys.modules.items()):
            if name.startswith(OURS + "theano"):
                sys.modules[name.removeprefix(OURS)] = ours


def _sentence(name):
    """What a module's package says of it."""
    parent, _, child = name.rpartition(".")
    try:
        getattr(importlib.import_module(OURS + parent), child)
    except AttributeError as error:
        return str(error)
    return f"network3.theano has no module {name}: import {child} from {parent}"

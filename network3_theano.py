"""Programs for Theano, under a name that no file of theirs hides.

`theano-run PROGRAM` and `python -m network3_theano PROGRAM` do what `python -m network3.theano
PROGRAM` does, also in a folder that has a `network3.py`, such as a modified copy of the book's.
"""

import os
import sys
from importlib import import_module
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from typing import Any


def main() -> int:
    """Run the program that the command line names, and return the exit code."""
    _load_package()
    return import_module("network3.theano.launcher").main(sys.argv[1:])


def install(**options: Any) -> None:
    """Make `import theano` mean `network3.theano`, as `network3.theano.install` does."""
    _load_package()
    import_module("network3.theano").install(**options)


def _load_package():
    """Import the package that lies beside this file, although `sys.path` may lead to another."""
    spec = PathFinder.find_spec("network3", [os.path.dirname(os.path.abspath(__file__))])
    imported = sys.modules.get("network3")
    if "network3.theano" in sys.modules or getattr(imported, "__file__", None) == spec.origin:
        return
    package = sys.modules["network3"] = module_from_spec(spec)
    try:
        spec.loader.exec_module(package)
        import_module("network3.theano")
    finally:
        del sys.modules["network3"]
        if imported:
            sys.modules["network3"] = imported


if __name__ == "__main__" and (status := main()):  # else `python -i` would show a SystemExit
    sys.exit(status)

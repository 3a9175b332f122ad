"""Runs a program as `python PROGRAM` does, with `import theano` meaning this package.

That holds for the process and those it forks; one that `multiprocessing` spawns must call
`network3_theano.install()` itself.
"""

import io
import os
import runpy
import sys
from collections.abc import Sequence
from importlib.machinery import SourceFileLoader
from types import ModuleType

from network3.theano.installing import install

USAGE = """\
usage: theano-run PROGRAM [ARGUMENTS...]
       theano-run -m MODULE [ARGUMENTS...]

Runs a program for Theano: as `python PROGRAM`, with `import theano` meaning network3.theano.
`python -m network3_theano` is the same command, with options of Python before -m.
"""


def main(arguments: Sequence[str]) -> int:
    """What the process exits with, if the program does not decide that itself."""
    if not arguments:
        return _refuse("")
    program, *rest = arguments
    if program in ("-h", "--help"):
        print(USAGE, end="")
        return 0
    if program == "-m":
        if not rest:
            return _refuse("-m needs the name of a module")
    elif program.startswith("-"):
        return _refuse(f"{program} is no option: those of Python stand before -m network3_theano")
    elif not os.path.isfile(program):
        what = "a folder" if os.path.isdir(program) else "not there"
        return _refuse(f"cannot run {program}: it is {what}")
    try:
        install()
    except (ImportError, ValueError) as error:
        return _refuse(str(error))
    return _run_module(rest) if program == "-m" else _run(program, arguments)


def _refuse(sentence):
    if sys.stderr is not None:  # else `print` would take the standard output
        print(f"network3.theano: {sentence}\n" if sentence else USAGE, end="", file=sys.stderr)
    return 2


def _run_module(arguments):
    sys.argv = arguments
    if not sys.flags.safe_path:
        sys.path[0] = os.getcwd()
    runpy.run_module(arguments[0], run_name="__main__", alter_sys=True)
    return 0


def _run(program, arguments):
    """The program as the module __main__, in which its classes are pickled."""
    sys.argv = list(arguments)
    if not sys.flags.safe_path:
        sys.path[0] = os.path.dirname(os.path.realpath(program))
    path = os.path.abspath(program)
    module = ModuleType("__main__")
    module.__dict__.update(
        __file__=path,
        __cached__=None,
        __builtins__=sys.modules["builtins"],
        __loader__=SourceFileLoader("__main__", path),
    )
    sys.modules["__main__"] = module
    try:
        with io.open_code(path) as file:
            code = compile(file.read(), path, "exec", dont_inherit=True)
        exec(code, module.__dict__)
    except SystemExit:
        raise
    except BaseException as error:
        return _report(error)
    return 0


def _report(error):
    """Prints a program's own exception, from the program's first line on."""
    frames = error.__traceback__.tb_next  # without `_run`
    error.__traceback__ = frames
    sys.excepthook(type(error), error, frames)
    if isinstance(error, KeyboardInterrupt):
        sys.excepthook = lambda *printed: None
        raise error  # so that the process ends by the signal
    return 1

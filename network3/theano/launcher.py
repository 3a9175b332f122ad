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
from network3.theano.python2 import loading
from network3.theano.python2.importing import importing, with_import
from network3.theano.python2.translating import translate

USAGE = """\
usage: theano-run PROGRAM [ARGUMENTS...]
       theano-run -m MODULE [ARGUMENTS...]
       theano-run --translate PROGRAM

Runs a program for Theano as `python PROGRAM` would, but `import theano` imports network3.theano.
The program and its own modules may be written in Python 2. `python -m network3_theano` is the same
command, with Python's options before -m.

Options come before PROGRAM or -m:
  --python2 PATH   translate this file, or all files in this folder, even if Python 3 can parse them
  --no-old-names   do not restore names that Python and NumPy have dropped, such as np.int
  --translate      print the program in Python 3 instead of running it
"""


def main(arguments: Sequence[str]) -> int:
    """What the process exits with, if the program does not decide that itself."""
    named, old = [], True
    while arguments and arguments[0] in ("--python2", "--no-old-names"):
        option, *arguments = arguments
        if option == "--no-old-names":
            old = False
        elif not arguments:
            return _refuse("--python2 needs the path of a file or a folder")
        elif not os.path.exists(arguments[0]):
            return _refuse(f"--python2 {arguments[0]}: there is no such file or folder")
        else:
            path, *arguments = arguments
            named.append(path)
    if not arguments:
        return _refuse("")
    program, *rest = arguments
    if program in ("-h", "--help"):
        print(USAGE, end="")
        return 0
    if program == "--translate":
        return _translate(rest)
    if program == "-m":
        if not rest:
            return _refuse("-m needs the name of a module")
    elif program.startswith("-"):
        return _refuse(
            f"{program} is not an option of theano-run, which has --python2, --no-old-names, "
            f"--translate and -m. Give Python its options as in python {program} -m network3_theano"
        )
    elif not os.path.isfile(program):
        why = "it is a folder" if os.path.isdir(program) else "there is no such file"
        return _refuse(f"cannot run {program}: {why}")
    try:
        install(python2=named or True, old_names=old)
    except (ImportError, ValueError) as error:
        return _refuse(str(error))
    return _run_module(rest) if program == "-m" else _run(program, arguments)


def _translate(arguments):
    """Print a program in Python 3, with an import of what stands for Python 2's functions."""
    try:
        [program] = arguments
        with open(program, "rb") as file:
            source = loading.decoded(file.read())
        text = with_import(translate(source))
    except ValueError:
        return _refuse("--translate needs the name of a program, and nothing else")
    except OSError as error:
        return _refuse(f"cannot translate {program}: {error.strerror}")
    except SyntaxError as error:
        return _refuse(f"cannot translate {program}: it is not Python 2: {error.msg}")
    except ImportError:
        return _refuse("--translate needs fissix: pip install fissix")
    if text == source and sys.stderr:
        print(f"network3.theano: {program} is the same in Python 3", file=sys.stderr)
    sys.stdout.write(text)
    return 0


def _refuse(sentence):
    if sys.stderr is not None:  # else `print` would take the standard output
        print(f"network3.theano: {sentence}\n" if sentence else USAGE, end="", file=sys.stderr)
    return 2


def _run_module(arguments):
    sys.argv = arguments
    if not sys.flags.safe_path:
        sys.path[0] = os.getcwd()
    module = arguments[0]
    try:
        runpy.run_module(module, loading.names_of(module), run_name="__main__", alter_sys=True)
    except ImportError as error:
        if _is_in_a_module(error.__traceback__):
            raise
        why = "there is no such module"
        if os.path.isfile(module):
            why = "it is a file, which runs without -m"
        elif "is a package" in str(error):
            why = "it is a package without __main__.py"
        return _refuse(f"cannot run -m {module}: {why}")
    _end_line()
    return 0


def _is_in_a_module(frame):
    """Return whether the traceback of an error has a line of a module that ran."""
    finders = (__name__, loading.__name__, "runpy", "importlib")
    while frame and frame.tb_frame.f_globals.get("__name__", "").startswith(finders):
        frame = frame.tb_next
    return frame is not None


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
    built_in = None
    try:
        with io.open_code(path) as file:
            code, built_in = loading.load(file.read(), path)
        if built_in:
            module.__dict__["__builtins__"] = built_in
        with importing(built_in is not None):
            exec(code, module.__dict__)
    except SystemExit:
        raise
    except BaseException as error:
        _end_line()
        status = _report(error)
        if not built_in and loading.translated and sys.stderr:
            names = ", ".join(map(os.path.basename, loading.translated))
            print(
                f"network3.theano: {program} ran as Python 3, and {names} as Python 2. If all are "
                f"Python 2: theano-run --python2 {os.path.dirname(program) or '.'} {program}",
                file=sys.stderr,
            )
        return status
    _end_line()
    return 0


def _end_line():
    """End the line that a `print` in Python 2 has left open by a comma."""
    if getattr(sys.stdout, "softspace", False):
        sys.stdout.write("\n")


def _report(error):
    """Prints a program's own exception, from the program's first line on."""
    first = frame = _shown(error.__traceback__.tb_next)  # without `_run`
    while frame:
        frame.tb_next = frame = _shown(frame.tb_next)
    error.__traceback__ = first
    sys.excepthook(type(error), error, first)
    if isinstance(error, KeyboardInterrupt):
        sys.excepthook = lambda *printed: None
        raise error  # so that the process ends by the signal
    return 1


def _shown(frame):
    """The first frame from here on that is not of what translates and loads Python 2."""
    hidden = (os.path.dirname(loading.__file__), "<frozen importlib")
    while frame and frame.tb_frame.f_code.co_filename.startswith(hidden):
        frame = frame.tb_next
    return frame

"""Run the Python 2 programs beside on the real Theano, and on Python 2.7 what needs no Theano.

    python3.8 make.py --python2 python2.7              write what they print
    python3.8 make.py --python2 python2.7 --check      compare

Python 3.8, theano==1.0.5, numpy<1.20, SciPy, fissix and a C++ compiler are needed, and Python 2.7
with numpy==1.16.6. The programs are translated by this package's translating.py. What stands for
Python 2's functions is written here anew: `/` between variables is `__div__`, which Theano's
variables define for Python 2.
"""

import argparse
import builtins
import functools
import os
import pickle
import subprocess
import sys
import tempfile
import types
from pathlib import Path

import book
from book import MNIST

HERE = Path(__file__).resolve().parent
PACKAGE = HERE.parents[2]
PROGRAMS = HERE / "programs"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--python2", required=True, help="a Python 2.7 with NumPy")
    parser.add_argument("--check", action="store_true", help="compare, do not write")
    args = parser.parse_args()
    flags = "blas.ldflags=,floatX=float64," + os.environ.get("THEANO_FLAGS", "")
    here = [sys.executable, str(HERE / "make.py"), "--here"]
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary, "book")
        book.copy(folder)
        commands = [  # the last one reads the images that the second one writes
            ("programs/plain.txt", [args.python2, str(PROGRAMS / "plain.py")]),
            ("printed_numpy.txt", [args.python2, "numpy_nets.py"]),
            ("printed.txt", [*here, str(PROGRAMS / "all.py"), str(MNIST)]),
            ("printed_book.txt", [*here, str(folder / "src" / "conv.py")]),
        ]
        status = 0
        for name, command in commands:
            printed = subprocess.run(
                command,
                cwd=str(folder / "src"),
                env={**os.environ, "THEANO_FLAGS": flags},
                stdout=subprocess.PIPE,
                universal_newlines=True,
                check=True,
            ).stdout
            if not args.check:
                (HERE / name).write_text(printed)
            agrees = printed == (HERE / name).read_text()
            print(name, "agrees" if agrees else "differs", flush=True)
            status |= not agrees
    return status


def run_here(program, *arguments):
    """Run a program by the real Theano, as Python 2 would have done."""
    folder = Path(program).parent
    sys.path.insert(0, str(PACKAGE / "network3" / "theano" / "python2"))
    from translating import translate

    def execute(path, names):
        names["__builtins__"] = built_in
        exec(
            compile(translate(Path(path).read_text(encoding="utf-8"), own=""), path, "exec"), names
        )

    def import_(name, globals=None, locals=None, fromlist=(), level=0):
        path = Path(sys.path[0], name + ".py")
        if name not in sys.modules and path.exists() and path.parent in (folder, PROGRAMS):
            module = sys.modules[name] = types.ModuleType(name)
            execute(str(path), vars(module))
        return __import__(name, globals, locals, fromlist or (), level)

    cpickle = sys.modules["cPickle"] = types.ModuleType("cPickle")
    cpickle.load = functools.partial(pickle.load, encoding="latin1")
    give_downsample()
    built_in = {
        **vars(builtins),
        "__import__": import_,
        "execfile": execute,
        "py2_div": div,
        "py2_idiv": div,
        "xrange": range,
    }
    sys.path.insert(0, str(folder))
    sys.argv = [program, *arguments]
    execute(program, {"__name__": "__main__", "__file__": program})


def div(x, y):
    import numpy as np
    import theano

    if isinstance(x, theano.Variable):
        return x.__div__(y)
    if isinstance(y, theano.Variable):
        return y.__rdiv__(x)
    kinds = {np.asarray(value).dtype.kind for value in (x, y)}
    return np.floor_divide(x, y) if kinds <= set("biu") else np.true_divide(x, y)


def give_downsample():
    """theano.tensor.signal.downsample, as Theano had it until 0.9."""
    import theano.tensor.signal
    from theano.tensor.signal.pool import pool_2d

    def max_pool_2d(input, ds, ignore_border=False):
        return pool_2d(input, ws=ds, ignore_border=ignore_border)

    downsample = types.ModuleType("theano.tensor.signal.downsample")
    downsample.max_pool_2d = max_pool_2d
    theano.tensor.signal.downsample = sys.modules[downsample.__name__] = downsample


if __name__ == "__main__":
    if sys.argv[1:2] == ["--here"]:
        run_here(*sys.argv[2:])
    else:
        sys.exit(main())

"""Run the Python 2 programs beside on the real Theano, and on Python 2.7 what needs no Theano.

    python3.8 make.py --python2 python2.7              write printed.txt and programs/plain.txt
    python3.8 make.py --python2 python2.7 --check      compare

Python 3.8, theano==1.0.5, numpy<1.20, SciPy, fissix and a C++ compiler are needed. The programs are
translated by this package's translating.py. What stands for Python 2's functions is written here
anew: `/` between variables is `__div__`, which Theano's variables define for Python 2.
"""

import argparse
import builtins
import functools
import os
import pickle
import subprocess
import sys
import types
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGE = HERE.parents[2]
MNIST = PACKAGE / "data" / "mnist.pkl.gz"
PROGRAMS = HERE / "programs"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--python2", help="a Python 2.7, for plain.py")
    parser.add_argument("--check", action="store_true", help="compare, do not write")
    args = parser.parse_args()
    flags = "blas.ldflags=,floatX=float64," + os.environ.get("THEANO_FLAGS", "")
    commands = {
        HERE / "printed.txt": ([sys.executable, __file__, "--here"], {"THEANO_FLAGS": flags}),
    }
    if args.python2:
        commands[PROGRAMS / "plain.txt"] = ([args.python2, str(PROGRAMS / "plain.py")], {})
    status = 0
    for path, (command, environment) in commands.items():
        printed = subprocess.run(
            command,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            universal_newlines=True,
            check=True,
        ).stdout
        if not args.check:
            path.write_text(printed)
        agrees = printed == path.read_text()
        print(path.name, "agrees" if agrees else "differs", flush=True)
        status |= not agrees
    return status


def run_here():
    """Run programs/all.py by the real Theano, as Python 2 would have done."""
    sys.path.insert(0, str(PACKAGE / "network3" / "theano" / "python2"))
    from translating import translate

    def execute(path, names):
        names["__builtins__"] = built_in
        exec(
            compile(translate(Path(path).read_text(encoding="utf-8"), own=""), path, "exec"), names
        )

    def import_(name, globals=None, locals=None, fromlist=(), level=0):
        path = Path(sys.path[0], name + ".py")
        if name not in sys.modules and path.exists() and PROGRAMS in path.parents:
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
    program = str(PROGRAMS / "all.py")
    sys.argv = [program, str(MNIST)]
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
    if sys.argv[1:] == ["--here"]:
        run_here()
    else:
        sys.exit(main())

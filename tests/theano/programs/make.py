"""Run the programs on Theano 1.0.5 and write down what they print, or check what was written.

    python tests/theano/programs/make.py                write every NAME.txt
    python tests/theano/programs/make.py --check        run, compare, write nothing
    python tests/theano/programs/make.py --check lenet  only the runs named

This needs Python 3.8, theano==1.0.5, numpy<1.20, SciPy and a C++ compiler. runs.py lists the names.
"""

import argparse
import os
import runpy
import subprocess
import sys
import types

from runs import COMPILED, FRAGMENTS, HERE, RUNS, difference, expected


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="a run (default: all)")
    parser.add_argument("--check", action="store_true", help="compare, do not write")
    args = parser.parse_args()
    commands = {name: ("fragments/" + name + ".py",) for name in FRAGMENTS}
    commands.update(RUNS)
    for name in args.names:
        if name not in commands:
            parser.error("no run is called {}; there are {}".format(name, ", ".join(commands)))
    status = 0
    for name in args.names or commands:
        printed = run(name in COMPILED, *commands[name])
        if not args.check:
            expected(name).write_text(printed)
        found = difference(printed, expected(name).read_text())
        print(name, found or "agrees", flush=True)
        status |= bool(found)
    return status


def run(compiled, program, *arguments):
    """Return a program's output in float64, without a BLAS, whose results depend on the machine."""
    flags = (
        ("" if compiled else "cxx=,")
        + "blas.ldflags=,floatX=float64,"
        + os.environ.get("THEANO_FLAGS", "")
    )
    command = [sys.executable, __file__, "--in-this-process", str(HERE / program), *arguments]
    return subprocess.run(
        command,
        env={**os.environ, "THEANO_FLAGS": flags},
        stdout=subprocess.PIPE,
        universal_newlines=True,
        check=True,
    ).stdout


def run_here(program, *arguments):
    """Run a program with `theano.tensor.signal.downsample` as it was until Theano 0.9."""
    import theano.tensor.signal
    from theano.tensor.signal.pool import pool_2d

    def max_pool_2d(input, ds, ignore_border=None):
        return pool_2d(input, ws=ds, ignore_border=ignore_border)

    downsample = types.ModuleType("theano.tensor.signal.downsample")
    downsample.max_pool_2d = max_pool_2d
    theano.tensor.signal.downsample = sys.modules[downsample.__name__] = downsample
    sys.argv = [program, *arguments]
    runpy.run_path(program, run_name="__main__")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--in-this-process"]:
        run_here(*sys.argv[2:])
    else:
        sys.exit(main())

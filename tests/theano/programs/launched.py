"""Run programs as their users do: `python -m network3.theano PROGRAM ARGUMENTS`."""

import os
import subprocess
import sys

from runs import HERE, RUNS


def run(name, *more, flags=""):
    """Return the output of a run of runs.py, with additional arguments and Theano's flags."""
    command = RUNS[name] if name in RUNS else (f"fragments/{name}.py",)
    return program(*command, *more, flags=flags)


def program(path, *arguments, flags=""):
    """Return the output of a program, and fail if it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "network3.theano", HERE / path, *arguments],
        # with two BLAS threads, a process is several times slower if another one is busy
        env=os.environ | {"THEANO_FLAGS": f"floatX=float64,{flags}", "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout

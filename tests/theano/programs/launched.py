"""Programs that run as their users run them: `python -m network3.theano PROGRAM ARGUMENTS`."""

import os
import subprocess
import sys

from runs import HERE, RUNS


def run(name, *more, flags=""):
    """What a run of runs.py prints, with further arguments and flags of Theano's."""
    command = RUNS[name] if name in RUNS else (f"fragments/{name}.py",)
    return program(*command, *more, flags=flags)


def program(path, *arguments, flags=""):
    """What a program prints; fails where it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "network3.theano", HERE / path, *arguments],
        # a process beside a busy one is several times slower with two threads in BLAS
        env=os.environ | {"THEANO_FLAGS": f"floatX=float64,{flags}", "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout

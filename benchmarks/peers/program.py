"""A program of tests/theano/programs, unchanged, on network3.theano or on the real Theano 1.0.5.

The program prints a line for each step. After the first one, and after each stretch of steps, it
waits there until more are asked for. This file runs in Python 3.8, too.
"""

import json
import os
import runpy
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROGRAMS = HERE.parents[1] / "tests" / "theano" / "programs"
MNIST = HERE.parents[1] / "data" / "mnist.pkl.gz"
SECONDS, STEPS = 0.3, 350  # the length of a stretch is the shorter of the two


class Steps:
    """The standard output of the program, which answers with the seconds for a step."""

    def __init__(self, answers, versions):
        self.answers, self.versions = answers, versions
        self.count, self.start = 0, None

    def write(self, text):
        if not text.startswith("cost "):
            return
        now = time.perf_counter()
        self.count += 1
        if self.start is None:
            answer = self.versions
        elif now - self.start < SECONDS and self.count < STEPS:
            return
        else:
            answer = {"seconds": (now - self.start) / self.count}
        print(json.dumps(answer), file=self.answers, flush=True)
        if not sys.stdin.readline():
            os._exit(0)
        self.count, self.start = 0, time.perf_counter()

    def flush(self):
        pass


def main():
    settings = json.loads(sys.argv[1])
    answers = os.fdopen(os.dup(1), "w")  # other output must not mix with the answers
    os.dup2(2, 1)
    if settings["original"]:
        from peers import openblas  # noqa: F401 (sets Theano's flags)
    else:
        import network3.theano

        network3.theano.install()
    import numpy
    import theano

    versions = {
        "python": sys.version.split()[0],
        "theano": theano.__version__,
        "numpy": numpy.__version__,
    }
    sys.stdout = Steps(answers, versions)
    folder = HERE if settings["program"] == "call" else PROGRAMS
    program = str(folder / (settings["program"] + ".py"))
    arguments = [str(MNIST), "--steps", str(10**9)]
    if settings["original"]:  # with a module that Theano had until 0.9
        sys.path.insert(0, str(PROGRAMS))
        from make import run_here

        run_here(program, *arguments)
    else:
        sys.argv = [program, *arguments]
        runpy.run_path(program, run_name="__main__")


if __name__ == "__main__":
    main()

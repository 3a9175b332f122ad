"""A program of tests/theano/programs, unchanged, on network3.theano or on the real Theano 1.0.5.

The program prints a line for each step. When it prints one, it waits here until more steps are
asked for. This file runs in Python 3.8, too.
"""

import json
import os
import runpy
import sys
import time
from pathlib import Path

PROGRAMS = Path(__file__).resolve().parents[2] / "tests" / "theano" / "programs"
MNIST = PROGRAMS.parents[2] / "data" / "mnist.pkl.gz"
ENOUGH = 10**9  # steps
STRETCH = 0.3  # seconds of steps for a request


class Steps:
    """Standard output of the program, which answers requests with the seconds for a step."""

    def __init__(self, answers, versions):
        self.answers, self.versions = answers, versions
        self.steps = 0  # since the last request

    def write(self, text):
        if not text.startswith("cost "):
            return
        now = time.perf_counter()
        if self.versions:
            self.answer(**self.versions)
            self.versions = None
        elif self.steps + 1 and now - self.start < STRETCH:
            self.steps += 1
            return
        else:
            self.answer(seconds=(now - self.start) / (self.steps + 1))
        if not sys.stdin.readline():
            os._exit(0)
        self.steps, self.start = 0, time.perf_counter()

    def flush(self):
        pass

    def answer(self, **values):
        print(json.dumps(values), file=self.answers, flush=True)


def main():
    settings = json.loads(sys.argv[1])
    answers = os.fdopen(os.dup(1), "w")
    if settings["original"]:
        from peers import openblas  # noqa: F401 (sets Theano's flags)
    else:
        import network3.theano

        network3.theano.install()
    import theano

    versions = {"python": sys.version.split()[0], "theano": theano.__version__}
    sys.stdout = Steps(answers, versions)
    sys.argv = [settings["program"], str(MNIST), "--steps", str(ENOUGH)]
    runpy.run_path(str(PROGRAMS / (settings["program"] + ".py")), run_name="__main__")


if __name__ == "__main__":
    main()

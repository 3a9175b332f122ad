"""Processes that train, and stay alive while the others are measured."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
QUIET = 0.3  # seconds after which the threads of an idle process no longer spin


def environment(**more):
    """Return the environment of a process, without OpenBLAS's settings for one machine."""
    dropped = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
    return {**{k: v for k, v in os.environ.items() if k not in dropped}, **more}


class Contender:
    """A process that runs a program of `peers/`, which trains on request.

    Parameters
    ----------
    peer : str
        The name of the program.
    python : str
        The interpreter that runs it.
    env : dict, optional
        More environment variables.
    settings
        The net, the number of images, and options of the program.
    """

    def __init__(self, peer, python=sys.executable, env=None, **settings):
        self.process = subprocess.Popen(
            [python, "-m", f"peers.{peer}", json.dumps(settings)],
            cwd=HERE,
            env=environment(**(env or {})),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.versions = self._answer()

    def train(self):
        """Train for an epoch, and return the seconds that it took."""
        return self._ask("train")["seconds"]

    def evaluate(self):
        """Return the seconds for the accuracies on the 20,000 images, and these two accuracies."""
        answer = self._ask("evaluate")
        return answer["seconds"], answer["accuracies"]

    def step(self):
        """Return the seconds for a step of a program, the mean of some hundred steps."""
        return self._ask("step")["seconds"]

    def stop(self):
        self.process.stdin.close()
        self.process.wait()

    def _ask(self, word):
        print(word, file=self.process.stdin, flush=True)
        answer = self._answer()
        time.sleep(QUIET)
        return answer

    def _answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise ChildProcessError(f"{self.process.args} ended with {self.process.wait()}")
        return json.loads(line)

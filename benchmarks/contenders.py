"""Processes that train the nets, one each, that stay alive while the others are measured."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
QUIET = 0.3  # seconds after which the threads of a process that is done have stopped to spin


def environment(**more):
    """The environment for a process: without settings of OpenBLAS that are one machine's own."""
    dropped = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
    return {**{k: v for k, v in os.environ.items() if k not in dropped}, **more}


class Contender:
    """A program of `peers/` with a net that it trains and evaluates when it is asked.

    Parameters
    ----------
    peer : name of the program
    python : of the interpreter that runs it
    env : dict, what its environment has besides
    settings : what it is told: net, images, and what the program knows
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
        """Seconds for an epoch."""
        return self._ask("train")["seconds"]

    def evaluate(self):
        """Seconds for the accuracies on the 20,000 images, and these two."""
        answer = self._ask("evaluate")
        return answer["seconds"], answer["accuracies"]

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

"""A process that is forked after a training, as `multiprocessing` does on Linux, can train too."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import multiprocessing
import sys

sys.path.insert(0, sys.argv[1])

import numpy as np
import pytensor
from small_nets import values

import network3
from network3 import ConvPoolLayer, Network, SoftmaxLayer

network3.GPU = False


def train(queue=None):
    np.random.seed(0)
    net = Network([ConvPoolLayer((20, 1, 5, 5), (10, 1, 28, 28)), SoftmaxLayer(2880, 10)], 10)
    images = np.random.default_rng(0).random((20, 784)).astype(pytensor.config.floatX)
    data = pytensor.shared(images), pytensor.shared(np.arange(20, dtype=np.int32) % 10)
    net.SGD(data, 1, 10, 0.1, data, None)
    if queue is None:
        return values(net)
    queue.put(values(net))


here = train()
fork = multiprocessing.get_context("fork")
queue = fork.Queue()
child = fork.Process(target=train, args=(queue,), daemon=True)
child.start()
there = queue.get(timeout=60)
child.join()
assert all(np.array_equal(a, b) for a, b in zip(here, there, strict=True))
print("the child ends where its parent ends")
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_process_trains_like_its_parent():
    folder = str(Path(__file__).parent)
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM, folder],
        env={**os.environ, "OMP_NUM_THREADS": "2"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert result.stdout.splitlines()[-1] == "the child ends where its parent ends", result.stderr

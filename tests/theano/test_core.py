"""A program for Theano runs unchanged, with the results of the real Theano 1.0.5."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def ours():
    flags = "floatX=float32,device=cpu,mode=FAST_COMPILE"
    run = subprocess.run(
        [sys.executable, "-W", "error", "-m", "network3.theano", HERE / "core_by_theano.py"],
        env=os.environ | {"THEANO_FLAGS": flags},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    assert run.stderr == ""
    return json.loads(run.stdout)


THEANOS = json.loads((HERE / "core_by_theano.json").read_text())


@pytest.mark.parametrize("what", sorted(THEANOS))
def test_the_core_does_what_theano_did(ours, what):
    assert ours[what] == THEANOS[what]


def test_nothing_is_left_out(ours):
    assert ours.keys() == THEANOS.keys()

"""A wrong program raises an error of Theano's class, which names what Theano's error names."""

import json
from pathlib import Path

import pytest
from mistakes import MISTAKES, raised

import network3.theano as theano

THEANOS = json.loads((Path(__file__).parent / "mistakes.json").read_text())

# The mistakes that raise another error here, and why.
DIFFERENT = {
    "a cast to an unknown type": "TypeError",  # Theano's KeyError comes from its own table
    "a dimension that is lost": "TensorVariable",  # PyTensor raises when computing it
    "a gradient of no operator": "NotImplementedError",  # PyTensor's operators always have a `grad`
    "a hessian of a vector": "ValueError",  # PyTensor raises no AssertionError
    "a jacobian of a matrix": "DisconnectedInputError",  # PyTensor accepts a matrix
}


@pytest.fixture(scope="module")
def ours():
    with theano.change_flags(floatX="float32", mode="FAST_COMPILE"):
        return raised(theano)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_raises_the_error_that_theano_raises(ours, mistake):
    [theanos, *_], words = THEANOS[mistake]
    classes, said = ours[mistake]
    assert DIFFERENT.get(mistake, theanos) in classes
    assert set(words) <= set(said)

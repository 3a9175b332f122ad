"""A wrong program gets an error that says as much as Theano's: of its class, and with the names of
the function and of the argument that Theano's has."""

import json
from pathlib import Path

import pytest
from mistakes import MISTAKES, raised

import network3.theano as theano

THEANOS = json.loads((Path(__file__).parent / "mistakes.json").read_text())

# What is raised here instead, and why.
DIFFERENT = {
    "a cast to an unknown type": "TypeError",  # Theano's KeyError comes from its own table
    "a dimension that is lost": "TensorVariable",  # PyTensor raises when it is computed
    "a gradient of no operator": "NotImplementedError",  # PyTensor's operators have a `grad`
    "a hessian of a vector": "ValueError",  # PyTensor raises no AssertionError
    "a jacobian of a matrix": "DisconnectedInputError",  # PyTensor takes that of a matrix
}


@pytest.fixture(scope="module")
def ours():
    with theano.change_flags(floatX="float32", mode="FAST_COMPILE"):
        return raised(theano)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_answered_as_by_theano(ours, mistake):
    [theanos, *_], words = THEANOS[mistake]
    classes, said = ours[mistake]
    assert DIFFERENT.get(mistake, theanos) in classes
    assert set(words) <= set(said)

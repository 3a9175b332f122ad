"""Functions have the parameters of the real Theano's, with their positions, names and defaults.

make_golden.py wrote Theano's signatures to signatures.json.
"""

import importlib
import inspect
import json
from pathlib import Path

import pytest

SIGNATURES = json.loads((Path(__file__).parent / "signatures.json").read_text())

# Defaults that are written differently, but mean the same.
WRITTEN_OTHERWISE = {
    "theano.tensor.argsort": "kind None is quicksort",
    "theano.tensor.nlinalg.svd": "True for 1",
    "theano.tensor.sort": "kind None is quicksort",
    "theano.tensor.sort.argsort": "kind None is quicksort",
    "theano.tensor.sort.sort": "kind None is quicksort",
    "theano.tensor.tensor": "names for *args and **kwargs",
}


def function(name):
    """Return our function with a name of Theano's, or None."""
    module, _, name = name.rpartition(".")
    return getattr(importlib.import_module(f"network3.{module}"), name, None)


HERE = [name for name in SIGNATURES if name not in WRITTEN_OTHERWISE and function(name)]


@pytest.mark.parametrize("name", HERE)
def test_a_function_takes_theanos_arguments(name):
    ours = list(inspect.signature(function(name)).parameters.values())
    for place, (theanos, *default) in enumerate(SIGNATURES[name]):
        assert str(ours[place]).split(":")[0].split("=")[0] == theanos
        assert default == [repr(ours[place].default)] or not default

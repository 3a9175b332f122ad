"""The names that the package offers in an interactive session, and how its objects are shown."""

import inspect
import os
import subprocess
import sys

import numpy as np
import pytest

import network3
from network3 import ConvPoolLayer, FullyConnectedLayer, Network, ReLU, SoftmaxLayer, tanh
from network3.layers import Layer

LATER = ["T", "experiments", "nets", "plots", "theano"]


@pytest.mark.parametrize("name", LATER)
def test_a_module_is_an_attribute_without_an_import_of_it(monkeypatch, name):
    monkeypatch.delitem(vars(network3), name, raising=False)
    assert inspect.ismodule(getattr(network3, name))


def test_the_tab_key_offers_every_name():
    assert {*network3.__all__, *LATER} <= set(dir(network3))


def test_without_matplotlib_help_and_hasattr_work_and_plots_says_what_is_missing(monkeypatch):
    for name in [*sys.modules]:
        if name.startswith("network3.plots"):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(vars(network3), "plots", raising=False)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert not hasattr(network3, "plots")
    with pytest.raises(AttributeError, match=r"pip install matplotlib"):
        _ = network3.plots
    with pytest.raises(ImportError, match=r"pip install matplotlib"):
        from network3 import plots  # noqa: F401


def test_an_unknown_name_is_no_attribute():
    with pytest.raises(AttributeError, match="module 'network3' has no attribute 'nothing'"):
        _ = network3.nothing


def test_a_net_shows_the_call_that_builds_it():
    conv = ConvPoolLayer([20, 1, 5, 5], (10, 1, 28, 28), activation_fn=ReLU, pool_mode="l2")
    net = Network([conv, FullyConnectedLayer(2880, 100, tanh), SoftmaxLayer(100, 10, 0.5)], 10)
    text = repr(net)
    assert text.splitlines() == [
        "Network([",
        "    ConvPoolLayer(filter_shape=(20, 1, 5, 5), image_shape=(10, 1, 28, 28), "
        "activation_fn=ReLU, pool_mode='l2'),",
        "    FullyConnectedLayer(n_in=2880, n_out=100, activation_fn=tanh),",
        "    SoftmaxLayer(n_in=100, n_out=10, p_dropout=0.5),",
        "], mini_batch_size=10)",
    ]
    again = eval(text, vars(network3))  # using the public names
    assert repr(again) == text


def test_a_layer_of_ones_own_shows_what_it_keeps_of_its_arguments():
    class Scale(Layer):
        def __init__(self, factor, noise=0.0, seed=None):
            self.factor = factor

    class Plain:
        params = ()

        def set_inpt(self, inpt, inpt_dropout, mini_batch_size):
            self.output = self.output_dropout = inpt

    assert repr(Scale(np.arange(2))) == "Scale(factor=array([0, 1]))"
    assert repr(Network([Plain()], 4)).splitlines()[1] == "    Plain(...),"


def test_a_folder_called_network3_does_not_hide_the_package(tmp_path):
    """A program next to the cloned repository is in this situation."""
    (tmp_path / "network3").mkdir()
    environment = {name: x for name, x in os.environ.items() if name != "PYTHONPATH"}
    command = [sys.executable, "-c", "import network3; network3.Network"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr

"""The book's programs on the real MNIST, unchanged but for one epoch instead of sixty."""

import re
from pathlib import Path

import numpy as np
import pytest

import network3

ROOT = Path(__file__).parents[1]

SHALLOW = """
import network3
from network3 import Network
from network3 import ConvPoolLayer, FullyConnectedLayer, SoftmaxLayer
training_data, validation_data, test_data = network3.load_data_shared()
mini_batch_size = 10
net = Network([FullyConnectedLayer(n_in=784, n_out=100), SoftmaxLayer(n_in=100, n_out=10)],
              mini_batch_size)
net.SGD(training_data, 60, mini_batch_size, 0.1, validation_data, test_data)
"""

TWO_LAYERS = """
import network3
from network3 import Network
from network3 import ConvPoolLayer, FullyConnectedLayer, SoftmaxLayer
training_data, validation_data, test_data = network3.load_data_shared()
mini_batch_size = 10
net = Network([
    ConvPoolLayer(image_shape=(mini_batch_size, 1, 28, 28), filter_shape=(20, 1, 5, 5),
                  poolsize=(2, 2)),
    ConvPoolLayer(image_shape=(mini_batch_size, 20, 12, 12), filter_shape=(40, 20, 5, 5),
                  poolsize=(2, 2)),
    FullyConnectedLayer(n_in=40*4*4, n_out=100),
    SoftmaxLayer(n_in=100, n_out=10)], mini_batch_size)
net.SGD(training_data, 60, mini_batch_size, 0.1, validation_data, test_data)
"""

RECTIFIED = """
import network3
from network3 import Network, ReLU
from network3 import ConvPoolLayer, FullyConnectedLayer, SoftmaxLayer
training_data, validation_data, test_data = network3.load_data_shared()
mini_batch_size = 10
net = Network([
    ConvPoolLayer(image_shape=(mini_batch_size, 1, 28, 28), filter_shape=(20, 1, 5, 5),
                  poolsize=(2, 2), activation_fn=ReLU),
    ConvPoolLayer(image_shape=(mini_batch_size, 20, 12, 12), filter_shape=(40, 20, 5, 5),
                  poolsize=(2, 2), activation_fn=ReLU),
    FullyConnectedLayer(n_in=40*4*4, n_out=100, activation_fn=ReLU),
    SoftmaxLayer(n_in=100, n_out=10)], mini_batch_size)
net.SGD(training_data, 60, mini_batch_size, 0.03, validation_data, test_data, lmbda=0.1)
"""


def one_layer():
    """Return the program of the README, the book's first convolutional network."""
    return re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.S).group(1)


def run(program, capsys):
    """Run a program for one epoch; return its variables and the lines that it prints."""
    assert program.count(" 60,") == 1
    names = {}
    np.random.seed(0)
    exec(program.replace(" 60,", " 1,"), names)
    return names, capsys.readouterr().out.splitlines()


def percents(lines):
    return [float(re.search(r"([\d.]+)%", line).group(1)) for line in lines if "%" in line]


def test_one_convolutional_layer_gives_theanos_accuracies(backend, float32, capsys):
    """Theano 1.0.5, np.random.seed(0), one epoch in float32: 94.07 % validation, 93.51 % test."""
    _, lines = run(one_layer(), capsys)
    validation, test, *last = percents(lines)
    assert validation == pytest.approx(94.07, abs=0.05)
    assert test == pytest.approx(93.51, abs=0.05)
    assert last == [validation, test]
    assert lines[:5] == [f"Training mini-batch number {k}" for k in range(0, 5000, 1000)]


def test_the_shallow_net_learns(backend, float32, capsys):
    _, lines = run(SHALLOW, capsys)
    assert min(percents(lines)) > 90


@pytest.mark.parametrize(
    ("program", "least"),
    [
        pytest.param(TWO_LAYERS, 90, marks=pytest.mark.slow, id="sigmoid"),
        pytest.param(RECTIFIED, 96, id="rectified"),
    ],
)
def test_two_layers_learn_and_do_what_the_books_programs_ask(program, least, float32, capsys):
    network3.GPU = False
    names, lines = run(program, capsys)
    assert min(percents(lines)) > least
    # The book's conv.py uses a trained network like this.
    net, test_data = names["net"], names["test_data"]
    wrong = sum(
        (np.asarray(net.test_mb_predictions(i)) != test_data[1].eval()[i * 10 : (i + 1) * 10]).sum()
        for i in range(1000)
    )
    assert 100 - wrong / 100 == pytest.approx(percents(lines)[-1], abs=0.006)
    assert net.layers[0].w.eval().shape == net.layers[0].w.get_value().shape
    assert test_data[0].eval()[0].shape == (784,)

"""Programs for Theano run unchanged, and print what they print on Theano 1.0.5.

make.py has written Theano's outputs to printed/ and next to the fragments.
"""

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytensor
import pytensor.tensor as T
import pytest
from launched import program, run
from runs import FRAGMENTS, MNIST, costs, difference, expected

import network3
from network3 import ConvPoolLayer, FullyConnectedLayer, Network, SoftmaxLayer

pytestmark = pytest.mark.theano

GOLDEN = Path(__file__).parents[2] / "golden"
PYTHON = "mode=FAST_COMPILE"  # saves the seconds that compiling C++ takes
needs_jax = pytest.mark.skipif(not importlib.util.find_spec("jax"), reason="no JAX")


def theanos(name):
    """Return the output of the real Theano."""
    return expected(name).read_text()


def golden(name):
    """Return the costs of a network in tests/golden, which the real Theano has computed."""
    return json.loads((GOLDEN / f"{name}.json").read_text())["costs"]


def test_logistic_regression_stops_where_the_tutorials_did():
    printed = run("logistic")
    assert difference(printed, theanos("logistic")) is None
    *_, last = printed.splitlines()
    assert last == "best epoch 73 of 74 validation 7.500000 % test 7.489583 %"


@pytest.mark.parametrize(
    "name, flags",
    [
        ("book_basic_conv", ""),
        ("lenet", PYTHON),
        ("book_shallow_l2", PYTHON),
        ("perceptron", PYTHON),
        ("lstm", PYTHON),
    ],
)
def test_a_program_prints_theanos_costs(name, flags):
    assert difference(run(name, flags=flags), theanos(name)) is None


@needs_jax
@pytest.mark.parametrize("name", ["book_basic_conv", "lenet"])
def test_a_program_prints_theanos_costs_with_the_flag_for_a_gpu(name):
    assert difference(run(name, flags="device=cuda"), theanos(name)) is None


def test_a_program_prints_theanos_costs_in_single_precision():
    """Later costs differ more: rounding, which depends on the processor, decides ties of maxima."""
    printed = run("lenet", flags=f"{PYTHON},floatX=float32")
    first = ["".join(text.splitlines(True)[:5]) for text in (printed, theanos("lenet"))]
    assert difference(*first, tolerance=1e-6) is None
    assert difference(printed, theanos("lenet"), tolerance=3e-3) is None
    assert difference(printed, theanos("lenet"), tolerance=1e-9)


@pytest.mark.parametrize("name", FRAGMENTS)
def test_a_fragment_prints_what_it_printed_with_theano(name):
    flags = "linker=py" if name == "nnet_names" else PYTHON  # the stable forms need all rewrites
    assert difference(run(name, flags=flags), theanos(name)) is None


def test_the_books_program_computes_the_costs_of_this_packages_layers(float64):
    (printed,) = costs(theanos("book_basic_conv"))
    assert printed == pytest.approx(golden("basic_conv-float64")[:20], rel=1e-9)

    np.random.seed(0)
    layers = [
        ConvPoolLayer(image_shape=(10, 1, 28, 28), filter_shape=(20, 1, 5, 5), poolsize=(2, 2)),
        FullyConnectedLayer(n_in=20 * 12 * 12, n_out=100),
        SoftmaxLayer(n_in=100, n_out=10),
    ]
    net = Network(layers, 10)
    cost = net.layers[-1].cost(net)
    steps = [(w, w - 0.1 * grad) for w, grad in zip(net.params, T.grad(cost, net.params))]
    train = pytensor.function([net.x, net.y], cost, updates=steps, mode="FAST_COMPILE")
    images, labels = (data.get_value(borrow=True)[:200] for data in network3.load_data_shared()[0])
    batches = zip(images.astype("float64").reshape(20, 10, 784), labels.reshape(20, 10))
    assert [train(*batch) for batch in batches] == pytest.approx(printed, rel=1e-6)


def test_the_books_gpu_flag_trains_in_single_precision():
    printed = program("book.py", MNIST, "--steps", "20", "--gpu", flags=PYTHON)
    assert printed.startswith("Trying to run under a GPU.\n")
    (ours,) = costs(printed)
    assert ours == pytest.approx(golden("basic_conv-float32")[:20], rel=2e-4)
    assert ours != pytest.approx(golden("basic_conv-float64")[:20], rel=1e-9)


@pytest.mark.parametrize(
    "name, flags",
    [
        ("autoencoder", ""),
        ("boltzmann", PYTHON),
        ("boltzmann_persistent", PYTHON),
        ("book_dropout", PYTHON),
        pytest.param("autoencoder_mrg", "device=cuda", marks=needs_jax),
    ],
)
def test_a_random_program_prints_theanos_costs(name, flags):
    assert difference(run(name, flags=flags), theanos(name)) is None

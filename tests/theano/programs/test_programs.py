"""Programs as Theano's users wrote them run unchanged, and print what they print on Theano 1.0.5.

make.py has written what that is, in printed/ and beside the fragments.
"""

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytensor
import pytest
from launched import program, run
from runs import FRAGMENTS, MNIST, costs, difference, expected

import network3
from network3 import ConvPoolLayer, FullyConnectedLayer, Network, SoftmaxLayer

GOLDEN = Path(__file__).parents[2] / "golden"
PYTHON = "mode=FAST_COMPILE"
needs_jax = pytest.mark.skipif(not importlib.util.find_spec("jax"), reason="no JAX")


def theanos(name):
    """What the real Theano printed."""
    return expected(name).read_text()


def golden(name):
    """The first 20 costs of a net of tests/golden, which the real Theano has computed, too."""
    return json.loads((GOLDEN / f"{name}.json").read_text())["costs"][:20]


def test_logistic_regression_stops_where_the_tutorials_did():
    printed = run("logistic")
    assert difference(printed, theanos("logistic")) is None
    *_, last = printed.splitlines()
    assert last == "best epoch 73 of 74 validation 7.500000 % test 7.489583 %"


@pytest.mark.parametrize(
    "name, flags",
    [
        ("book_basic_conv", ""),
        ("lenet", ""),
        ("book_shallow_l2", PYTHON),
        ("perceptron", PYTHON),
        ("lstm", PYTHON),
    ],
)
def test_a_program_prints_theanos_costs(name, flags):
    assert difference(run(name, flags=flags), theanos(name)) is None


@needs_jax
@pytest.mark.parametrize("name", ["logistic_costs", "lenet"])
def test_a_program_prints_theanos_costs_with_the_flag_for_a_gpu(name):
    assert difference(run(name, flags="device=cuda"), theanos(name)) is None


def test_a_program_prints_theanos_costs_in_single_precision():
    printed = run("lenet", flags="floatX=float32")
    assert difference(printed, theanos("lenet"), tolerance=1e-4) is None
    assert difference(printed, theanos("lenet"), tolerance=1e-9)


@pytest.mark.parametrize("name", FRAGMENTS)
def test_a_fragment_prints_what_it_printed_with_theano(name):
    assert difference(run(name, flags=PYTHON), theanos(name)) is None


def test_the_books_program_takes_the_path_of_this_packages_layers(float64):
    (printed,) = costs(theanos("book_basic_conv"))
    assert printed == pytest.approx(golden("basic_conv-float64"), rel=1e-9)

    np.random.seed(0)
    layers = [
        ConvPoolLayer(image_shape=(10, 1, 28, 28), filter_shape=(20, 1, 5, 5), poolsize=(2, 2)),
        FullyConnectedLayer(n_in=20 * 12 * 12, n_out=100),
        SoftmaxLayer(n_in=100, n_out=10),
    ]
    images, labels = (data.get_value(borrow=True)[:200] for data in network3.load_data_shared()[0])
    data = pytensor.shared(images.astype("float64")), pytensor.shared(labels)
    history = Network(layers, 10).SGD(data, 1, 10, 0.1, data, None, verbose="none")
    assert history["cost"] == pytest.approx([np.mean(printed)], rel=1e-6)


def test_the_books_gpu_flag_trains_in_single_precision():
    printed = program("book.py", MNIST, "--steps", "20", "--gpu")
    assert printed.startswith("Trying to run under a GPU.\n")
    (ours,) = costs(printed)
    assert ours == pytest.approx(golden("basic_conv-float32"), rel=2e-4)
    assert ours != golden("basic_conv-float64")


def errors_apart(ours, theirs):
    """By how many standard errors the means of two samples differ."""
    a, b = np.asarray(ours), np.asarray(theirs)
    return abs(a.mean() - b.mean()) / np.sqrt(a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b))


def mean_of_each_seed(printed):
    return np.mean(costs(printed), axis=1)


@pytest.mark.parametrize(
    "name, flags",
    [
        ("autoencoder", ""),
        ("autoencoder_mrg", PYTHON),
        ("boltzmann", PYTHON),
        ("boltzmann_persistent", PYTHON),
        pytest.param("autoencoder", "device=cuda", marks=needs_jax),
    ],
)
def test_a_random_program_has_theanos_costs_in_the_mean(name, flags):
    ours = costs(run(name, flags=flags))
    theirs = costs(theanos(name))
    assert np.shape(ours) == np.shape(theirs)
    assert len({tuple(seed) for seed in ours}) == len(ours), "every seed draws other numbers"
    assert errors_apart(np.mean(ours, axis=1), np.mean(theirs, axis=1)) < 4


def test_a_slightly_wrong_corruption_is_seen_in_the_mean():
    ours = mean_of_each_seed(run("autoencoder", "--corruption", "0.32"))
    assert errors_apart(ours, mean_of_each_seed(theanos("autoencoder"))) > 8


def test_the_books_dropout_costs_what_theanos_does_in_the_mean():
    (ours,) = costs(run("book_dropout", flags=PYTHON))
    (theirs,) = costs(theanos("book_dropout"))
    assert ours != theirs, "other masks from the same start"
    assert errors_apart(np.subtract(ours, theirs), np.zeros(len(ours))) < 4
    without = golden("shallow-float64")
    assert errors_apart(np.subtract(ours[:20], without), np.zeros(20)) > 4

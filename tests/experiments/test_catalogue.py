"""The experiments have the book's networks and hyper-parameters."""

import pytest

from network3.experiments import conv
from network3.nets.catalogue import EXPERIMENTS, falling_eta

# Weights and biases counted by hand: 20 filters of 5 x 5; 40 of 20 x 5 x 5; 40 * 4 * 4 inputs.
CONVOLUTIONS = 20 * 26 + 40 * 501


NUMBERS = {
    name: numbers
    for name, *numbers in [
        ("shallow", 785 * 100 + 101 * 10, 0.1, 0, 60, False),
        ("basic_conv", 20 * 26 + 2881 * 100 + 101 * 10, 0.1, 0, 60, False),
        ("omit_FC", 20 * 26 + 2881 * 10, 0.1, 0, 60, False),
        ("dbl_conv", CONVOLUTIONS + 641 * 100 + 1010, 0.1, 0, 60, False),
        ("dbl_conv_tanh", CONVOLUTIONS + 641 * 100 + 1010, 0.1, 0, 60, False),
        ("dbl_conv_relu", CONVOLUTIONS + 641 * 100 + 1010, 0.03, 0.1, 60, False),
        ("expanded_data_100", CONVOLUTIONS + 641 * 100 + 1010, 0.03, 0.1, 60, True),
        ("expanded_data_300", CONVOLUTIONS + 641 * 300 + 3010, 0.03, 0.1, 60, True),
        ("expanded_data_1000", CONVOLUTIONS + 641 * 1000 + 10010, 0.03, 0.1, 60, True),
        ("expanded_data_double_fc_100", CONVOLUTIONS + 64100 + 10100 + 1010, 0.03, 0.1, 60, True),
        ("expanded_data_double_fc_300", CONVOLUTIONS + 942 * 300 + 3010, 0.03, 0.1, 60, True),
        ("expanded_data_double_fc_1000", CONVOLUTIONS + 1642 * 1000 + 10010, 0.03, 0.1, 60, True),
        ("double_fc_dropout", CONVOLUTIONS + 641_000 + 1_001_000 + 10_010, 0.03, 0, 40, True),
        ("deep_and_wide", 11_972_510, falling_eta, 0, 800, False),  # the paper: 11.97 million
    ]
}


def test_every_experiment_is_tested():
    assert list(NUMBERS) == list(EXPERIMENTS)


@pytest.mark.parametrize("name", NUMBERS)
def test_an_experiment_has_the_books_net_and_numbers(name):
    parameters, eta, lmbda, epochs, expanded = NUMBERS[name]
    experiment = EXPERIMENTS[name]
    assert experiment.build(10).summary().parameters == parameters
    assert (experiment.eta, experiment.lmbda) == (eta, lmbda)
    assert (experiment.epochs, experiment.expanded) == (epochs, expanded)


def test_the_catalogue_has_the_sizes_that_conv_py_tries():
    for name in "expanded_data", "expanded_data_double_fc":
        tried = {f"{name}_{n}" for n in conv.NEURONS}
        assert tried == {key for key in EXPERIMENTS if key.rpartition("_")[0] == name}


def test_only_the_dropout_net_has_dropout():
    for name, experiment in EXPERIMENTS.items():
        if name == "deep_and_wide":
            continue
        dropped = [getattr(layer, "p_dropout", 0) for layer in experiment.build(10).layers]
        assert any(dropped) == (name == "double_fc_dropout")
    assert dropped[-3:] == [0.5, 0.5, 0.5]


def test_the_falling_eta_is_the_papers():
    assert falling_eta(0) == 1e-3
    assert falling_eta(800) == pytest.approx(1e-6, rel=0.2)
    assert falling_eta(5000) == 1e-6

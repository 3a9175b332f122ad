"""The functions of the book's conv.py: what they print and return, the vote and the pictures."""

import inspect
import re

import numpy as np
import pytest

import network3
from network3 import experiments
from network3.experiments import conv


@pytest.fixture
def few(monkeypatch):
    """Use 100 training images, and 53 test images, which are no multiple of a mini-batch."""
    training, validation, test = (
        tuple(part.get_value(borrow=True) for part in data) for data in network3.load_data_shared()
    )
    data = [
        network3.share(x[:n], y[:n])
        for (x, y), n in [(training, 100), (validation, 20), (test, 53)]
    ]
    monkeypatch.setattr(conv, "data", lambda: data)
    return data


class Stub:
    """A network that predicts given classes."""

    def __init__(self, answers):
        self.answers = answers

    def predict(self, images):
        return np.array(self.answers)


def titles(printed):
    """Return the printed lines without those of SGD."""
    of_sgd = r"Training mini-batch|Epoch \d|This is the best|The corr|Finished|Best val|Corr"
    return [line for line in printed.splitlines() if line and not re.match(of_sgd, line)]


def test_the_books_functions_exist_with_its_parameters():
    names = {}
    exec("from network3.experiments import *", names)
    positional = {
        name: [
            (p.name, p.default)
            for p in inspect.signature(names[name]).parameters.values()
            if p.kind is p.POSITIONAL_OR_KEYWORD
        ]
        for name in experiments.__all__
        if inspect.isfunction(names[name])
    }
    none = inspect.Parameter.empty
    assert positional == {
        "shallow": [("n", 3), ("epochs", 60)],
        "basic_conv": [("n", 3), ("epochs", 60)],
        "omit_FC": [],
        "dbl_conv": [("activation_fn", network3.sigmoid)],
        "regularized_dbl_conv": [],
        "dbl_conv_relu": [],
        "expanded_data": [("n", 100)],
        "expanded_data_double_fc": [("n", 100)],
        "double_fc_dropout": [("p0", none), ("p1", none), ("p2", none), ("repetitions", none)],
        "ensemble": [("nets", none)],
        "plot_errors": [("error_locations", none), ("erroneous_predictions", None)],
        "plot_filters": [("net", none), ("layer", none), ("x", none), ("y", none)],
        "run_experiments": [],
    }
    assert names["mini_batch_size"] == 10
    assert names["test_data"][0].get_value(borrow=True).shape == (10000, 784)


def test_shallow_returns_its_nets_and_prints_as_the_book_does(few, capsys):
    trained = experiments.shallow(2, 1)
    assert len(trained) == 2
    printed = capsys.readouterr().out
    assert titles(printed) == ["A shallow net with 100 hidden neurons"] * 2
    assert printed.splitlines()[1] == "Training mini-batch number 0"


@pytest.mark.slow
def test_the_others_print_the_books_titles(few, capsys):
    assert experiments.omit_FC(runs=1, epochs=1).layers[0].w.get_value().shape == (20, 1, 5, 5)
    assert experiments.expanded_data(30, runs=1, epochs=1).layers[2].n_out == 30
    assert experiments.expanded_data_double_fc(20, runs=1, epochs=1) is None
    (dropping,) = experiments.double_fc_dropout(0.1, 0.2, 0.3, 1, epochs=1)
    assert [layer.p_dropout for layer in dropping.layers[2:]] == [0.1, 0.2, 0.3]
    assert titles(capsys.readouterr().out) == [
        "Conv only, no FC",
        "Training with expanded data, 30 neurons in the FC layer, run num 0",
        "Training with expanded data, 20 neurons in two FC layers, run num 0",
        "Training using a dropout network with parameters  0.1 0.2 0.3",
        "Training with expanded data, run num 0",
    ]


def test_the_sweeps_have_the_books_lmbdas(monkeypatch, capsys):
    tried = []
    monkeypatch.setattr(
        conv,
        "_train",
        lambda title, experiment, epochs: tried.append((title, experiment.eta, experiment.lmbda)),
    )
    experiments.regularized_dbl_conv()
    assert len(tried) == 8 * 3
    assert tried[0] == ("Conv + Conv + FC num 0, with regularization 1e-05", 0.1, 1e-5)
    assert tried[-1] == ("Conv + Conv + FC num 2, with regularization 100.0", 0.1, 100)
    tried.clear()
    experiments.dbl_conv_relu()
    assert len(tried) == 9 * 3
    assert tried[0] == ("Conv + Conv + FC num 0, relu, with regularization 0.0", 0.03, 0)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("call", "activation_fn", "hidden", "eta", "lmbdas", "images"),
    [
        (lambda: experiments.shallow(1), network3.sigmoid, [100], 0.1, [0], 100),
        (lambda: experiments.dbl_conv(runs=1), network3.sigmoid, [100], 0.1, [0], 100),
        (
            lambda: experiments.dbl_conv(network3.tanh, runs=1),
            network3.tanh,
            [100],
            0.1,
            [0],
            100,
        ),
        (
            lambda: experiments.dbl_conv_relu(runs=1),
            network3.ReLU,
            [100],
            0.03,
            [0, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 10, 100],
            100,
        ),
        (lambda: experiments.expanded_data(7, runs=1), network3.ReLU, [7], 0.03, [0.1], 500),
        (
            lambda: experiments.expanded_data_double_fc(7, runs=1),
            network3.ReLU,
            [7, 7],
            0.03,
            [0.1],
            500,
        ),
        (
            lambda: experiments.double_fc_dropout(0.5, 0.5, 0.5, 1),
            network3.ReLU,
            [1000, 1000],
            0.03,
            [0],
            500,
        ),
    ],
)
def test_an_experiment_trains_the_books_net_by_its_numbers(
    few, monkeypatch, call, activation_fn, hidden, eta, lmbdas, images
):
    trained = []
    monkeypatch.setattr(network3.Network, "SGD", lambda *given: trained.append(given))
    call()
    assert [lmbda for *_, lmbda in trained] == lmbdas
    for net, data, epochs, _, rate, validation_data, test_data, _ in trained:
        full = [layer for layer in net.layers if isinstance(layer, network3.FullyConnectedLayer)]
        assert {layer.activation_fn for layer in net.layers[:-1]} == {activation_fn}
        assert [layer.n_out for layer in full] == hidden
        assert rate == eta and epochs == (40 if hidden == [1000, 1000] else 60)
        assert network3.size(data) == images
        assert (validation_data, test_data) == (few[1], few[2])


def test_expanded_training_data_is_five_fold(few):
    images, labels = (part.get_value() for part in conv.expanded_training_data())
    assert images.shape == (500, 784)
    assert np.bincount(labels).tolist() == (5 * np.bincount(few[0][1].get_value())).tolist()


def test_in_a_tie_the_class_that_is_seen_first_wins():
    predictions = [[1, 7, 3, 0], [2, 7, 5, 4], [2, 8, 5, 0], [1, 9, 6, 4]]
    assert conv.plurality(predictions).tolist() == [1, 7, 5, 0]


def test_an_ensemble_errs_where_most_of_its_nets_do(few, capsys):
    labels = few[2][1].get_value()
    wrong = (labels + 1) % 10
    one, two, three = labels.copy(), labels.copy(), labels.copy()
    one[[4, 52]], two[[4, 52]], three[[7]] = wrong[[4, 52]], wrong[[4, 52]], wrong[[7]]
    nets = [Stub(one), Stub(two), Stub(three)]
    assert experiments.ensemble(nets) == ([4, 52], wrong[[4, 52]].tolist())
    assert capsys.readouterr().out == "Accuracy is 96.23%\n"  # 51 / 53
    assert nets[2].test_predictions == three.tolist()


def test_an_ensemble_of_none_is_refused(few):
    with pytest.raises(ValueError, match="no networks: it needs at least one"):
        experiments.ensemble([])


def test_errors_are_drawn_with_label_and_prediction(few):
    plt = experiments.plot_errors([3, 50], [8, 9])
    panels = plt.gcf().axes
    images, labels = few[2][0].get_value(), few[2][1].get_value()
    assert len(panels) == 2
    np.testing.assert_array_equal(panels[1].images[0].get_array(), images[50].reshape(28, 28))
    assert panels[1].images[0].get_cmap().name == "binary"
    assert [(t.get_text(), t.get_position()) for t in panels[1].texts] == [
        (str(labels[50]), (24, 5)),
        ("9", (24, 24)),
    ]
    plt.close()


def test_errors_that_cannot_be_drawn_are_refused(few):
    count = len(few[2][1].get_value())
    for wrong in count, -1:
        with pytest.raises(ValueError, match=rf"location {wrong}: .* the numbers 0 to {count - 1}"):
            experiments.plot_errors([3, wrong])
    with pytest.raises(ValueError, match="2 images to draw and 1 predictions"):
        experiments.plot_errors([3, 50], [8])


@pytest.mark.parametrize(
    "call",
    [
        lambda: experiments.basic_conv(0),
        lambda: experiments.omit_FC(runs=0),
        lambda: experiments.dbl_conv(runs=-1),
        lambda: experiments.expanded_data(runs=0),
    ],
)
def test_the_last_of_no_nets_is_refused(few, call):
    with pytest.raises(ValueError, match="networks were requested: .* train at least 1"):
        call()


def test_at_most_forty_errors_are_drawn_and_predictions_may_be_left_out(few):
    plt = experiments.plot_errors(list(range(45)))
    assert len(plt.gcf().axes) == 40
    assert [len(panel.texts) for panel in plt.gcf().axes] == [1] * 40
    plt.close()


def test_filters_are_drawn_x_beside_and_y_above_each_other():
    net = network3.nets.basic_conv()
    plt = experiments.plot_filters(net, 0, 5, 4)
    panels = plt.gcf().axes
    w = net.layers[0].w.get_value()
    assert len(panels) == 20
    for panel, weights in zip(panels, w, strict=True):
        np.testing.assert_array_equal(panel.images[0].get_array(), weights[0])
    assert panels[0].get_gridspec().get_geometry() == (4, 5)
    plt.close()
    with pytest.raises(ValueError, match=r"x = 4 and y = 4 for 20 filters"):
        experiments.plot_filters(net, 0, 4, 4)


@pytest.mark.slow
def test_run_experiments_draws_the_books_three_pictures(monkeypatch, few, tmp_path):
    monkeypatch.chdir(tmp_path)
    trained = []

    def train(title, experiment, epochs, training_data=None):
        trained.append((title, epochs))
        return experiment.build(10)

    monkeypatch.setattr(conv, "_train", train)
    experiments.run_experiments(runs=1, epochs=2, repetitions=2, dropout_epochs=1)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "ensemble_errors.png",
        "net_full_layer_0.png",
        "net_full_layer_1.png",
    ]
    # shallow, basic, omit_FC, double; nine lmbda; three sizes of one layer and of two; two networks
    assert len(trained) == 4 + 9 + 3 + 3 + 2
    assert {epochs for title, epochs in trained[-2:]} == {1}

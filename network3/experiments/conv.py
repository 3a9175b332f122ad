"""The book's conv.py: the experiments of chapter 6 by the names that the book calls them by.

They print what the book's print and return what the book's return. Whoever has less time than the
book gives fewer `runs` and `epochs`; many runs at a time, kept in files, are the work of
`network3.experiments.runner`.
"""

import functools
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

import network3
from network3 import Network, nets
from network3.data.mnist import Data
from network3.ops.activation import ReLU, sigmoid

mini_batch_size = 10
LMBDAS = (0.00001, 0.0001, 0.001, 0.01, 0.1, 1.0, 10.0, 100.0)


def shallow(n: int = 3, epochs: int = 60) -> list[Network]:
    """Trains `n` nets with a hidden layer of 100 neurons, and returns them."""
    return [_train("A shallow net with 100 hidden neurons", nets.shallow, epochs) for _ in range(n)]


def basic_conv(n: int = 3, epochs: int = 60) -> Network:
    """Trains `n` nets with a convolutional layer, and returns the last."""
    for _ in _at_least_one(n):
        net = _train("Conv + FC architecture", nets.basic_conv, epochs)
    return net


def omit_FC(*, runs: int = 3, epochs: int = 60) -> Network:
    """Trains nets with a convolutional layer and no other, and returns the last."""
    for _ in _at_least_one(runs):
        net = _train("Conv only, no FC", nets.omit_fc, epochs)
    return net


def dbl_conv(activation_fn: Callable = sigmoid, *, runs: int = 3, epochs: int = 60) -> Network:
    """Trains nets with two convolutional layers, and returns the last."""
    for _ in _at_least_one(runs):
        net = _train("Conv + Conv + FC architecture", _dbl_conv(activation_fn), epochs)
    return net


def regularized_dbl_conv(*, runs: int = 3, epochs: int = 60) -> None:
    """Trains nets with two convolutional layers for each of eight `lmbda`."""
    for lmbda in LMBDAS:
        for j in range(runs):
            title = f"Conv + Conv + FC num {j}, with regularization {lmbda}"
            _train(title, nets.dbl_conv, epochs, lmbda=lmbda)


def dbl_conv_relu(*, runs: int = 3, epochs: int = 60) -> None:
    """Trains nets of rectified linear units for each of nine `lmbda`."""
    for lmbda in (0.0, *LMBDAS):
        for j in range(runs):
            title = f"Conv + Conv + FC num {j}, relu, with regularization {lmbda}"
            _train(title, nets.dbl_conv_relu, epochs, 0.03, lmbda)


def expanded_data(n: int = 100, *, runs: int = 3, epochs: int = 60) -> Network:
    """Trains nets on the expanded data, with `n` neurons (the book has 100, 300 and 1,000) in the
    fully connected layer, and returns the last."""
    numbers, data = _at_least_one(runs), expanded_training_data()
    for j in numbers:
        title = f"Training with expanded data, {n} neurons in the FC layer, run num {j}"
        net = _train(title, _dbl_conv(ReLU, n), epochs, 0.03, 0.1, data)
    return net


def expanded_data_double_fc(n: int = 100, *, runs: int = 3, epochs: int = 60) -> None:
    """Trains nets on the expanded data, with `n` neurons in each of two fully connected layers."""
    data = expanded_training_data()
    for j in range(runs):
        title = f"Training with expanded data, {n} neurons in two FC layers, run num {j}"
        _train(title, _dbl_conv(ReLU, n, n), epochs, 0.03, 0.1, data)


def double_fc_dropout(
    p0: float, p1: float, p2: float, repetitions: int, *, epochs: int = 40
) -> list[Network]:
    """Trains nets on the expanded data with dropout, and returns them.

    Parameters
    ----------
    p0, p1, p2 : floats in [0, 1)
        The share of the inputs that is dropped by the two fully connected layers of 1,000 neurons
        and by the softmax layer.
    repetitions : int
        How many nets.
    """
    data = expanded_training_data()
    trained = []
    for j in range(repetitions):
        print("\n\nTraining using a dropout network with parameters ", p0, p1, p2)
        title = f"Training with expanded data, run num {j}"
        trained.append(_train(title, _dropout(p0, p1, p2), epochs, 0.03, 0.0, data))
    return trained


def ensemble(nets: Sequence[Any]) -> tuple[list[int], list[int]]:
    """Lets nets vote on the test images, and prints how many votes are right.

    Each net gets `test_predictions`, the list of the classes that it gives.

    Returns
    -------
    error_locations : the numbers of the images on which the vote is wrong
    erroneous_predictions : the classes voted for there

    Raises
    ------
    ValueError
        Without nets.
    """
    if not len(nets):
        raise ValueError("ensemble got no nets: it needs at least one to vote")
    images, labels = data()[2]
    for net in nets:
        net.test_predictions = net.predict(images).tolist()
    votes = plurality([net.test_predictions for net in nets])
    error_locations = np.flatnonzero(votes != labels.eval()).tolist()
    print(f"Accuracy is {1 - len(error_locations) / len(votes):.2%}")
    return error_locations, votes[error_locations].tolist()


def plurality(predictions: Sequence[Sequence[int]]) -> np.ndarray:
    """The class that most nets give each image, (n,), from the classes that each net gives them,
    (nets, n); among equals the one that comes first in the order of the nets."""
    ballots = zip(*predictions, strict=True)
    return np.array([Counter(ballot).most_common(1)[0][0] for ballot in ballots])


def plot_errors(
    error_locations: Sequence[int], erroneous_predictions: Sequence[int] | None = None
) -> Any:
    """Draws the first 40 of the test images whose numbers are given, with the label at the upper
    right and the prediction, if there is one, at the lower right.

    Returns
    -------
    matplotlib.pyplot, as in the book: `plot_errors(...).savefig("errors.png")`

    Raises
    ------
    ValueError
        For numbers that no test image has, and fewer predictions than images to draw.
    """
    plt = _pyplot()
    images, labels = (part.eval() for part in data()[2])
    drawn = error_locations[:40]
    for location in drawn:
        if not 0 <= location < len(images):
            raise ValueError(
                f"plot_errors got the location {location}: the test images have the numbers 0 to "
                f"{len(images) - 1}"
            )
    if erroneous_predictions is not None and len(erroneous_predictions) < len(drawn):
        raise ValueError(
            f"plot_errors got {len(drawn)} images to draw and {len(erroneous_predictions)} "
            f"predictions: give one for each, or None"
        )
    figure = plt.figure(layout="constrained")
    for j, location in enumerate(drawn):
        panel = _panel(figure, 5, 8, j, images[location].reshape(28, -1))
        panel.text(24, 5, str(labels[location]))
        if erroneous_predictions is not None:
            panel.text(24, 24, str(erroneous_predictions[j]))
    return plt


def plot_filters(net: Network, layer: int, x: int, y: int) -> Any:
    """Draws the weights of a convolutional layer's filters for its first input map, `x` beside and
    `y` above each other. `network3.plots.filters` draws those of all input maps, on one scale.

    Returns
    -------
    matplotlib.pyplot

    Raises
    ------
    ValueError
        Where there are more filters than places.
    """
    plt = _pyplot()
    filters = net.layers[layer].w.get_value()
    if len(filters) > x * y:
        raise ValueError(
            f"plot_filters got x = {x} and y = {y} for {len(filters)} filters: x * y must be at "
            f"least as many"
        )
    figure = plt.figure(layout="constrained")
    for j, weights in enumerate(filters):
        _panel(figure, y, x, j, weights[0])
    return plt


def run_experiments(
    *, runs: int = 3, epochs: int = 60, repetitions: int = 5, dropout_epochs: int = 40
) -> None:
    """All of the chapter's experiments one after the other, then the vote of the dropout nets, and
    three pictures in the current folder: ensemble_errors.png, net_full_layer_0.png,
    net_full_layer_1.png. As the book has it, it takes days on a CPU.
    """
    shallow(runs, epochs)
    basic_conv(runs, epochs)
    for experiment in omit_FC, dbl_conv, dbl_conv_relu:
        experiment(runs=runs, epochs=epochs)
    for experiment in expanded_data, expanded_data_double_fc:
        for n in 100, 300, 1000:
            experiment(n, runs=runs, epochs=epochs)
    trained = double_fc_dropout(0.5, 0.5, 0.5, repetitions, epochs=dropout_epochs)
    plot_errors(*ensemble(trained)).savefig("ensemble_errors.png")
    plot_filters(trained[0], 0, 5, 4).savefig("net_full_layer_0.png")
    plot_filters(trained[0], 1, 8, 5).savefig("net_full_layer_1.png")


@functools.cache
def data() -> list[Data]:
    """Training, validation and test data: MNIST, loaded once."""
    return network3.load_data_shared()


def expanded_training_data() -> Data:
    """The five-fold training data, in an order from NumPy's global generator."""
    return network3.share(*network3.expand(*(part.get_value(borrow=True) for part in data()[0])))


def _at_least_one(nets):
    if nets < 1:
        raise ValueError(
            f"{nets} nets were asked for: the last one is returned, so train at least 1"
        )
    return range(nets)


def _train(title, build, epochs, eta=0.1, lmbda=0.0, training_data=None):
    """Prints the title, and trains a net that `build` makes."""
    print(title)
    net = build(mini_batch_size)
    training, validation, test = data()
    net.SGD(training_data or training, epochs, mini_batch_size, eta, validation, test, lmbda)
    return net


def _dbl_conv(activation_fn, *hidden):
    return lambda size: nets.dbl_conv(size, activation_fn, hidden or (100,))


def _dropout(*p):
    return lambda size: nets.double_fc_dropout(size, p)


def _pyplot():
    from network3 import plots  # noqa: F401 (which says so where matplotlib is missing)
    from matplotlib import pyplot  # isort: skip

    return pyplot


def _panel(figure, rows, columns, j, image):
    panel = figure.add_subplot(rows, columns, j + 1)
    panel.matshow(image, cmap="binary")
    panel.set(xticks=[], yticks=[])
    return panel

"""The book's conv.py: the experiments of chapter 6 under the book's names.

The functions print and return the same as the book's. Their settings come from `network3.nets`;
pass smaller `runs` and `epochs` to save time. `network3.experiments.runner` trains several networks
at a time and stores them in files.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import Any

import numpy as np

from network3.data.expansion import expand
from network3.data.mnist import Data, load_data_shared
from network3.data.sharing import share
from network3.nets import book
from network3.nets.catalogue import EPOCHS, EXPERIMENTS
from network3.network import Network
from network3.ops.activation import sigmoid

mini_batch_size = book.MINI_BATCH_SIZE
RUNS = 3
LMBDAS = (0.00001, 0.0001, 0.001, 0.01, 0.1, 1.0, 10.0, 100.0)
NEURONS = (100, 300, 1000)  # of the fully connected layers on the expanded data
DROPOUT = EXPERIMENTS["double_fc_dropout"]


def shallow(n: int = RUNS, epochs: int = EPOCHS) -> list[Network]:
    """Train `n` networks with one hidden layer, and return them."""
    title = "A shallow net with 100 hidden neurons"
    return [_train(title, EXPERIMENTS["shallow"], epochs) for _ in range(n)]


def basic_conv(n: int = RUNS, epochs: int = EPOCHS) -> Network:
    """Train `n` networks with a convolutional layer, and return the last."""
    for _ in _at_least_one(n):
        net = _train("Conv + FC architecture", EXPERIMENTS["basic_conv"], epochs)
    return net


def omit_FC(*, runs: int = RUNS, epochs: int = EPOCHS) -> Network:
    """Train networks without a fully connected layer, and return the last."""
    for _ in _at_least_one(runs):
        net = _train("Conv only, no FC", EXPERIMENTS["omit_FC"], epochs)
    return net


def dbl_conv(
    activation_fn: Callable = sigmoid, *, runs: int = RUNS, epochs: int = EPOCHS
) -> Network:
    """Train networks with two convolutional layers, and return the last."""
    build = partial(book.dbl_conv, activation_fn=activation_fn)
    experiment = replace(EXPERIMENTS["dbl_conv"], build=build)
    for _ in _at_least_one(runs):
        net = _train("Conv + Conv + FC architecture", experiment, epochs)
    return net


def regularized_dbl_conv(*, runs: int = RUNS, epochs: int = EPOCHS) -> None:
    """Train networks with two convolutional layers for each of eight values of `lmbda`."""
    for lmbda in LMBDAS:
        experiment = replace(EXPERIMENTS["dbl_conv"], lmbda=lmbda)
        for j in range(runs):
            title = f"Conv + Conv + FC num {j}, with regularization {lmbda}"
            _train(title, experiment, epochs)


def dbl_conv_relu(*, runs: int = RUNS, epochs: int = EPOCHS) -> None:
    """Train networks of rectified linear units for each of nine values of `lmbda`."""
    for lmbda in (0.0, *LMBDAS):
        experiment = replace(EXPERIMENTS["dbl_conv_relu"], lmbda=lmbda)
        for j in range(runs):
            title = f"Conv + Conv + FC num {j}, relu, with regularization {lmbda}"
            _train(title, experiment, epochs)


def expanded_data(n: int = NEURONS[0], *, runs: int = RUNS, epochs: int = EPOCHS) -> Network:
    """Train networks on the expanded data, with one layer of `n` neurons, and return the last."""
    numbers, data = _at_least_one(runs), expanded_training_data()
    for j in numbers:
        title = f"Training with expanded data, {n} neurons in the FC layer, run num {j}"
        net = _train(title, _expanded_data(n), epochs, data)
    return net


def expanded_data_double_fc(n: int = NEURONS[0], *, runs: int = RUNS, epochs: int = EPOCHS) -> None:
    """Train networks on the expanded data, with two fully connected layers of `n` neurons."""
    data = expanded_training_data()
    for j in range(runs):
        title = f"Training with expanded data, {n} neurons in two FC layers, run num {j}"
        _train(title, _expanded_data(n, n), epochs, data)


def double_fc_dropout(
    p0: float, p1: float, p2: float, repetitions: int, *, epochs: int = DROPOUT.epochs
) -> list[Network]:
    """Train networks on the expanded data with dropout, and return them.

    Parameters
    ----------
    p0, p1, p2 : floats in [0, 1)
        The shares of inputs that the two fully connected layers and the softmax layer drop.
    repetitions : int
        The number of networks.
    """
    data = expanded_training_data()
    experiment = replace(DROPOUT, build=partial(book.double_fc_dropout, p=(p0, p1, p2)))
    trained = []
    for j in range(repetitions):
        print("\n\nTraining using a dropout network with parameters ", p0, p1, p2)
        trained.append(
            _train(f"Training with expanded data, run num {j}", experiment, epochs, data)
        )
    return trained


def ensemble(nets: Sequence[Any]) -> tuple[list[int], list[int]]:
    """Let networks vote on the test images, and print the accuracy of the vote.

    Each network gets the attribute `test_predictions`, the list of the classes that it predicts.

    Returns
    -------
    error_locations : list of int
        The indices of the test images that the vote misclassifies.
    erroneous_predictions : list of int
        The classes that the vote gives these images.

    Raises
    ------
    ValueError
        If `nets` is empty.
    """
    if not len(nets):
        raise ValueError("ensemble got no networks: it needs at least one to vote")
    images, labels = data()[2]
    for net in nets:
        net.test_predictions = net.predict(images).tolist()
    votes = plurality([net.test_predictions for net in nets])
    error_locations = np.flatnonzero(votes != labels.eval()).tolist()
    print(f"Accuracy is {1 - len(error_locations) / len(votes):.2%}")
    return error_locations, votes[error_locations].tolist()


def plurality(predictions: Sequence[Sequence[int]]) -> np.ndarray:
    """Return the class that most networks predict for each image.

    Parameters
    ----------
    predictions : classes (networks, n)

    Returns
    -------
    array (n,)
        In a tie, the tied class that occurs first in the order of the networks.
    """
    ballots = zip(*predictions, strict=True)
    return np.array([Counter(ballot).most_common(1)[0][0] for ballot in ballots])


def plot_errors(
    error_locations: Sequence[int], erroneous_predictions: Sequence[int] | None = None
) -> Any:
    """Draw the first 40 of the given test images with their labels and predictions.

    The label is at the upper right, the prediction, if given, at the lower right.

    Parameters
    ----------
    error_locations : indices of test images
    erroneous_predictions : classes, one for each of these images, optional

    Returns
    -------
    matplotlib.pyplot
        As in the book, so that ``plot_errors(...).savefig("errors.png")`` works.

    Raises
    ------
    ValueError
        If an index is out of range, or there are fewer predictions than images to draw.
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
    """Draw the filters of a convolutional layer for its first input map, in `y` rows of `x`.

    As in the book, each filter has its own scale and is drawn as it is stored.
    `network3.plots.filters` draws all input maps on one scale, as the filters lie on the image.

    Returns
    -------
    matplotlib.pyplot

    Raises
    ------
    ValueError
        If there are more filters than x * y.
    """
    plt = _pyplot()
    filters = net.layers[layer].w.get_value()
    if len(filters) > x * y:
        raise ValueError(
            f"plot_filters got x = {x} and y = {y} for {len(filters)} filters: x * y must be at "
            f"least {len(filters)}"
        )
    figure = plt.figure(layout="constrained")
    for j, weights in enumerate(filters):
        _panel(figure, y, x, j, weights[0])
    return plt


def run_experiments(
    *,
    runs: int = RUNS,
    epochs: int = EPOCHS,
    repetitions: int = 5,
    dropout_epochs: int = DROPOUT.epochs,
) -> None:
    """Run all of the chapter's experiments, then let the networks with dropout vote.

    Three pictures are saved in the current folder: ensemble_errors.png, net_full_layer_0.png and
    net_full_layer_1.png. With the book's settings this takes days on a CPU.
    """
    shallow(runs, epochs)
    basic_conv(runs, epochs)
    for experiment in omit_FC, dbl_conv, dbl_conv_relu:
        experiment(runs=runs, epochs=epochs)
    for experiment in expanded_data, expanded_data_double_fc:
        for n in NEURONS:
            experiment(n, runs=runs, epochs=epochs)
    trained = double_fc_dropout(*book.P_DROPOUT, repetitions, epochs=dropout_epochs)
    plot_errors(*ensemble(trained)).savefig("ensemble_errors.png")
    plot_filters(trained[0], 0, 5, 4).savefig("net_full_layer_0.png")
    plot_filters(trained[0], 1, 8, 5).savefig("net_full_layer_1.png")


@cache
def data() -> list[Data]:
    """Return the training, validation and test data of MNIST, loaded once."""
    return load_data_shared()


def expanded_training_data() -> Data:
    """Return the expanded training data, shuffled by NumPy's global generator."""
    return share(*expand(*(part.get_value(borrow=True) for part in data()[0])))


def _at_least_one(nets):
    if nets < 1:
        raise ValueError(
            f"{nets} networks were requested: the last one is returned, so train at least 1"
        )
    return range(nets)


def _train(title, experiment, epochs, training_data=None):
    """Print the title, and train a network of the experiment."""
    print(title)
    net = experiment.build(mini_batch_size)
    training, validation, test = data()
    net.SGD(
        training_data or training,
        epochs,
        mini_batch_size,
        experiment.eta,
        validation,
        test,
        experiment.lmbda,
    )
    return net


def _expanded_data(*hidden):
    build = partial(book.dbl_conv_relu, hidden=hidden)
    return replace(EXPERIMENTS["expanded_data_100"], build=build)


def _pyplot():
    from network3.plots import panels  # noqa: F401 (raises an error that explains without plots)
    from matplotlib import pyplot  # isort: skip

    return pyplot


def _panel(figure, rows, columns, j, image):
    panel = figure.add_subplot(rows, columns, j + 1)
    panel.matshow(image, cmap="binary")
    panel.set(xticks=[], yticks=[])
    return panel

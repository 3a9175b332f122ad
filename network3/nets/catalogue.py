"""The experiments of chapter 6: what is trained, how, and what the book has.

Source: "Neural Networks and Deep Learning", chapter 6, and the program conv.py that goes with it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from network3 import nets
from network3.layers import FullyConnectedLayer, SoftmaxLayer
from network3.network import Network
from network3.ops.activation import ReLU, tanh

MINI_BATCH_SIZE = 10


@dataclass(frozen=True)
class Experiment:
    """A net, how it is trained, and the book's figure.

    Parameters
    ----------
    title : str
    build : function of the mini-batch size that gives a net with new weights
    epochs : int
    eta : float, or a function of the epoch
    lmbda : float
    expanded : bool
        Whether it is trained on the 250,000 images of the expanded set.
    book : float or None
        The book's accuracy on the test images, in percent: that of the best epoch, by validation
        accuracy, of any of three runs.
    """

    title: str
    build: Callable[[int], Network]
    epochs: int = 60
    eta: Any = 0.1
    lmbda: float = 0.0
    expanded: bool = False
    book: float | None = None


def deep_and_wide(mini_batch_size: int = MINI_BATCH_SIZE) -> Network:
    """2500-2000-1500-1000-500 neurons, whose layers are wide for the book's first weights: they
    start with 1 / sqrt(n_in).

    Source: D. Ciresan, U. Meier, L. Gambardella, J. Schmidhuber, "Deep, big, simple neural nets for
    handwritten digit recognition", Neural Computation 22 (2010).
    """
    widths = 784, 2500, 2000, 1500, 1000, 500
    hidden = [
        FullyConnectedLayer(n_in, n_out, tanh, initialization="n_in")
        for n_in, n_out in zip(widths, widths[1:], strict=False)
    ]
    return Network([*hidden, SoftmaxLayer(widths[-1], 10)], mini_batch_size)


def falling_eta(epoch: int) -> float:
    """From 1e-3 down to 1e-6, as in the paper, over some 800 epochs."""
    return max(1e-6, 1e-3 * 0.9915**epoch)


def _tanh(size):
    return nets.dbl_conv(size, tanh)


_relu = Experiment(
    "two convolutional layers, ReLU", nets.dbl_conv_relu, eta=0.03, lmbda=0.1, book=99.23
)
_expanded = replace(_relu, title="the same, expanded data", expanded=True, book=99.37)


def _wider(n):
    return lambda size: nets.dbl_conv(size, ReLU, hidden=(n,))


def _two(n):
    return lambda size: nets.dbl_conv(size, ReLU, hidden=(n, n))


EXPERIMENTS = {
    "shallow": Experiment("a hidden layer of 100", nets.shallow, book=97.80),
    "basic_conv": Experiment("a convolutional layer", nets.basic_conv, book=98.78),
    "omit_FC": Experiment("no fully connected layer", nets.omit_fc),
    "dbl_conv": Experiment("two convolutional layers, sigmoid", nets.dbl_conv, book=99.06),
    "dbl_conv_tanh": Experiment("two convolutional layers, tanh", _tanh),
    "dbl_conv_relu": _relu,
    "expanded_data_100": _expanded,
    "expanded_data_300": replace(_expanded, title="300 neurons", build=_wider(300), book=99.46),
    "expanded_data_1000": replace(_expanded, title="1,000 neurons", build=_wider(1000), book=99.43),
    "expanded_data_double_fc_100": replace(
        _expanded, title="two layers of 100", build=_two(100), book=99.43
    ),
    "expanded_data_double_fc_300": replace(
        _expanded, title="two layers of 300", build=_two(300), book=99.48
    ),
    "expanded_data_double_fc_1000": replace(
        _expanded, title="two layers of 1,000", build=_two(1000), book=99.47
    ),
    "double_fc_dropout": Experiment(
        "two layers of 1,000, dropout",
        nets.double_fc_dropout,
        epochs=40,
        eta=0.03,
        expanded=True,
        book=99.60,
    ),
    "deep_and_wide": Experiment(
        "2500-2000-1500-1000-500, falling eta", deep_and_wide, epochs=800, eta=falling_eta
    ),
}

"""The nets of chapter 6, each with the numbers that the book trains it by."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from network3.layers import ConvPoolLayer, FullyConnectedLayer, SoftmaxLayer
from network3.network import Network
from network3.ops.activation import ReLU, sigmoid


@dataclass(frozen=True)
class Recipe:
    """A net and how it is trained: `build(mini_batch_size)` gives it with new weights."""

    build: Callable[[int], Network]
    eta: float = 0.1
    lmbda: float = 0.0
    epochs: int = 60


def shallow(mini_batch_size: int = 10) -> Network:
    """One hidden layer of 100 units; 97.80% of the test images in the book."""
    return Network([FullyConnectedLayer(784, 100), SoftmaxLayer(100, 10)], mini_batch_size)


def basic_conv(mini_batch_size: int = 10) -> Network:
    """A convolutional layer before that; 98.78%."""
    layers = [
        _conv(mini_batch_size, 1, 28, 20),
        FullyConnectedLayer(20 * 12 * 12, 100),
        SoftmaxLayer(100, 10),
    ]
    return Network(layers, mini_batch_size)


def omit_fc(mini_batch_size: int = 10) -> Network:
    """The convolutional layer alone, without a fully connected one: an exercise of the book."""
    layers = [_conv(mini_batch_size, 1, 28, 20), SoftmaxLayer(20 * 12 * 12, 10)]
    return Network(layers, mini_batch_size)


def dbl_conv(
    mini_batch_size: int = 10,
    activation_fn: Callable = sigmoid,
    hidden: Sequence[int] = (100,),
) -> Network:
    """Two convolutional layers, and fully connected ones of `hidden` neurons; 99.06%."""
    widths = (40 * 4 * 4, *hidden)
    layers = [
        _conv(mini_batch_size, 1, 28, 20, activation_fn),
        _conv(mini_batch_size, 20, 12, 40, activation_fn),
        *(FullyConnectedLayer(*sizes, activation_fn) for sizes in pairwise(widths)),
        SoftmaxLayer(widths[-1], 10),
    ]
    return Network(layers, mini_batch_size)


def dbl_conv_relu(mini_batch_size: int = 10) -> Network:
    """The same of rectified linear units; 99.23%."""
    return dbl_conv(mini_batch_size, ReLU)


def double_fc_dropout(
    mini_batch_size: int = 10, p: tuple[float, float, float] = (0.5, 0.5, 0.5)
) -> Network:
    """Two fully connected layers of 1000 units, which like the softmax layer drop shares `p` of
    their inputs; 99.60% on the expanded data."""
    layers = [
        _conv(mini_batch_size, 1, 28, 20, ReLU),
        _conv(mini_batch_size, 20, 12, 40, ReLU),
        FullyConnectedLayer(40 * 4 * 4, 1000, ReLU, p_dropout=p[0]),
        FullyConnectedLayer(1000, 1000, ReLU, p_dropout=p[1]),
        SoftmaxLayer(1000, 10, p_dropout=p[2]),
    ]
    return Network(layers, mini_batch_size)


NETS = {
    "shallow": Recipe(shallow),
    "basic_conv": Recipe(basic_conv),
    "omit_fc": Recipe(omit_fc),
    "dbl_conv": Recipe(dbl_conv),
    "dbl_conv_relu": Recipe(dbl_conv_relu, eta=0.03, lmbda=0.1),
    "double_fc_dropout": Recipe(double_fc_dropout, eta=0.03, epochs=40),
}


def _conv(mini_batch_size, maps, side, filters, activation_fn=sigmoid):
    """`filters` of 5 x 5 on maps of side x side, then pooling of 2 x 2."""
    return ConvPoolLayer(
        filter_shape=(filters, maps, 5, 5),
        image_shape=(mini_batch_size, maps, side, side),
        poolsize=(2, 2),
        activation_fn=activation_fn,
    )

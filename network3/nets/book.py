"""The networks of chapter 6, with new weights; `catalogue` describes how the book trains them.

Each function takes `mini_batch_size`, the number of images per mini-batch.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

from network3.layers import ConvPoolLayer, FullyConnectedLayer, SoftmaxLayer
from network3.network import Network
from network3.ops.activation import ReLU, sigmoid, tanh

MINI_BATCH_SIZE = 10
HIDDEN = (100,)  # the neurons of each fully connected layer after two convolutional layers
P_DROPOUT = (0.5, 0.5, 0.5)  # of the two fully connected layers and the softmax layer


def shallow(mini_batch_size: int = MINI_BATCH_SIZE) -> Network:
    """Return a network with one hidden layer."""
    return Network([FullyConnectedLayer(784, 100), SoftmaxLayer(100, 10)], mini_batch_size)


def basic_conv(mini_batch_size: int = MINI_BATCH_SIZE) -> Network:
    """Return a network with a convolutional layer before the hidden layer."""
    layers = [
        _conv(mini_batch_size, 1, 28, 20),
        FullyConnectedLayer(20 * 12 * 12, 100),
        SoftmaxLayer(100, 10),
    ]
    return Network(layers, mini_batch_size)


def omit_FC(mini_batch_size: int = MINI_BATCH_SIZE) -> Network:
    """Return a network with a convolutional layer and no fully connected layer.

    It is an exercise in the book.
    """
    layers = [_conv(mini_batch_size, 1, 28, 20), SoftmaxLayer(20 * 12 * 12, 10)]
    return Network(layers, mini_batch_size)


def dbl_conv(
    mini_batch_size: int = MINI_BATCH_SIZE,
    activation_fn: Callable = sigmoid,
    hidden: Sequence[int] = HIDDEN,
) -> Network:
    """Return a network with two convolutional layers; `hidden` sizes its fully connected layers."""
    widths = (40 * 4 * 4, *hidden)
    layers = [
        _conv(mini_batch_size, 1, 28, 20, activation_fn),
        _conv(mini_batch_size, 20, 12, 40, activation_fn),
        *(FullyConnectedLayer(*sizes, activation_fn) for sizes in pairwise(widths)),
        SoftmaxLayer(widths[-1], 10),
    ]
    return Network(layers, mini_batch_size)


def dbl_conv_tanh(
    mini_batch_size: int = MINI_BATCH_SIZE, hidden: Sequence[int] = HIDDEN
) -> Network:
    """Return `dbl_conv` with tanh units."""
    return dbl_conv(mini_batch_size, tanh, hidden)


def dbl_conv_relu(
    mini_batch_size: int = MINI_BATCH_SIZE, hidden: Sequence[int] = HIDDEN
) -> Network:
    """Return `dbl_conv` with rectified linear units."""
    return dbl_conv(mini_batch_size, ReLU, hidden)


def double_fc_dropout(
    mini_batch_size: int = MINI_BATCH_SIZE, p: tuple[float, float, float] = P_DROPOUT
) -> Network:
    """Return a network with two convolutional layers, two fully connected layers, and dropout.

    `p` holds the shares of inputs that the two fully connected layers and the softmax layer drop.
    """
    layers = [
        _conv(mini_batch_size, 1, 28, 20, ReLU),
        _conv(mini_batch_size, 20, 12, 40, ReLU),
        FullyConnectedLayer(40 * 4 * 4, 1000, ReLU, p_dropout=p[0]),
        FullyConnectedLayer(1000, 1000, ReLU, p_dropout=p[1]),
        SoftmaxLayer(1000, 10, p_dropout=p[2]),
    ]
    return Network(layers, mini_batch_size)


def deep_and_wide(mini_batch_size: int = MINI_BATCH_SIZE) -> Network:
    """Return a network with five hidden layers of tanh units, a challenge in the book.

    The layers are too wide for the book's initialization, so their weights have the standard
    deviation 1 / sqrt(n_in).

    References
    ----------
    D. Ciresan, U. Meier, L. Gambardella, J. Schmidhuber, "Deep, big, simple neural nets for
    handwritten digit recognition", Neural Computation 22 (2010).
    """
    widths = (784, 2500, 2000, 1500, 1000, 500)
    layers = [
        *(FullyConnectedLayer(*sizes, tanh, initialization="n_in") for sizes in pairwise(widths)),
        SoftmaxLayer(widths[-1], 10),
    ]
    return Network(layers, mini_batch_size)


def _conv(mini_batch_size, maps, side, filters, activation_fn=sigmoid):
    """Return a layer with `filters` 5 x 5 filters on side x side maps, and 2 x 2 pooling."""
    return ConvPoolLayer(
        filter_shape=(filters, maps, 5, 5),
        image_shape=(mini_batch_size, maps, side, side),
        poolsize=(2, 2),
        activation_fn=activation_fn,
    )

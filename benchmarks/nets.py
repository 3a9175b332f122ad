"""The four networks of the benchmarks as data, their initial weights, and MNIST.

Every peer builds its network from this description. Theano's peer runs in Python 3.8.
"""

import gzip
import pickle
from pathlib import Path
from typing import NamedTuple

import numpy as np

DATA = Path(__file__).resolve().parents[1] / "data" / "mnist.pkl.gz"
BATCHES = 5000  # mini-batches of an epoch, of ten images each


class Conv(NamedTuple):
    """Filters of 5 x 5 on maps of side x side, max pooling of 2 x 2, bias, activation."""

    maps: int
    side: int
    filters: int

    @property
    def multiplications(self):
        return (self.side - 4) ** 2 * self.filters * self.maps * 25


class Full(NamedTuple):
    """Fully connected, with activation; a share p_dropout of its inputs is dropped in training."""

    n_in: int
    n_out: int
    p_dropout: float = 0.0

    @property
    def multiplications(self):
        return self.n_in * self.n_out


class Softmax(NamedTuple):
    """Fully connected, with softmax, trained by the log-likelihood cost."""

    n_in: int
    p_dropout: float = 0.0
    n_out: int = 10

    @property
    def multiplications(self):
        return self.n_in * self.n_out


class Net(NamedTuple):
    layers: tuple
    activation: str  # "sigmoid" or "ReLU"
    eta: float
    lmbda: float = 0.0

    @property
    def multiplications(self):
        """The multiplications of the forward pass of an image."""
        return sum(layer.multiplications for layer in self.layers)


def shallow(factor=1):
    width = 100 * factor
    return Net((Full(784, width), Softmax(width)), "sigmoid", eta=0.1)


def basic_conv(factor=1):
    maps, width = 20 * factor, 100 * factor
    layers = Conv(1, 28, maps), Full(maps * 12 * 12, width), Softmax(width)
    return Net(layers, "sigmoid", eta=0.1)


def dbl_conv(factor=1):
    maps, width = 20 * factor, 100 * factor
    layers = (*_two_conv(maps), Full(2 * maps * 4 * 4, width), Softmax(width))
    return Net(layers, "ReLU", eta=0.03, lmbda=0.1)


def dropout(factor=1):
    maps, width = 20 * factor, 1000 * factor
    full = Full(2 * maps * 4 * 4, width, 0.5), Full(width, width, 0.5), Softmax(width, 0.5)
    return Net((*_two_conv(maps), *full), "ReLU", eta=0.03)


def _two_conv(maps):
    return Conv(1, 28, maps), Conv(maps, 12, 2 * maps)


NETS = {make.__name__: make for make in (shallow, basic_conv, dbl_conv, dropout)}


def initial(net, seed):
    """Return float32 w and b of each layer, as network3 draws them after np.random.seed(seed)."""
    np.random.seed(seed)
    return [_initial(layer) for layer in net.layers]


def _initial(layer):
    if isinstance(layer, Softmax):
        w, b = np.zeros((layer.n_in, layer.n_out)), np.zeros(layer.n_out)
    elif isinstance(layer, Full):
        w = np.random.normal(0.0, np.sqrt(1.0 / layer.n_out), (layer.n_in, layer.n_out))
        b = np.random.normal(0.0, 1.0, layer.n_out)
    else:
        n_out = layer.filters * 25 / 4
        w = np.random.normal(0.0, np.sqrt(1.0 / n_out), (layer.filters, layer.maps, 5, 5))
        b = np.random.normal(0.0, 1.0, layer.filters)
    return w.astype(np.float32), b.astype(np.float32)


def mnist(size=50_000):
    """Return images (n, 784) in float32 and labels (n,) in int32 of the three sets.

    The training set is cut or repeated to `size` images.
    """
    with gzip.open(str(DATA)) as file:
        training, validation, test = pickle.load(file, encoding="latin1")
    training = [np.concatenate(-(-size // len(a)) * [a])[:size] for a in training]
    return [(x.astype(np.float32), y.astype(np.int32)) for x, y in (training, validation, test)]


def network(net, mini_batch_size=10, seed=0):
    """Return the network in network3."""
    import network3

    def layer(description):
        if isinstance(description, Conv):
            maps, side, filters = description
            image_shape = (mini_batch_size, maps, side, side)
            return network3.ConvPoolLayer(
                (filters, maps, 5, 5), image_shape, activation_fn=activation
            )
        if isinstance(description, Full):
            n_in, n_out, p_dropout = description
            return network3.FullyConnectedLayer(n_in, n_out, activation, p_dropout)
        return network3.SoftmaxLayer(description.n_in, description.n_out, description.p_dropout)

    activation = getattr(network3, net.activation)
    np.random.seed(seed)
    return network3.Network([layer(description) for description in net.layers], mini_batch_size)

"""Small data and networks for the tests: images of 8 x 8, which a network learns in seconds."""

import numpy as np
import pytensor

from network3 import ConvPoolLayer, FullyConnectedLayer, Network, SoftmaxLayer

PIXELS = 64


def images(n, seed=0):
    """Return images (n, 64) in floatX and labels (n,) in int32; row k is bright in class k."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 8, n).astype(np.int32)
    rows = rng.random((n, 8, 8)) * 0.2
    rows[np.arange(n), labels] += 0.7
    return rows.reshape(n, PIXELS).astype(pytensor.config.floatX), labels


def shared(n, seed=0):
    """Return the same as a pair of shared variables, as SGD takes them."""
    x, y = images(n, seed)
    return pytensor.shared(x), pytensor.shared(y)


def softmax_net(mini_batch_size=10):
    return Network([SoftmaxLayer(PIXELS, 8)], mini_batch_size)


def conv_net(mini_batch_size=10, p_dropout=0.0, seed=0, masks="original"):
    np.random.seed(seed)
    layers = [
        ConvPoolLayer((3, 1, 3, 3), (mini_batch_size, 1, 8, 8)),
        FullyConnectedLayer(27, 16, p_dropout=p_dropout, masks=masks),
        SoftmaxLayer(16, 8, p_dropout=p_dropout, masks=masks),
    ]
    return Network(layers, mini_batch_size)


def values(net):
    return [np.array(p.get_value()) for p in net.params]

"""The book's first convolutional net, on few images."""

import sys

import numpy as np

import network3
from network3 import Network, ConvPoolLayer, FullyConnectedLayer, SoftmaxLayer

mini_batch_size = 10
training_data, validation_data, test_data = network3.load_data_shared(sys.argv[1])
np.random.seed(0)
net = Network(
    [
        ConvPoolLayer(
            image_shape=(mini_batch_size, 1, 28, 28), filter_shape=(6, 1, 5, 5), poolsize=(2, 2)
        ),
        FullyConnectedLayer(n_in=6 * 12 * 12, n_out=30),
        SoftmaxLayer(n_in=30, n_out=10),
    ],
    mini_batch_size,
)
net.SGD(training_data, 2, mini_batch_size, 0.1, validation_data, lmbda=0.1)

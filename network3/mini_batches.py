"""What a net computes for the mini-batches of a data set, one after the other, without Python in
between where PyTensor can do without."""

import numpy as np
import pytensor
import pytensor.tensor as T

from network3 import backend


class MiniBatches:
    """Numbers that a graph gives for each mini-batch of a data set, updating as it goes.

    Parameters
    ----------
    net : Network
    data : pair of shared images (n, pixels) and labels (n,)
    batches : int
        How many mini-batches the data set has.
    output : scalar variable of `net.x` and `net.y`
    updates : list of pairs (shared variable, its new value), applied after each mini-batch
    """

    def __init__(self, net, data, batches, output, updates=()):
        self.index = pytensor.shared(np.int64(0), name="i")
        self.results = pytensor.shared(np.zeros(batches, output.dtype), shape=(batches,))
        counting = [
            (self.index, self.index + 1),
            (self.results, T.set_subtensor(self.results[self.index], output)),
        ]
        self.function = backend.function(
            [],
            [],
            updates=[*updates, *counting],
            givens=at_mini_batch(net, data, self.index),
        )

    def __call__(self, first, count):
        """The numbers of `count` mini-batches from number `first` on, (count,)."""
        self.index.set_value(np.int64(first))
        backend.repeat(self.function, count)
        return np.asarray(self.results.get_value(borrow=True))[first : first + count]


def at_mini_batch(net, data, i):
    """`givens` that put the images and labels of mini-batch i of `data` in the net."""
    images, labels = data
    start, stop = i * net.mini_batch_size, (i + 1) * net.mini_batch_size
    givens = {net.x: images[start:stop]}
    if labels is not None:
        givens[net.y] = T.cast(labels[start:stop], "int32")
    return givens

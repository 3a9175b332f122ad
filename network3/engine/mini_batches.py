"""What a net computes for the mini-batches of a data set, one after the other, without Python in
between where PyTensor can do without."""

import numpy as np
import pytensor
import pytensor.tensor as T

from network3.engine import backend, running


class MiniBatches:
    """A number that a graph gives for each mini-batch of a data set, updating as it goes.

    Parameters
    ----------
    count : int
        How many mini-batches the data set has.
    output : scalar variable
    givens : function of the number of a mini-batch, a variable, that gives what to put in the
        graph, {variable: its value}
    updates : list of pairs (shared variable, its new value), applied after each mini-batch
    """

    def __init__(self, count, output, givens, updates=()):
        self.index = pytensor.shared(np.int64(0), name="i")
        self.results = pytensor.shared(np.zeros(count), shape=(count,))
        counting = [
            (self.index, self.index + 1),
            (self.results, T.set_subtensor(self.results[self.index], T.cast(output, "float64"))),
        ]
        self.function = backend.function(
            [], [], updates=[*updates, *counting], givens=givens(self.index)
        )
        self.repeat = running.repeater(self.function)

    def __call__(self, first, count):
        """The numbers of `count` mini-batches from number `first` on, (count,)."""
        self.index.set_value(np.int64(first))
        self.repeat(count)
        return self.results_since(first)

    def results_since(self, first):
        """The numbers from mini-batch number `first` to the last one computed."""
        stop = int(self.index.get_value(borrow=True))
        return np.array(self.results.get_value(borrow=True)[first:stop], float)


def at_mini_batch(net, data, i):
    """`givens` that put the images and labels of mini-batch i of `data` in the net."""
    images, labels = data
    start, stop = i * net.mini_batch_size, (i + 1) * net.mini_batch_size
    givens = {net.x: images[start:stop]}
    if labels is not None:
        givens[net.y] = T.cast(labels[start:stop], "int32")
    return givens

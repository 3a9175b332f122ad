"""Run a graph on the mini-batches of a data set, if possible without Python between them."""

import numpy as np
import pytensor
import pytensor.tensor as T

from network3.engine import backend, running


class MiniBatches:
    """A function that computes a scalar for each mini-batch of a data set, and applies updates.

    Parameters
    ----------
    count : int
        The number of mini-batches in the data set.
    output : scalar variable
    givens : function
        Takes the number of a mini-batch, a variable, and returns the substitutions in the graph as
        a dict from variables to their values.
    updates : list of pairs (shared variable, its new value)
        Applied after each mini-batch.
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
        """Return the results (count,) of `count` mini-batches, starting with number `first`."""
        self.index.set_value(np.int64(first))
        self.repeat(count)
        return self.results_since(first)

    def results_since(self, first):
        """Return the results from mini-batch number `first` to the last one computed."""
        stop = int(self.index.get_value(borrow=True))
        return np.array(self.results.get_value(borrow=True)[first:stop], float)


def at_mini_batch(net, data, i):
    """Return `givens` that replace the inputs of the network by mini-batch i of `data`."""
    images, labels = data
    start, stop = i * net.mini_batch_size, (i + 1) * net.mini_batch_size
    givens = {net.x: images[start:stop]}
    if labels is not None:
        givens[net.y] = T.cast(labels[start:stop], "int32")
    return givens

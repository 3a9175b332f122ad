"""What a net computes for the mini-batches of a data set, one after the other, without Python in
between where PyTensor can do without."""

import numpy as np
import pytensor
import pytensor.tensor as T
from pytensor.graph.basic import equal_computations

from network3 import backend, image_by_image

PIECE = 32  # images evaluated at once, where a net treats each for itself


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
        self.repeat = backend.repeater(self.function)

    def __call__(self, first, count):
        """The numbers of `count` mini-batches from number `first` on, (count,)."""
        self.index.set_value(np.int64(first))
        self.repeat(count)
        return np.asarray(self.results.get_value(borrow=True))[first : first + count]


def at_mini_batch(net, data, i):
    """`givens` that put the images and labels of mini-batch i of `data` in the net."""
    images, labels = data
    start, stop = i * net.mini_batch_size, (i + 1) * net.mini_batch_size
    givens = {net.x: images[start:stop]}
    if labels is not None:
        givens[net.y] = T.cast(labels[start:stop], "int32")
    return givens


class Accuracy:
    """The mean accuracy of a net on the first `count` mini-batches of a data set."""

    def __init__(self, net, data, count):
        self.size, self.count = net.mini_batch_size, count
        self.total = self.size * count
        output = net.layers[-1].accuracy(net.y)
        self.correct = self._in_pieces(net, data, output) if backend.fuses() else None
        if self.correct is None:
            self.accuracies = MiniBatches(
                count, backend.fused(output), lambda i: at_mini_batch(net, data, i)
            )

    def _in_pieces(self, net, data, output):
        """The number of images told right in each piece of the data, where `output` is the share of
        labels that equal y_out and y_out treats each image for itself; else None."""
        y_out = getattr(net.layers[-1], "y_out", None)
        if y_out is None or not equal_computations([output], [T.mean(T.eq(net.y, y_out))]):
            return None
        found = image_by_image.for_any_number(backend.fused(y_out), net.x, self.size)
        if found is None:
            return None
        classes, x = found

        def piece(i):
            start, stop = i * PIECE, T.minimum((i + 1) * PIECE, self.total)
            return {x: data[0][start:stop], net.y: T.cast(data[1][start:stop], "int32")}

        return MiniBatches(-(-self.total // PIECE), T.sum(T.eq(net.y, classes)), piece)

    def __call__(self):
        """The accuracy, a float in [0, 1]."""
        if self.correct:
            return self.correct(0, -(-self.total // PIECE)).sum() / self.total
        # JAX answers in float32: what is a whole number of images is made one, in float64, so that
        # accuracies compare as they do in C.
        accuracies = self.accuracies(0, self.count).astype(float)
        exact = np.rint(accuracies * self.size) / self.size
        return np.mean(exact if np.allclose(accuracies, exact, atol=1e-6) else accuracies)

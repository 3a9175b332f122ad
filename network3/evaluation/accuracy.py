"""The accuracy of a network on a data set."""

import numpy as np
import pytensor.tensor as T
from pytensor.graph.basic import equal_computations

from network3.engine import backend
from network3.engine.mini_batches import MiniBatches, at_mini_batch
from network3.evaluation.image_by_image import CHUNK, for_any_number


class Accuracy:
    """The mean accuracy of a network on the first `count` mini-batches of a data set."""

    def __init__(self, net, data, count):
        self.size, self.count = net.mini_batch_size, count
        self.total = self.size * count
        self.chunks = -(-self.total // CHUNK)
        output = net.layers[-1].accuracy(net.y)
        self.correct = self._in_chunks(net, data, output) if backend.fuses() else None
        if self.correct is None:
            self.accuracies = MiniBatches(
                count, backend.fused(output), lambda i: at_mini_batch(net, data, i)
            )

    def _in_chunks(self, net, data, output):
        """Return a function that counts the images classified correctly in each chunk of the data.

        Return None unless `output` is the share of labels that equal y_out, and y_out treats each
        image independently.
        """
        y_out = getattr(net.layers[-1], "y_out", None)
        if y_out is None or not equal_computations([output], [T.mean(T.eq(net.y, y_out))]):
            return None
        found = for_any_number(backend.fused(y_out), net.x, self.size)
        if found is None:
            return None
        classes, x = found

        def chunk(i):
            start, stop = i * CHUNK, T.minimum((i + 1) * CHUNK, self.total)
            return {x: data[0][start:stop], net.y: T.cast(data[1][start:stop], "int32")}

        return MiniBatches(self.chunks, T.sum(T.eq(net.y, classes)), chunk)

    def __call__(self):
        """Return the accuracy, a float in [0, 1]."""
        if self.correct:
            return self.correct(0, self.chunks).sum() / self.total
        # JAX returns float32. Round to whole numbers of images in float64, so that comparing
        # accuracies gives the same result as in C++.
        accuracies = self.accuracies(0, self.count).astype(float)
        exact = np.rint(accuracies * self.size) / self.size
        return np.mean(exact if np.allclose(accuracies, exact, atol=1e-6) else accuracies)

"""The images of an epoch: as they are given, in another order, or made anew."""

import contextlib

import numpy as np
import pytensor

from network3.evaluation.fitting import value


class TrainingSet:
    """Data that change from epoch to epoch, in shared variables that stay the same.

    Parameters
    ----------
    data : pair of shared images (n, pixels) and labels (n,)
    expander : Expander or None
        Makes the images of each epoch out of `data`.
    shuffled : bool
    before : TrainingSet or None
        The one used before. Made of the same data, it leaves its shared variables to this one, so
        that no function must be compiled anew.

    Attributes
    ----------
    data : pair of shared images and labels
        What to train on: the ones given, where they do not change.
    """

    def __init__(self, data, expander=None, shuffled=False, before=None):
        self.source, self.expander, self.shuffled = data, expander, shuffled
        self.changes = shuffled or expander is not None
        self.data = data
        if not self.changes:
            return
        self.images = np.asarray(data[0].get_value(borrow=True))
        self.labels = value(data[1]).astype(np.int32)
        if before is not None and before.changes and before.source == data:
            self.data = before.data
        else:
            self.data = (
                pytensor.shared(self.images, name="images", borrow=True),
                pytensor.shared(self.labels, name="labels", borrow=True),
            )

    @contextlib.contextmanager
    def epochs(self, first, seed):
        """Give a function to call at the beginning of every epoch from `first` on, which puts the
        images of that epoch in place. `seed` decides about their order."""
        with contextlib.ExitStack() as stack:
            made = None
            if self.expander is not None:
                made = stack.enter_context(self.expander.epochs(self.images, first))

            def begin(epoch):
                images, labels = self.images, self.labels
                if made is not None:
                    images = next(made)
                if self.shuffled:
                    order = _order(seed, epoch, len(images))
                    images, labels = images[order], labels[order]
                self.data[0].set_value(images, borrow=True)
                self.data[1].set_value(labels, borrow=True)

            yield begin if self.changes else lambda epoch: None


def _order(seed, epoch, count):
    """A permutation that follows from the seed and the number of the epoch alone."""
    return np.random.Generator(np.random.Philox(key=[seed, epoch])).permutation(count)

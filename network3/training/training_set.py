"""The training images of an epoch: as given, shuffled, or expanded."""

import contextlib

import numpy as np
import pytensor

from network3.evaluation.fitting import value


class TrainingSet:
    """Training data whose images can change every epoch, while their shared variables stay.

    Parameters
    ----------
    data : pair of shared images (n, pixels) and labels (n,)
    expander : Expander or None
        Creates the images of each epoch from `data`.
    shuffled : bool
    before : TrainingSet or None
        The previous one. If it was created from the same data, its shared variables are reused, so
        that no function is recompiled.

    Attributes
    ----------
    data : pair of shared images and labels
        The data to train on: the given ones, if they do not change.
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
        """Yield a function to call at the beginning of every epoch, from epoch `first` on.

        It sets the images of that epoch. `seed` determines their order.
        """
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
    """Return a permutation that depends only on the seed and the number of the epoch."""
    return np.random.Generator(np.random.Philox(key=[seed, epoch])).permutation(count)

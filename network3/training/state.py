"""Everything that determines the rest of a training, besides parameters and random streams."""

import logging

import numpy as np

from network3.training.history import History

log = logging.getLogger("network3")


class State:
    """The progress of a training.

    Attributes
    ----------
    history : History
        The results of the complete epochs.
    trained : int
        The number of mini-batches of the current epoch that were trained on.
    costs : float64 array (trained,)
        The costs of these mini-batches.
    seconds : float
        The training time of these mini-batches.
    batches : int or None
        The number of mini-batches in an epoch; None before the first one.
    shuffle_seed : int or None
        Together with the number of an epoch, it determines the order of the images.
    data : {"training", "validation", "test": [number of images, checksum of the labels]} or None
        Identifies the data; None before the first epoch, and in older files.
    best_params : list of arrays or None
        The parameters of the best epoch, if `restore_best_weights` is set.
    """

    def __init__(self):
        self.history = History()
        self.begin_epoch()
        self.batches = None
        self.shuffle_seed = None
        self.data = None
        self.best_params = None

    @property
    def epoch(self) -> int:
        """The number of the current epoch, counted from 0."""
        return len(self.history)

    def begin_epoch(self):
        self.trained, self.costs, self.seconds = 0, np.zeros(0), 0.0

    def check(self, where, batches):
        """Raise ValueError if an unfinished epoch has another number of mini-batches."""
        if self.trained and self.batches != batches:
            raise ValueError(
                f"{where} stopped in the middle of an epoch of {self.batches} mini-batches, but "
                f"training_data has {batches}: resume with the same data"
            )

    def warn_of_other_data(self, where, data):
        """Log a warning if a resumed training has other data; accuracies are then not comparable.

        Only data that both have are compared.
        """
        before = self.data or {}
        others = [name for name in before if name in data and before[name] != data[name]]
        if others:
            log.warning(
                "%s used other %s data (%s images, now %s, or other labels): its accuracies are "
                "not comparable with the new ones.",
                where,
                " and ".join(others),
                " and ".join(str(before[name][0]) for name in others),
                " and ".join(str(data[name][0]) for name in others),
            )

    def add(self, costs, seconds):
        """Add the costs and the time of further mini-batches."""
        self.costs = np.concatenate([self.costs, costs])
        self.trained = len(self.costs)
        self.seconds += seconds

    def end_epoch(self, **row):
        self.history.append(**row)
        self.begin_epoch()

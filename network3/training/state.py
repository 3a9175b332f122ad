"""All that decides the rest of a training, besides the parameters and random streams of the net."""

import logging

import numpy as np

from network3.training.history import History

log = logging.getLogger("network3")


class State:
    """Where a training stands.

    Attributes
    ----------
    history : History
        Of the epochs that are complete.
    trained : int
        Mini-batches of the epoch under way that were trained on.
    costs : float64 array (trained,)
        Their costs.
    seconds : float
        Spent on them.
    batches : int or None
        Mini-batches of an epoch; None before the first.
    shuffle_seed : int or None
        With the number of an epoch it gives the order of the images.
    data : {"training", "validation", "test": [number of images, checksum of the labels]} or None
        What the training data are recognized by; None before the first epoch, and in older files.
    best_params : list of arrays or None
        The parameters of the best epoch, where they are asked for.
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
        """The number of the epoch under way."""
        return len(self.history)

    def begin_epoch(self):
        self.trained, self.costs, self.seconds = 0, np.zeros(0), 0.0

    def check(self, where, batches):
        """Raises ValueError where an epoch under way cannot go on with so many mini-batches."""
        if self.trained and self.batches != batches:
            raise ValueError(
                f"{where} stopped in an epoch of {self.batches} mini-batches and the training_data "
                f"have {batches}: go on with the same data"
            )

    def warn_of_other_data(self, where, data):
        """Log a warning if a training goes on with other data; accuracies are then not comparable.

        Data that either of the two lacks are not compared.
        """
        before = self.data or {}
        others = [name for name in before if name in data and before[name] != data[name]]
        if others:
            log.warning(
                "%s was on other %s data (%s images, now %s, or other labels): its accuracies are "
                "not comparable with those to come.",
                where,
                " and ".join(others),
                " and ".join(str(before[name][0]) for name in others),
                " and ".join(str(data[name][0]) for name in others),
            )

    def add(self, costs, seconds):
        """Notes mini-batches that were trained on."""
        self.costs = np.concatenate([self.costs, costs])
        self.trained = len(self.costs)
        self.seconds += seconds

    def end_epoch(self, **row):
        self.history.append(**row)
        self.begin_epoch()

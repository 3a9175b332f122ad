"""All that decides the rest of a training, besides the parameters and random streams of the net."""

import numpy as np
from pytensor.compile.sharedvalue import SharedVariable
from pytensor.graph.traversal import graph_inputs

from network3.training.history import History


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
    shuffle_seed : int or None
        With the number of an epoch it gives the order of the images.
    best_params : list of arrays or None
        The parameters of the best epoch, where they are asked for.
    """

    def __init__(self):
        self.history = History()
        self.begin_epoch()
        self.shuffle_seed = None
        self.best_params = None

    @property
    def epoch(self) -> int:
        """The number of the epoch under way."""
        return len(self.history)

    def begin_epoch(self):
        self.trained, self.costs, self.seconds = 0, np.zeros(0), 0.0

    def add(self, costs, seconds):
        """Notes mini-batches that were trained on."""
        self.costs = np.concatenate([self.costs, costs])
        self.trained = len(self.costs)
        self.seconds += seconds

    def end_epoch(self, **row):
        self.history.append(**row)
        self.begin_epoch()


def random_streams(net) -> list[SharedVariable]:
    """The shared variables that a training step draws its random numbers from, in a fixed order."""
    return [
        variable
        for variable in graph_inputs([net.layers[-1].cost(net)])
        if isinstance(variable, SharedVariable) and _updates_itself(variable)
    ]


def _updates_itself(variable):
    return getattr(variable, "default_update", None) is not None

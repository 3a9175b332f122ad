"""The experiments of chapter 6: the networks, their training, and the accuracies in the book.

This table is the only place that lists the book's settings and accuracies. Commands, runs and the
functions of `network3.experiments.conv` read it.

References
----------
"Neural Networks and Deep Learning", chapter 6, and its program conv.py.
"""

import difflib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from network3.nets.book import (
    basic_conv,
    dbl_conv,
    dbl_conv_relu,
    dbl_conv_tanh,
    deep_and_wide,
    double_fc_dropout,
    omit_FC,
    shallow,
)
from network3.network import Network

EPOCHS = 60


@dataclass(frozen=True)
class Experiment:
    """A network and how it is trained.

    Parameters
    ----------
    build : callable
        Takes the mini-batch size and returns a network with new weights.
    eta : float, or a function of the epoch
    lmbda : float
    epochs : int
    title : str
        A short title for tables.
    expanded : bool
        If true, the book trains on the 250,000 images of the expanded data.
    book : float or None
        The test accuracy that the book reports, in percent, for the epoch with the best validation
        accuracy in three runs.
    """

    build: Callable[[int], Network]
    eta: Any = 0.1
    lmbda: float = 0.0
    epochs: int = EPOCHS
    title: str = ""
    expanded: bool = False
    book: float | None = None


def falling_eta(epoch: int) -> float:
    """Return a learning rate that falls from 1e-3 to 1e-6 in about 800 epochs.

    The paper that `deep_and_wide` cites uses this schedule.
    """
    return max(1e-6, 1e-3 * 0.9915**epoch)


_relu = Experiment(
    dbl_conv_relu, eta=0.03, lmbda=0.1, title="two convolutional layers, ReLU", book=99.23
)
_expanded = replace(_relu, title="the same, expanded data", expanded=True, book=99.37)


def _with(title, hidden, book):
    """Return `_expanded` with fully connected layers of other sizes."""
    return replace(_expanded, build=partial(dbl_conv_relu, hidden=hidden), title=title, book=book)


EXPERIMENTS = {
    "shallow": Experiment(shallow, title="a hidden layer of 100", book=97.80),
    "basic_conv": Experiment(basic_conv, title="a convolutional layer", book=98.78),
    "omit_FC": Experiment(omit_FC, title="no fully connected layer"),
    "dbl_conv": Experiment(dbl_conv, title="two convolutional layers, sigmoid", book=99.06),
    "dbl_conv_tanh": Experiment(dbl_conv_tanh, title="two convolutional layers, tanh"),
    "dbl_conv_relu": _relu,
    "expanded_data_100": _expanded,
    "expanded_data_300": _with("300 neurons", (300,), 99.46),
    "expanded_data_1000": _with("1,000 neurons", (1000,), 99.43),
    "expanded_data_double_fc_100": _with("two layers of 100", (100, 100), 99.43),
    "expanded_data_double_fc_300": _with("two layers of 300", (300, 300), 99.48),
    "expanded_data_double_fc_1000": _with("two layers of 1,000", (1000, 1000), 99.47),
    "double_fc_dropout": replace(
        _expanded,
        build=double_fc_dropout,
        lmbda=0.0,
        epochs=40,
        title="two layers of 1,000, dropout",
        book=99.60,
    ),
    "deep_and_wide": Experiment(
        deep_and_wide,
        eta=falling_eta,
        epochs=800,
        title="2500-2000-1500-1000-500, falling eta",
    ),
}


def spelt(name: str) -> str:
    """Return the name of an experiment as the table spells it; upper and lower case do not matter.

    Raises
    ------
    ValueError
        If there is no such experiment.
    """
    names = {known.lower(): known for known in EXPERIMENTS}
    if name.lower() in names:
        return names[name.lower()]
    close = difflib.get_close_matches(name.lower(), names, 1)
    hint = f"did you mean {names[close[0]]}? It" if close else "it"
    raise ValueError(
        f"There is no experiment {name!r}: {hint} must be one of {', '.join(EXPERIMENTS)}"
    )

"""Train networks.

The modules::

    trainer.py       prepares and runs the training of a network
    settings.py      validates the arguments of SGD
    loop.py          the loop over epochs: training, evaluation, when to stop
    descent.py       the SGD update: gradients, weight decay, momentum, clipping
    training_set.py  the images of an epoch: as given, shuffled, or expanded
    state.py         everything that determines the rest of a training
    checkpoint.py    writes the state to a file, and reads it
    history.py       the results of every epoch
    callbacks.py     checks callbacks
    diagnostics.py   a callback that reports on the layers
    progress.py      the book's lines, a progress bar, or nothing
"""

from network3.training.diagnostics import Diagnostics
from network3.training.history import History

__all__ = ["Diagnostics", "History"]

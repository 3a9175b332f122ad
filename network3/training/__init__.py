"""How a net is trained: the step of descent, the loop over epochs, and what watches and keeps it.

loop.py          epochs of mini-batches, evaluation, when to stop
descent.py       the step: gradients, weight decay, momentum, clipping
training_set.py  the images of an epoch: as given, shuffled, or made anew
state.py         all that decides the rest of a run
checkpoint.py    the state in a file, and back
history.py       what every epoch brought
progress.py      the book's lines, a bar, or nothing
"""

from network3.training.diagnostics import Diagnostics
from network3.training.history import History

__all__ = ["Diagnostics", "History"]

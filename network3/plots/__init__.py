"""Pictures of networks, drawn with matplotlib. White is small and black is large, as in the book.

This module needs matplotlib: ``pip install matplotlib``. Its functions share these
parameters, results and errors.

Parameters
----------
net : Network
images : array or shared variable (n, pixels) or (n, rows, columns)
    Pixels are scaled as in training. A single `image` is (pixels,) or (rows, columns).
labels : array or shared variable (n,), whole numbers
layer : int
    The number of a convolutional layer.
fig : matplotlib figure or subfigure, optional
ax : matplotlib axes, optional
    Where to draw; by default in a new figure. A function has one of these two parameters.

Returns
-------
matplotlib figure or subfigure
    The figure that contains the picture. Nothing is shown, so no screen is needed: ``savefig``
    writes the figure to a file. To see it in a window or a notebook, draw into a figure that pyplot
    manages, as in ``plots.filters(net, fig=plt.figure(layout="constrained"))``, and call
    ``plt.show()``.

Raises
------
TypeError
    If `fig` is not a figure, or `ax` is not axes.
TypeError, ValueError
    If images or labels do not fit the network.
ValueError
    If a layer has no filters.
"""

try:
    import matplotlib  # noqa: F401 (checked once, for all modules of this package)
except ImportError as error:
    raise ImportError("network3.plots needs matplotlib: pip install matplotlib") from error

from network3.plots.confusion_matrix import confusion_matrix
from network3.plots.feature_maps import feature_maps
from network3.plots.filters import filters
from network3.plots.filters_by_epoch import FilterRecorder, filters_by_epoch
from network3.plots.learning_curves import learning_curves
from network3.plots.misclassified import misclassified
from network3.plots.receptive_fields import receptive_fields

__all__ = [
    "FilterRecorder",
    "confusion_matrix",
    "feature_maps",
    "filters",
    "filters_by_epoch",
    "learning_curves",
    "misclassified",
    "receptive_fields",
]

"""Pictures of nets, as figures of matplotlib: white is small and black is large, as in the book.

Each function returns a figure and shows nothing, so it works without a screen; `savefig` keeps the
figure. To see it in a window or a notebook, have it drawn into one of pyplot's:
`plots.filters(net, fig=plt.figure(layout="constrained"))`, then `plt.show()`. Needs
`pip install 'network3[plots]'`.
"""

try:
    import matplotlib  # noqa: F401 (said here once, for all the files that need it)
except ImportError as error:
    raise ImportError(
        "network3.plots needs matplotlib: install it with pip install 'network3[plots]'"
    ) from error

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

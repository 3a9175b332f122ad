"""Plot how often images with each label are predicted as each class."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from network3.plots.panels import Drawn, axes, draw


def confusion_matrix(net: Any, images: Any, labels: Any, *, ax: Axes | None = None) -> Drawn:
    """Plot a table of counts: a row for each label, a column for each predicted class.

    Errors are grey, the most frequent one black. The diagonal, which counts the images classified
    correctly, has a colour outside this scale; if it were on the scale, no error would be visible.
    See `network3.plots` for the parameters.
    """
    counts = np.asarray(net.confusion_matrix(images, labels))
    errors = np.where(np.eye(len(counts), dtype=bool), np.nan, counts)
    most = max(1, counts[~np.eye(len(counts), dtype=bool)].max(initial=0))
    ax = axes(ax, 7, 6)
    ax.figure.colorbar(draw(ax, errors, 0, most), ax=ax, label="images misclassified")
    for (label, found), count in np.ndenumerate(counts):
        dark = label != found and count > most / 2
        ax.text(
            found,
            label,
            str(count),
            ha="center",
            va="center",
            fontsize=8,
            color="white" if dark else "black",
        )
    ticks = range(len(counts))
    ax.set(xticks=ticks, yticks=ticks, xlabel="predicted class", ylabel="label")
    ax.set_title(f"{np.trace(counts):,} of {counts.sum():,} images classified correctly")
    return ax.figure

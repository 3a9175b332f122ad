"""What a net takes images of each label for."""

from typing import Any

import numpy as np

from network3.plots.panels import axes, draw


def confusion_matrix(net: Any, images: Any, labels: Any, *, ax: Any = None) -> Any:
    """A table of counts: a row for a label, a column for the class that the net gives.

    The errors are grey, the commonest one black. The diagonal, with the images that are right, is
    coloured, since beside its counts no error would be seen.

    Parameters
    ----------
    net : Network
    images : array or shared variable (n, pixels) or (n, rows, columns)
    labels : array or shared variable (n,), whole numbers
    ax : matplotlib axes, optional
        To draw into; otherwise a new figure is made.

    Returns
    -------
    the figure

    Raises
    ------
    TypeError, ValueError
        For what are no images of the net's, or labels that do not fit.
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
    ax.set(xticks=ticks, yticks=ticks, xlabel="class that the net gives", ylabel="label")
    ax.set_title(f"{np.trace(counts):,} of {counts.sum():,} images right")
    return ax.figure

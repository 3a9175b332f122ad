"""The images that a net gets wrong."""

from typing import Any

import numpy as np

from network3.evaluation.fitting import labelled
from network3.plots.panels import draw, figure, grid, rows_for
from network3.plots.reading import picture

ACROSS = 10


def misclassified(net: Any, images: Any, labels: Any, most: int = 100, *, fig: Any = None) -> Any:
    """A panel for each image that the net takes for something else, in their order: beside it the
    label at the top right and what the net takes it for at the bottom right, as in the book.

    Parameters
    ----------
    net : Network
    images : array or shared variable (n, pixels) or (n, rows, columns)
    labels : array or shared variable (n,), whole numbers
    most : int
        How many are drawn at most; the title tells how many there are.
    fig : matplotlib figure or subfigure, optional
        To draw into; otherwise a new one is made.

    Returns
    -------
    the figure, with a title alone where every image is right

    Raises
    ------
    TypeError, ValueError
        For what are no images of the net's, labels that do not fit, and `most` below 1.

    Source: "Neural Networks and Deep Learning", chapter 6, "Convolutional neural networks in
    practice".
    """
    if most < 1:
        raise ValueError(f"misclassified got most = {most}: it must be at least 1")
    images = images.get_value(borrow=True) if hasattr(images, "get_value") else images
    predicted, labels = labelled(net.predict(images), labels)
    wrong = np.flatnonzero(predicted != labels)
    shown = wrong[:most]
    across = min(ACROSS, max(len(shown), 4))
    fig = figure(fig, across, 0.95 * rows_for(len(shown), across) + 0.9)
    fig.suptitle(_title(len(wrong), len(shown), len(labels)), fontsize=10)
    if not len(shown):
        return fig
    for panel, k in zip(grid(fig, len(shown), across), shown, strict=True):
        draw(panel, picture(net, images[k]), 0, 1)
        beside = {"transform": panel.transAxes, "fontsize": 9}
        panel.text(1.04, 1, str(labels[k]), va="top", **beside)
        panel.text(1.04, 0, str(predicted[k]), va="bottom", **beside)
    return fig


def _title(wrong, shown, images):
    if not wrong:
        return f"None of {images:,} images is misclassified"
    first = f" (the first {shown} shown)" if shown < wrong else ""
    return f"{wrong:,} of {images:,} images misclassified{first}\nright of each: label, prediction"

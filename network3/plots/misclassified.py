"""Plot the images that a network misclassifies."""

from typing import Any

import numpy as np
from matplotlib.figure import FigureBase

from network3.checks.numbers import whole_number
from network3.evaluation.fitting import labelled
from network3.plots.panels import Drawn, draw, figure, grid, rows_for
from network3.plots.reading import picture

ACROSS = 10


def misclassified(
    net: Any, images: Any, labels: Any, most: int = 100, *, fig: FigureBase | None = None
) -> Drawn:
    """Plot the misclassified images in order, each with its label and its predicted class.

    The label is at the top right of an image and the prediction at the bottom right, as in the
    book. If every image is classified correctly, the figure has only a title.

    Parameters
    ----------
    net, images, labels, fig
        See `network3.plots`.
    most : int
        The maximum number of images to draw; the title gives the number of all misclassified ones.

    Raises
    ------
    ValueError
        If `most` is not a positive whole number.

    References
    ----------
    Michael Nielsen, "Neural Networks and Deep Learning", chapter 6, "Convolutional neural networks
    in practice".
    """
    most = whole_number("misclassified", "most", most)
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

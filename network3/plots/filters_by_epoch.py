"""How the filters of a layer come about, epoch by epoch."""

from typing import Any

import numpy as np

from network3.plots.panels import axes, draw, mosaic
from network3.plots.reading import as_seen, convolutional


class FilterRecorder:
    """A callback that keeps a layer's filters, before the first epoch and after each one, for
    `SGD(..., callbacks=[recorder])`.

    Parameters
    ----------
    layer : int
        The number of a convolutional layer.

    Attributes
    ----------
    epochs : list of int
        How many epochs had been trained; 0 are the filters that it began with.
    filters : list of arrays (filters, maps, rows, columns), the weights w at these times
    """

    def __init__(self, layer: int = 0) -> None:
        self.layer = layer
        self.epochs: list[int] = []
        self.filters: list[np.ndarray] = []

    def on_train_begin(self, net: Any, history: Any) -> None:
        """Keeps the filters of the start, anew with each training."""
        self.epochs, self.filters = [], []
        self._keep(net, history)

    def on_epoch_end(self, net: Any, history: Any) -> None:
        """Keeps the filters of an epoch."""
        self._keep(net, history)

    def _keep(self, net, history):
        w = convolutional("FilterRecorder", net, self.layer).w.get_value()
        self.epochs.append(len(history))
        self.filters.append(np.array(w))


def filters_by_epoch(recorder: FilterRecorder, *, ax: Any = None) -> Any:
    """A row for each time that the recorder kept filters, a column for each filter, on one scale.

    Filters are drawn as they lie on the image, w[k, c, ::-1, ::-1]; those for several input maps
    stand beside each other.

    Parameters
    ----------
    recorder : FilterRecorder, after a training
    ax : matplotlib axes, optional
        To draw into; otherwise a new figure is made.

    Returns
    -------
    the figure

    Raises
    ------
    TypeError, ValueError
        For what is no recorder, and one that has kept nothing.
    """
    if not isinstance(recorder, FilterRecorder):
        raise TypeError(
            f"filters_by_epoch got a {type(recorder).__name__}: it must be a FilterRecorder that "
            f"was one of SGD's callbacks"
        )
    if not recorder.filters:
        raise ValueError(
            "filters_by_epoch got a recorder that has kept nothing: train a net with it, "
            "SGD(..., callbacks=[recorder])"
        )
    times, count = len(recorder.epochs), len(recorder.filters[0])
    cells = np.array([mosaic(maps) for w in recorder.filters for maps in as_seen(w)])
    _, height, width = cells.shape
    ax = axes(ax, 0.5 * count + 2, 0.5 * times + 1.5)
    drawn = draw(ax, mosaic(cells, count), np.nanmin(cells), np.nanmax(cells))
    ax.figure.colorbar(drawn, ax=ax, label="weight")
    ax.set_xticks((width - 1) / 2 + (width + 1) * np.arange(count), range(count))
    ax.set_yticks((height - 1) / 2 + (height + 1) * np.arange(times), recorder.epochs)
    ax.set(xlabel="filter", ylabel="epochs trained")
    ax.set_title(f"Filters of layer {recorder.layer} against epochs")
    return ax.figure

"""Record and plot how the filters of a layer change from epoch to epoch."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from network3.plots.panels import Drawn, axes, draw, mosaic
from network3.plots.reading import as_seen, convolutional


class FilterRecorder:
    """A callback that records a layer's filters before the first epoch and after each epoch.

    Pass it to `SGD`, as in ``net.SGD(..., callbacks=[recorder])``.

    Parameters
    ----------
    layer : int
        The number of a convolutional layer.

    Attributes
    ----------
    epochs : list of int
        The number of epochs trained before each recording; the first is 0, unless a training was
        resumed.
    filters : list of arrays (filters, maps, rows, columns)
        The recorded weights w.
    """

    def __init__(self, layer: int = 0) -> None:
        self.layer = layer
        self.epochs: list[int] = []
        self.filters: list[np.ndarray] = []

    def on_train_begin(self, net: Any, history: Any) -> None:
        """Clear the recordings, then record the filters before the first epoch."""
        self.epochs, self.filters = [], []
        self._keep(net, history)

    def on_epoch_end(self, net: Any, history: Any) -> None:
        """Record the filters after an epoch."""
        self._keep(net, history)

    def _keep(self, net, history):
        w = convolutional("FilterRecorder", net, self.layer).w.get_value()
        self.epochs.append(len(history))
        self.filters.append(np.array(w))


def filters_by_epoch(recorder: FilterRecorder, *, ax: Axes | None = None) -> Drawn:
    """Plot recorded filters: a row for each recording, a column for each filter.

    All filters share one scale. They are oriented as in `filters`.

    Parameters
    ----------
    recorder : FilterRecorder
        A recorder that was a callback of `SGD`.
    ax
        See `network3.plots`.

    Raises
    ------
    TypeError
        If `recorder` is not a FilterRecorder.
    ValueError
        If it has recorded nothing.
    """
    if not isinstance(recorder, FilterRecorder):
        raise TypeError(
            f"filters_by_epoch got a {type(recorder).__name__}: it must be a FilterRecorder that "
            f"was one of SGD's callbacks"
        )
    if not recorder.filters:
        raise ValueError(
            "filters_by_epoch got a recorder that has recorded nothing: train a network with it, "
            "SGD(..., callbacks=[recorder])"
        )
    times, count = len(recorder.epochs), len(recorder.filters[0])
    cells = np.array([mosaic(maps) for w in recorder.filters for maps in as_seen(w)])
    _, height, width = cells.shape
    # Without lines around the whole, the outermost filters look cut.
    framed = np.pad(mosaic(cells, count), 1, constant_values=np.nan)
    across, down = 0.5 * count, 0.5 * count * framed.shape[0] / framed.shape[1]  # inches
    ax = axes(ax, across + 2, down + 1.2)
    drawn = draw(ax, framed, np.nanmin(cells), np.nanmax(cells))
    ax.figure.colorbar(drawn, ax=ax, label="weight", fraction=0.5 / (across + 2), pad=0.02)
    numbers = [str(k) for k in range(count)]
    ax.set_xticks((width + 1) / 2 + (width + 1) * np.arange(count), numbers)
    epochs = [str(n) for n in recorder.epochs]
    ax.set_yticks((height + 1) / 2 + (height + 1) * np.arange(times), epochs)
    ax.set(xlabel="filter", ylabel="epochs trained")
    ax.set_title(f"Filters of layer {recorder.layer} against epochs")
    return ax.figure

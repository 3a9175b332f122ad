"""Watch a training in a notebook, and stop it."""

import secrets
import threading
import time
import warnings
from pathlib import Path
from typing import Any

import anywidget
import numpy as np
import traitlets

from network3.layers.layer import as_layer
from network3.network import Network
from network3.training.callbacks import StopTraining
from network3.training.progress import in_notebook
from network3.widgets.looking import pixels_of, scale_of, with_still

HERE = Path(__file__).parent
EVERY = 0.4  # seconds from one update of the page to the next, at least
MOST = 400  # points of the curve of costs


class Live(anywidget.AnyWidget):
    """Show a training while it runs: a callback of `Network.SGD`.

    The widget shows the cost, the accuracies, the filters of the first convolutional layer, the
    images per second and the time left, about twice a second. Its button ends the training after
    a mini-batch, a fraction of a second later. The network keeps what it has learned, and
    ``SGD(..., resume=True)`` continues at the next mini-batch.

    SGD shows the widget when the training begins, unless a cell has shown it before. The button
    works in JupyterLab and in Jupyter Notebook 7. If it has no effect elsewhere, the widget says
    so: interrupt the kernel instead. This keeps what the network has learned, too.

    Parameters
    ----------
    net : Network
        The network that is trained.

    Raises
    ------
    TypeError
        If `net` is not a Network.

    Warns
    -----
    UserWarning
        Outside a notebook, where nothing is shown.

    Examples
    --------
    ``net.SGD(..., callbacks=[network3.widgets.Live(net)])``
    """

    _esm = (HERE / "live.js").read_text(encoding="utf-8")
    _css = (HERE / "live.css").read_text(encoding="utf-8")

    shown = traitlets.Dict().tag(sync=True)
    # float32 pairs (epochs done, mean cost of the mini-batches since the last pair)
    costs = traitlets.Bytes().tag(sync=True)
    filters = traitlets.Bytes().tag(sync=True)
    # The type of the message that stops this training; empty if none runs.
    stop = traitlets.Unicode().tag(sync=True)

    def __init__(self, net: Network) -> None:
        if not isinstance(net, Network):
            raise TypeError(f"Live got {net!r}: it must be the Network that is trained")
        self._net = net
        self._stopping = self._displayed = False
        self._output: Any = None
        self._points: list[tuple[float, float]] = []
        self._shown_at, self._counted = 0.0, 0
        self._began = 0.0, 0.0  # the time, and the epochs that were done
        super().__init__()
        self.on_msg(self._on_message)
        self._show("Waiting for SGD to call this callback.")
        if not in_notebook():
            warnings.warn(
                "Live shows a training in a notebook only: elsewhere, use SGD(..., "
                'verbose="bar") without this callback.',
                UserWarning,
                stacklevel=2,
            )

    def __repr__(self):
        return f"<Live: {self.shown['said']}>"

    def _repr_mimebundle_(self, **kwargs):
        def picture():
            from network3.widgets.still import training

            return training(self._net.history, self._first_filters())

        self._displayed = True
        output = super()._repr_mimebundle_(**kwargs)
        if not self._net.history.rows:
            return output
        return with_still(output, repr(self), picture)

    def _on_message(self, _, content, buffers):
        """Stop, if the page's message comes by the widget's channel while the training runs."""
        if self.stop and content.get("do") == self.stop:
            self._stopping = True

    def on_train_begin(self, net: Network, history: Any) -> None:
        self._net = net
        self._stopping, self._points, self._counted = False, [], 0
        self._began = time.monotonic(), self._done()
        with self.hold_sync():
            self.stop = f"network3_stop_{secrets.token_hex(8)}"
            self._show("Training")
        if in_notebook():
            self._listen()
            if not self._displayed:
                from IPython.display import display

                self._output = display(self, display_id=True)
                self._displayed = False  # the next training shows it again, below its own cell

    def on_mini_batches(self, net: Network, history: Any) -> None:
        if self._stopping:
            raise StopTraining
        if time.monotonic() - self._shown_at >= EVERY:
            self._show("Training")
        elif net.trainer.state.trained == net.trainer.state.batches:  # the costs are still there
            self._add_point()

    def on_epoch_end(self, net: Network, history: Any) -> None:
        self._counted = 0
        if self._stopping:  # pressed while the accuracies were computed
            net.stop_training = True
        self._show("Training")

    def on_train_end(self, net: Network, history: Any) -> None:
        self._end("Stopped; SGD(..., resume=True) continues" if self._stopping else "Finished")

    def _listen(self):
        """Receive the page's message while the cell runs, and notice if an error ends it.

        A kernel reads the messages of a widget's page only after the cell: ipykernel 7 has other
        threads for them, but chooses the one that sent last, and this one trains. It reads its
        control channel, which serves debuggers, at any time, in a thread of its own.
        """
        from IPython import get_ipython

        shell = get_ipython()
        handlers = getattr(getattr(shell, "kernel", None), "control_handlers", None)
        if handlers is not None:
            handlers[self.stop] = self._on_control
        if threading.current_thread() is threading.main_thread():
            shell.events.register("post_run_cell", self._on_cell_end)

    def _on_control(self, stream, ident, parent):
        self._stopping = True

    def _on_cell_end(self, result):
        if self.stop:
            interrupted = isinstance(result.error_in_exec, KeyboardInterrupt)
            self._end(
                "Interrupted; SGD(..., resume=True) continues"
                if interrupted
                else "Ended by the error below"
            )

    def _end(self, said):
        if in_notebook():
            from IPython import get_ipython

            shell = get_ipython()
            handlers = getattr(getattr(shell, "kernel", None), "control_handlers", {})
            handlers.pop(self.stop, None)
            if self._on_cell_end in shell.events.callbacks["post_run_cell"]:
                shell.events.unregister("post_run_cell", self._on_cell_end)
        with self.hold_sync():
            self.stop = ""
            self._show(said)
        if self._output is not None:  # shown by SGD: the notebook keeps a picture of the result
            self._output.update(self)
            self._output, self._displayed = None, False

    def _done(self):
        """Return the number of epochs that are done, with its fraction."""
        state = self._net.trainer.state
        return state.epoch + state.trained / (state.batches or 1)

    def _add_point(self):
        """Add the mean cost of the mini-batches since the last point to the curve."""
        state = self._net.trainer.state
        recent = state.costs[self._counted :]
        if len(recent):
            self._counted = state.trained
            self._points.append((self._done(), float(recent.mean())))
            if len(self._points) > MOST:
                self._points = self._points[::2]

    def _show(self, said):
        self._shown_at = time.monotonic()
        trainer, state = self._net.trainer, self._net.trainer.state
        rows, done = state.history.rows, self._done()
        began, before = self._began
        self._add_point()
        speed = rows[-1]["images_per_second"] if rows else None
        if state.seconds:
            speed = state.trained * self._net.mini_batch_size / state.seconds
        left = None
        if done > before:
            left = (trainer.epochs - done) * (self._shown_at - began) / (done - before)
        with self.hold_sync():
            self.costs = np.array(self._points, "<f4").tobytes()
            self.shown = {
                "said": said,
                "epoch": state.epoch,
                "epochs": trainer.epochs,
                "done": done,
                "speed": speed,
                "left": left,
                "accuracies": {
                    name: [[r["epoch"] + 1, r[f"{name}_accuracy"]] for r in rows if _known(r, name)]
                    for name in ("training", "validation", "test")
                },
                "filters": self._show_filters(),
            }

    def _show_filters(self):
        """Send the filters of the first layer that has some; return their scale, or None."""
        w = self._first_filters()
        if w is None or not np.isfinite(w).all():
            return None
        self.filters = pixels_of(w)
        return scale_of(w)

    def _first_filters(self):
        for layer in map(as_layer, self._net.layers):
            if layer.filter_shape and layer.w is not None:
                return np.asarray(layer.w.get_value(borrow=True))[:, 0, ::-1, ::-1]
        return None


def _known(row, name):
    return row.get(f"{name}_accuracy") is not None

"""Show the progress of a training: the book's lines, a bar, both, or nothing."""

import io
import logging
import sys
from typing import Any

from tqdm import tqdm

log = logging.getLogger("network3")

VERBOSE = ("lines", "bar", "both", "none")

NARROW = "{desc} |{bar}| {remaining} left{postfix}"
WIDE = "{desc} |{bar}| {n_fmt}/{total_fmt} images, {rate_noinv_fmt}, {remaining} left{postfix}"
WIDE_FROM = 110  # columns


class Progress:
    """Print lines to standard output and show a bar on standard error.

    In a notebook the bar is an output of the cell; at the end, the result replaces it. If standard
    error is neither in a notebook nor a terminal, "bar" prints a line there for each epoch.

    Parameters
    ----------
    verbose : "lines", "bar", "both" or "none"
    epochs : int
        The number of epochs of the whole training.
    images : int
        The number of images in an epoch.
    done : int
        The number of images that the training has been through before it was resumed.
    """

    def __init__(self, verbose, epochs, images, done=0):
        self.lines = verbose in ("lines", "both")
        self.bar = _bar(epochs * images, done) if verbose in ("bar", "both") else None
        if self.bar is not None:
            self.bar.set_description_str(f"Epoch {done // images}")
        heard = sys.stderr is not None and not getattr(sys.stderr, "closed", False)
        self.sparse = verbose == "bar" and self.bar is None and heard
        self._shown = {}
        self._note(f"Training on {images:,} images in each of {epochs} epochs.")

    def say(self, line):
        """Print one of the book's lines, above the bar."""
        if not self.lines:
            return
        if self.bar is not None:
            with self.bar.external_write_mode():
                print(line)
        else:
            print(line)

    def advance(self, epoch, images, cost):
        """Advance the bar; `cost` is the mean cost of the epoch so far."""
        if self.bar is not None:
            self.bar.set_description_str(f"Epoch {epoch}", refresh=False)
            self._shown["cost"] = f"{cost:.4f}"
            self.bar.set_postfix_str(_joined(self._shown), refresh=False)
            self.bar.update(images)

    def end_epoch(self, row):
        """Show the cost and the accuracies of an epoch; `row` is its row of the history."""
        self._shown = {"cost": f"{row['cost']:.4f}"}
        for data in "validation", "test":
            accuracy = row.get(f"{data}_accuracy")
            if accuracy is not None:
                self._shown[data] = f"{accuracy:.2%}"
        if self.bar is not None:
            self.bar.set_postfix_str(_joined(self._shown))
        self._note(f"Epoch {row['epoch']}: {_joined(self._shown)}")

    def finish(self, history, early=""):
        """Show the result instead of the bar or below it, unless the lines show it.

        `early` says why the training ended early. It is not among the book's lines, so it is
        logged.
        """
        if early and self.lines:
            log.info(early)
        result = "" if self.lines else f"{early} {_result(history)}".lstrip()
        if self.bar is not None:
            self.bar.conclude(result)
        self._note(result)

    def close(self):
        """Leave the bar as it is."""
        if self.bar is not None:
            self.bar.close()

    def _note(self, line):
        if self.sparse:
            print(line, file=sys.stderr, flush=True)


def _joined(shown):
    return ", ".join(f"{name} {number}" for name, number in shown.items())


def _result(history):
    if history.best is None:
        return "Finished training network."
    best = history.rows[history.best]
    result = (
        f"Best validation accuracy {best['validation_accuracy']:.2%} after epoch {best['epoch']}"
    )
    if best.get("test_accuracy") is not None:
        result += f", test accuracy {best['test_accuracy']:.2%}"
    return result + "."


def _bar(images, done):
    """Return a bar for a notebook or a terminal, or None if there is neither."""
    if in_notebook():
        return _NotebookBar(images, done)
    if is_terminal(sys.stderr):
        return _Bar(total=images, initial=done, unit="", unit_scale=True, dynamic_ncols=True)
    return None


class _Bar(tqdm):
    """A bar on standard error, shorter in a terminal of 80 columns."""

    @property
    def format_dict(self):
        """The values that tqdm formats the bar with."""
        found = super().format_dict
        wide = found["ncols"] is None or found["ncols"] >= WIDE_FROM
        return found | {"bar_format": WIDE if wide else NARROW}

    def conclude(self, result):
        """Write the result below the closed bar."""
        if result:
            print(result, file=self.fp, flush=True)


class _NotebookBar(_Bar):
    """A bar that is one output of a cell, updated in place, without widgets.

    The saved notebook holds only the last text: the result, without times or rates, so that running
    the notebook again does not change it.
    """

    def __init__(self, images, done):
        from IPython.display import display

        self._output = display({"text/plain": ""}, raw=True, display_id=True)
        super().__init__(
            total=images,
            initial=done,
            unit="",
            unit_scale=True,
            ncols=WIDE_FROM,
            ascii=False,
            file=io.StringIO(),  # not standard error: `display` shows the bar
        )

    def display(self, msg=None, pos=None):
        """Show the bar; tqdm calls this whenever the bar has changed."""
        self._show(str(self) if msg is None else msg)

    def conclude(self, result):
        """Replace the bar by the result."""
        self._show(result)

    def _show(self, text):
        self._output.update({"text/plain": text}, raw=True)


def in_notebook() -> bool:
    """Return true if this runs in a Jupyter kernel."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return shell is not None and hasattr(shell, "kernel")


def is_terminal(stream: Any) -> bool:
    """Return true if a stream is a terminal; false if it is None, closed or a stand-in."""
    try:
        return stream.isatty()
    except (AttributeError, ValueError):
        return False

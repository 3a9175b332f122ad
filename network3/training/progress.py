"""What a training shows while it runs: the book's lines, a bar, both, or nothing."""

import sys
import warnings
from typing import Any

VERBOSE = ("lines", "bar", "both", "none")


class Progress:
    """Lines on standard output and a bar on standard error.

    Parameters
    ----------
    verbose : "lines", "bar", "both" or "none"
    images : int
        That are trained on in all.
    done : int
        That were trained on before.
    """

    def __init__(self, verbose, images, done=0):
        self.lines = verbose in ("lines", "both")
        self.bar = _bar(images, done) if verbose in ("bar", "both") else None

    def say(self, line):
        """Prints a line of the book's, above the bar."""
        if not self.lines:
            return
        if self.bar is not None:
            with self.bar.external_write_mode():
                print(line)
        else:
            print(line)

    def advance(self, images):
        """Moves the bar on."""
        if self.bar is not None:
            self.bar.update(images)

    def note(self, **numbers):
        """Shows numbers beside the bar."""
        if self.bar is not None:
            self.bar.set_postfix(numbers)

    def close(self):
        if self.bar is not None:
            self.bar.close()


def _bar(images, done):
    """A bar with rate and time left, or None where nobody would see it."""
    notebook = _in_notebook()
    if not notebook and not is_terminal(sys.stderr):
        return None
    if notebook:
        from tqdm.auto import tqdm
    else:
        from tqdm import tqdm
    with warnings.catch_warnings():
        # In a notebook without ipywidgets tqdm says so, and draws a bar of characters.
        warnings.filterwarnings("ignore", "IProgress not found")
        return tqdm(total=images, initial=done, unit=" images", unit_scale=True, dynamic_ncols=True)


def _in_notebook():
    """Whether a Jupyter kernel runs this."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return shell is not None and hasattr(shell, "kernel")


def is_terminal(stream: Any) -> bool:
    """Return whether a stream is a terminal; one that is None, closed or a stand-in is none."""
    try:
        return stream.isatty()
    except (AttributeError, ValueError):
        return False

"""Draw a digit, and see at each stroke what networks make of it."""

from typing import Any

import numpy as np
import traitlets

from network3.data.mnist import load_data_shared
from network3.data.strokes import read_strokes
from network3.widgets.looking import LookInside


class DrawDigit(LookInside):
    """A paper to draw a digit on, beside what networks compute for it.

    Draw with the mouse, a pen or a finger, or with the keyboard: arrow keys move the pen, the space
    bar lowers and lifts it, U takes the last stroke back, and Delete clears the paper. The strokes
    are prepared as `read_digit` prepares a picture. Everything else is as in `LookInside`.

    Parameters
    ----------
    nets : Network, or dict from names to networks
        Networks for images of 28 x 28 pixels, such as MNIST's. Several are shown side by side.
    test_data : pair (images, labels), optional
        What the button "test image" chooses from; by default MNIST's test data.

    Attributes
    ----------
    image : array (784,) in floatX, or None
        The prepared drawing, or the test image; None while the paper is blank.
    strokes : list of lists of points [x, y]
        The drawing, on a paper of 280 x 280 pixels.

    Raises
    ------
    TypeError, ValueError
        If `nets` are not networks for such images, or the test data do not fit.
    """

    def __init__(self, nets: Any, test_data: Any = None) -> None:
        self._begin(nets)
        if self._shape != (1, 28, 28):
            shape = " x ".join(map(str, self._shape))
            raise ValueError(
                f"DrawDigit draws images of 1 x 28 x 28, but the network takes {shape}: show "
                f"images of your own with network3.widgets.LookInside(net, images)"
            )
        if test_data is not None:
            self._set_images(*_pair(test_data))
        self.paper = True
        self._show(read_strokes([[[140, 140]]]), "")  # compiles, so that the first stroke is fast
        self._show(None, BLANK)

    def _on_message(self, widget, content, buffers):
        with self._lock:
            if content.get("do") == "clear":  # a test image, or the strokes
                self.strokes = []
                self._show(None, BLANK)
            if content.get("do") != "test image":
                return
            self.strokes = []
            if self._images is None:
                try:
                    self._set_images(*load_data_shared()[2])
                except (OSError, ValueError) as error:
                    self._show(None, str(error))
                    return
            self._show_image(np.random.default_rng().integers(len(self._images)))

    @traitlets.observe("strokes")
    def _on_strokes(self, _):
        with self._lock:
            try:
                image = read_strokes(self.strokes)
            except ValueError as error:
                self._show(None, str(error))
                return
            self._show(image, BLANK if image is None else "Your drawing")


def _pair(test_data):
    try:
        images, labels = test_data
    except (TypeError, ValueError):
        raise TypeError(
            f"DrawDigit got test_data of type {type(test_data).__name__}: it must be a pair "
            f"(images, labels), as load_data_shared and network3.share return"
        ) from None
    return images, labels


BLANK = "Draw a digit."

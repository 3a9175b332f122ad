"""Draw the strokes of a pen as grey levels, and prepare them as an image of MNIST."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from network3.data import digit

SIDE = 280  # pixels of the paper, ten for a pixel of MNIST
RADIUS = 11.0  # of the pen
MOST = 20_000  # points


def read_strokes(strokes: Any) -> np.ndarray | None:
    """Return the digit that strokes draw, prepared as `read_digit` prepares a picture.

    Parameters
    ----------
    strokes : list of strokes, each a list of points (x, y)
        Places on a paper of 280 x 280 pixels, from the top left. Strokes may leave the paper.

    Returns
    -------
    array (784,), floatX, in [0, 1), or None if there is nothing on the paper

    Raises
    ------
    ValueError
        If `strokes` is anything else.
    """
    grey = draw(strokes)
    return digit.prepared("The drawing", grey, "light", clean=False) if grey.any() else None


def draw(strokes: Any) -> np.ndarray:
    """Return the strokes as grey levels (280, 280), float32: 1 for ink, 0 for paper.

    A pixel's level falls from 1 to 0 within one pixel around the rim of the pen.
    """
    paper = np.zeros((SIDE, SIDE), np.float32)
    for points in _checked(strokes):
        for k in range(max(1, len(points) - 1)):
            _draw_line(paper, points[k], points[min(k + 1, len(points) - 1)])
    return paper


def _draw_line(paper, start, end):
    """Draw a line from `start` to `end`, both (x, y); draw a dot if they are equal."""
    low, high = np.minimum(start, end) - RADIUS - 1, np.maximum(start, end) + RADIUS + 2
    (left, top), (right, bottom) = (np.clip(place, 0, SIDE).astype(int) for place in (low, high))
    y, x = np.mgrid[top:bottom, left:right] + 0.5
    dx, dy = end - start
    length = dx * dx + dy * dy
    along = 0.0
    if length > 0:
        along = np.clip(((x - start[0]) * dx + (y - start[1]) * dy) / length, 0, 1)
    distance = np.sqrt((x - start[0] - along * dx) ** 2 + (y - start[1] - along * dy) ** 2)
    part = paper[top:bottom, left:right]
    np.maximum(part, np.clip(RADIUS + 0.5 - distance, 0, 1), out=part, casting="same_kind")


def _checked(strokes: Any) -> Sequence[np.ndarray]:
    """Return the strokes as arrays (n, 2) of finite numbers."""
    try:
        found = [np.asarray(points, float) for points in strokes]
    except (TypeError, ValueError):
        found = [np.zeros(0)]
    good = all(p.ndim == 2 and p.shape[1:] == (2,) and len(p) for p in found)
    if not good or not all((abs(p) < 1e6).all() for p in found):  # NaN is not, either
        raise ValueError("strokes must be a list of strokes, each a list of points (x, y)")
    if sum(map(len, found)) > MOST:
        raise ValueError(f"strokes have more than {MOST:,} points: draw less")
    return found

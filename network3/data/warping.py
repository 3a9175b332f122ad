"""Resample images, each at its own coordinates."""

import numpy as np


def warp(images: np.ndarray, y: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Return images whose pixel (r, c) is the value of the given images at (y[r, c], x[r, c]).

    Values between pixels are interpolated bilinearly; outside an image they are 0.

    Parameters
    ----------
    images : array (n, H, W), floats
    y, x : float arrays (n, H, W)
        Rows and columns; the middle of the first pixel is at 0.

    Returns
    -------
    array (n, H, W) of the type of `images`
    """
    n, height, width = images.shape
    # A border of zeros, two wide at the bottom and right, so that all four neighbours exist.
    framed = np.zeros((n, height + 3, width + 3), images.dtype)
    framed[:, 1:-2, 1:-2] = images
    row, down = _split(y, height)
    column, right = _split(x, width)
    row *= width + 3
    row += column
    row += (np.arange(n) * framed[0].size)[:, None, None]
    upper = _between(framed.ravel(), row, right)
    lower = _between(framed.ravel()[width + 3 :], row, right)
    lower -= upper
    lower *= down
    upper += lower
    return upper


def _split(coordinate, length):
    """Return the index, in the bordered image, of the pixel before, and the fraction beyond it."""
    framed = np.clip(coordinate + 1, 0, length + 1)
    index = framed.astype(np.intp)
    framed -= index
    return index, framed


def _between(pixels, index, share):
    left = pixels.take(index, mode="wrap")  # no index is outside; "raise" would check that
    right = pixels[1:].take(index, mode="wrap")
    right -= left
    right *= share
    left += right
    return left

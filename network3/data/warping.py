"""Many images, each seen through a map of its own."""

import numpy as np


def warp(images: np.ndarray, y: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Return the images whose pixel (r, c) is what stands at (y, x)[r, c] of the given ones.

    Between pixels it is interpolated bilinearly; around an image all is 0.

    Parameters
    ----------
    images : array (n, H, W), floats
    y, x : float arrays (n, H, W)
        Rows and columns, counted from 0 at the middle of the first pixel.

    Returns
    -------
    array (n, H, W) of the type of `images`
    """
    n, height, width = images.shape
    # A frame of zeros, two at the far sides, so that the four neighbours are always there.
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
    """The pixel before, as an index into the frame, and the share of the way to the next."""
    framed = np.clip(coordinate + 1, 0, length + 1)
    index = framed.astype(np.intp)
    framed -= index
    return index, framed


def _between(pixels, index, share):
    left = pixels.take(index, mode="wrap")  # no index lies outside; "raise" would look for one
    right = pixels[1:].take(index, mode="wrap")
    right -= left
    right *= share
    left += right
    return left

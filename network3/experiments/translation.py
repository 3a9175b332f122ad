"""Measure the accuracy of a network on shifted digits.

The chapter asks why a convolutional network can still learn from copies that are only shifted. A
convolution shifts its feature maps together with the image, but the fully connected layers above it
have separate weights for each position. The table of `accuracy_of_moved` shows which shifts a
network tolerates, and how many more after training on the expanded data.
"""

from typing import Any

import numpy as np

from network3.checks import images as checks
from network3.data.expansion import moved


def accuracy_of_moved(net: Any, images: Any, labels: Any, most: int = 3) -> np.ndarray:
    """Return the accuracy on images shifted by -most..most pixels in each direction.

    Parameters
    ----------
    net : Network
    images : array (n, pixels) of square images, or (n, H, W)
    labels : array (n,), whole numbers
    most : int
        The largest shift in pixels; less than the sides of the images.

    Returns
    -------
    array (2 * most + 1, 2 * most + 1), in [0, 1]
        Each row has a distance down, each column a distance to the right. The entry in the middle
        is the accuracy on the original images.

    Raises
    ------
    TypeError, ValueError
        If `images` or `labels` does not fit the network, or `most` is out of range.
    """
    maps = checks.maps("accuracy_of_moved got images", images)
    side = min(maps.shape[1:])
    if not 0 <= most < side:
        raise ValueError(f"accuracy_of_moved got most = {most}: it must lie in 0..{side - 1}")
    distances = range(-most, most + 1)
    return np.array(
        [
            [
                net.accuracy(moved(maps, down, right).reshape(len(maps), -1), labels)
                for right in distances
            ]
            for down in distances
        ]
    )

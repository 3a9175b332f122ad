"""What a net makes of moved digits: the chapter asks why a net that convolves can still learn from
copies that are only moved.

A convolution moves its feature maps with the image, but what lies above it, pooling aside, sees
each position with weights of its own. How much of a move a net stands, and how much more it stands
after the expanded data, is a table.
"""

from typing import Any

import numpy as np

from network3.checks import images as checks
from network3.data.expansion import moved


def accuracy_of_moved(net: Any, images: Any, labels: Any, most: int = 3) -> np.ndarray:
    """The accuracy on images that are moved by -most..most pixels each way.

    Parameters
    ----------
    net : Network
    images : array (n, pixels) of square images, or (n, H, W)
    labels : array (n,), whole numbers
    most : int
        Less than the sides of the images.

    Returns
    -------
    array (2 * most + 1, 2 * most + 1), in [0, 1]
        A row for each distance down, a column for each to the right; in the middle the images are
        as they came.

    Raises
    ------
    TypeError, ValueError
        For what are no images of the net's, labels that do not fit, and another `most`.
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

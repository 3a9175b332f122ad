"""The book's data augmentation: every image, and four copies shifted by one pixel."""

from pathlib import Path
from typing import Any

import numpy as np

from network3.checks import images as checks
from network3.data import pickles
from network3.data.files import can_be_written
from network3.data.mnist import load_data_shared

MOVES = ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1))  # pixels (down, to the right)
BLOCK = 1000  # images


def expand(images: Any, labels: Any, shuffle: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """Return every image and four copies, shifted down, up, right and left by one pixel.

    The row or column that becomes free is 0; pixels that leave the image are lost.

    Parameters
    ----------
    images : array (n, pixels) of square images, or (n, H, W), numbers of any type
    labels : array (n,)
    shuffle : bool
        If true, shuffle the result, using NumPy's global generator. If false, the five versions of
        an image follow each other, in the order above.

    Returns
    -------
    pair of new arrays, (5 * n, pixels) and (5 * n,)
        They have the types of `images` and `labels`.

    Raises
    ------
    ValueError
        If `images` or `labels` has another shape or type.
    TypeError
        If they are shared variables; give the result of their get_value().

    References
    ----------
    M. Nielsen, "Neural Networks and Deep Learning", chapter 6, expand_mnist.py
    """
    maps = checks.maps("expand got images", images)
    labels = checks.as_array("expand got labels", labels)
    checks.same_number("expand got", "", maps, labels)
    number = len(MOVES) * len(maps)
    order = np.random.permutation(number) if shuffle else np.arange(number)
    place = np.argsort(order)  # the place of each copy; writing there avoids a second large array
    expanded = np.empty((number, *maps.shape[1:]), maps.dtype)
    for start in range(0, len(maps), BLOCK):
        block = maps[start : start + BLOCK]
        places = place[len(MOVES) * start :][: len(MOVES) * len(block)].reshape(-1, len(MOVES))
        for move, (down, right) in enumerate(MOVES):
            expanded[places[:, move]] = moved(block, down, right)
    return expanded.reshape(number, -1), np.repeat(labels, len(MOVES))[order]


def moved(maps: np.ndarray, down: int, right: int) -> np.ndarray:
    """Return images (n, H, W) shifted by whole pixels, negative for up and left.

    Rows and columns that become free are 0; pixels that leave an image are lost.
    """
    there = np.zeros_like(maps)
    there[:, _to(down), _to(right)] = maps[:, _to(-down), _to(-right)]
    return there


def write_expanded(
    filename: str | Path = "../data/mnist_expanded.pkl.gz",
    source: str | Path = "../data/mnist.pkl.gz",
) -> None:
    """Write the book's file: the data of `source`, with expanded and shuffled training data.

    An existing file is replaced atomically. For MNIST the file has 250,000 training images, and
    creating it takes 1.2 GB of memory. `load_data_shared` reads both files.

    Raises
    ------
    OSError
        If `source` cannot be read, or `filename` cannot be written.
    ValueError
        If `source` is damaged or holds something else.
    """
    path = Path(filename)
    if not path.parent.is_dir():
        raise FileNotFoundError(
            f"There is no folder {path.parent} for {path.name}: create it first."
        )
    if not can_be_written(path):
        raise OSError(
            f"{path} cannot be written: it must be a file in a folder that you can write to."
        )
    training, *rest = [
        (images.get_value(borrow=True), labels.get_value(borrow=True))
        for images, labels in load_data_shared(source)
    ]
    pickles.write(path, (expand(*training), *rest), compresslevel=1)


def _to(distance: int) -> slice:
    """Return the rows or columns that pixels are shifted to; for -distance, where they were."""
    return slice(max(distance, 0), min(distance, 0) or None)

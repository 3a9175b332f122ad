"""The book's expanded data: every image, and its copies moved by one pixel."""

from pathlib import Path
from typing import Any

import numpy as np

from network3.checks import images as checks
from network3.data import pickles
from network3.data.mnist import load_data_shared

MOVES = ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1))  # pixels (down, to the right)
BLOCK = 1000  # images


def expand(images: Any, labels: Any, shuffle: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """Return the five-fold set: every image, and it moved down, up, to the right and to the left.

    The copies are moved by one pixel; the row or column that becomes free is 0, and what leaves the
    image is lost.

    Parameters
    ----------
    images : array (n, pixels) of square images, or (n, H, W), numbers of any type
    labels : array (n,)
    shuffle : bool
        Whether the order is random, from NumPy's global generator: after `np.random.seed(s)` it
        repeats. Without, the five copies of an image follow each other, in the order above.

    Returns
    -------
    pair of new arrays, (5 * n, pixels) and (5 * n,), of the types given

    Raises
    ------
    ValueError, TypeError
        For other shapes, or shared variables, whose get_value() gives the array.

    Source: "Neural Networks and Deep Learning", chapter 6, expand_mnist.py.
    """
    maps = checks.maps("expand got images", images)
    labels = checks.as_array("expand got labels", labels)
    checks.same_number("expand got", "", maps, labels)
    number = len(MOVES) * len(maps)
    order = np.random.permutation(number) if shuffle else np.arange(number)
    place = np.argsort(order)  # where each copy goes, so that there is one large array only
    expanded = np.empty((number, *maps.shape[1:]), maps.dtype)
    for start in range(0, len(maps), BLOCK):
        block = maps[start : start + BLOCK]
        places = place[len(MOVES) * start :][: len(MOVES) * len(block)].reshape(-1, len(MOVES))
        for move, (down, right) in enumerate(MOVES):
            expanded[places[:, move]] = moved(block, down, right)
    return expanded.reshape(number, -1), np.repeat(labels, len(MOVES))[order]


def moved(maps: np.ndarray, down: int, right: int) -> np.ndarray:
    """Return images (n, H, W) moved by so many pixels, negative ones for up and left; what becomes
    free is 0, and what leaves an image is lost."""
    there = np.zeros_like(maps)
    there[:, _to(down), _to(right)] = maps[:, _to(-down), _to(-right)]
    return there


def write_expanded(
    filename: str | Path = "../data/mnist_expanded.pkl.gz",
    source: str | Path = "../data/mnist.pkl.gz",
) -> None:
    """Write the book's file: the data of `source`, with the training part expanded and shuffled.

    `source` is read by `load_data_shared`, which can read what is written. It is written beside and
    renamed at the end, so that no half file is ever there. For MNIST it has 250,000 training
    images, and making it takes 1.2 GB of memory.

    Raises
    ------
    OSError, ValueError
        `source` cannot be read, or `filename` not be written.
    """
    path = Path(filename)
    if not path.parent.is_dir():
        raise FileNotFoundError(f"There is no folder {path.parent} to write {path.name} into.")
    training, *rest = [
        (images.get_value(borrow=True), labels.get_value(borrow=True))
        for images, labels in load_data_shared(source)
    ]
    pickles.write(path, (expand(*training), *rest), compresslevel=1)


def _to(distance: int) -> slice:
    """The rows or columns that something moved by `distance` is moved to, or came from."""
    return slice(max(distance, 0), min(distance, 0) or None)

"""Data augmentation: shift, rotate, skew, scale and bend images at random."""

import functools
import numbers
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from network3.checks import images as checks
from network3.checks.numbers import whole_number
from network3.data.ahead import Ahead
from network3.data.warping import warp

BLOCK = 64  # images at once; their coordinates fit into the processor's cache
LARGEST_COUNTER = 2**64 - 1  # of Philox
SMOOTHNESS = 4.0  # pixels, sigma of the elastic displacements; the paper's value for 28 x 28
LARGEST = {"shift": 1000, "rotate": 180, "skew": 89, "scale": 0.99, "elastic": 1000}


@dataclass(frozen=True)
class Expander:
    """Create new images from given ones, different ones in every epoch.

    Each image is transformed with its own uniform random numbers, which depend only on `seed`, the
    epoch and the number of the image.

    Parameters
    ----------
    shift : float in [0, 1000]
        The largest shift in pixels, to the left or right as well as up or down.
    rotate : float in [0, 180]
        The largest rotation in degrees, in either direction, around the middle of the image.
    skew : float in [0, 89]
        The largest angle in degrees by which upright lines lean to either side.
    scale : float in [0, 0.99]
        The largest change of the size: 0.1 gives factors from 0.9 to 1.1.
    elastic : float in [0, 1000]
        The standard deviation, in pixels, of the random displacement of a point in each direction;
        neighbouring points move almost alike. The best value of [1]_ is 1.4.
    seed : int in 0..2**64 - 1
        The seed of the random numbers.

    Raises
    ------
    ValueError
        If a number is outside its range.

    References
    ----------
    .. [1] P. Simard, D. Steinkraus, J. Platt, "Best practices for convolutional neural networks
       applied to visual document analysis", ICDAR 2003.
    """

    shift: float = 0
    rotate: float = 0
    skew: float = 0
    scale: float = 0
    elastic: float = 0
    seed: int = 0

    def __post_init__(self) -> None:
        for name, largest in LARGEST.items():
            value = getattr(self, name)
            if not isinstance(value, numbers.Real) or not 0 <= float(value) <= largest:
                raise ValueError(
                    f"Expander got {name} = {value!r}: it must be a number from 0 to {largest}"
                )
        whole_number("Expander", "seed", self.seed, 0, LARGEST_COUNTER)

    def images(self, images: Any, epoch: int) -> np.ndarray:
        """Return the new images of an epoch.

        Parameters
        ----------
        images : array (n, pixels) of square images, or (n, H, W), floats or whole numbers
        epoch : int in 0..2**64 - 1

        Returns
        -------
        new array of the shape and type of `images`
            Pixels from outside an image are 0. Whole numbers are rounded.

        Raises
        ------
        ValueError, TypeError
            If `images` has another form, or `epoch` is outside its range.
        """
        whole_number("Expander.images", "epoch", epoch, 0, LARGEST_COUNTER)
        return self._images(images, epoch, lambda: True)

    def epochs(self, images: Any, first: int = 0) -> Ahead:
        """Return an endless iterator over the new images of epoch `first` and all later ones.

        A thread creates the images of the next epoch while those of the current one are in use.
        Leaving the context stops the thread::

            with expander.epochs(images) as epochs:
                for new_images in epochs: ...

        If `images` has another form than `images` of the method `images`, the iterator raises
        ValueError or TypeError when the first images are requested.

        Raises
        ------
        ValueError
            If `first` is outside 0..2**64 - 1.
        """
        whole_number("Expander.epochs", "first", first, 0, LARGEST_COUNTER)
        return Ahead(lambda epoch, wanted: self._images(images, epoch, wanted), first)

    def _images(self, images: Any, epoch: int, wanted: Callable[[], bool]) -> np.ndarray:
        """Do the same as `images`, but stop early if the images are no longer wanted."""
        maps = checks.maps("Expander got images", images)
        new = np.empty_like(maps, order="C")
        for start in range(0, len(maps), BLOCK):
            if not wanted():
                break
            block = maps[start : start + BLOCK]
            if block.dtype.kind == "f":
                new[start : start + BLOCK] = self._block(block, epoch, start)
            else:
                new[start : start + BLOCK] = np.rint(
                    self._block(block.astype(np.float32), epoch, start)
                )
        return new.reshape(np.shape(images))

    def _block(self, block: np.ndarray, epoch: int, first: int) -> np.ndarray:
        n, height, width = block.shape
        y, x = self._coordinates(self._random(epoch, 0, first, n, 8), height, width)
        if self.elastic:
            noise = self._random(epoch, 1, first, n, 2 * height * width)
            rows, columns = _smoothing(height), _smoothing(width)
            bent = rows @ noise.reshape(n, 2, height, width) @ columns.T
            bent *= self.elastic
            y, x = y + bent[:, 0], x + bent[:, 1]
        return warp(block, y, x)

    def _coordinates(self, random: np.ndarray, height: int, width: int) -> tuple:
        """Return the rows and columns, (n, H, W), float32, that the new pixels are taken from.

        Relative to the middle, a point p of the old image becomes q = shift + scale * rotation .
        skew . p, with rows before columns. This method solves the equation for p.
        """
        down, right, angle, lean, size, *_ = random.T.astype(float)[:, :, None, None]
        angle = np.deg2rad(self.rotate * angle)
        lean = np.tan(np.deg2rad(self.skew * lean))
        size = 1 + self.scale * size
        cos, sin = np.cos(angle) / size, np.sin(angle) / size
        middle_row, middle_column = (height - 1) / 2, (width - 1) / 2
        rows = np.arange(height)[:, None] - middle_row - self.shift * down
        columns = np.arange(width) - middle_column - self.shift * right
        # Terms in rows or columns alone are small; only their sums are as large as the images.
        return (
            _sum(cos * rows + middle_row, sin * columns),
            _sum((-sin - lean * cos) * rows + middle_column, (cos - lean * sin) * columns),
        )

    def _random(self, epoch: int, stream: int, first: int, count: int, each: int) -> np.ndarray:
        """Return `each` numbers in [-1, 1) for each of `count` images: (count, each), float32.

        Philox can compute any part of its stream directly. A step of its counter gives eight
        numbers, and image i has `steps` of them, beginning with step i * steps. So the numbers do
        not depend on how the images are divided into blocks.
        """
        steps = -(-each // 8)
        key = np.array([self.seed, epoch], np.uint64)
        counter = np.array([first * steps, 0, 0, stream], np.uint64)
        generator = np.random.Generator(np.random.Philox(key=key, counter=counter))
        return 2 * generator.random((count, 8 * steps), np.float32)[:, :each] - 1


@functools.cache
def _smoothing(length: int) -> np.ndarray:
    """Return the Gaussian filter as a matrix (length, length), float32, for products by BLAS.

    Each row is scaled so that filtering rows and columns of uniform numbers in [-1, 1), whose
    variance is 1/3, gives numbers of variance 1.
    """
    from scipy.ndimage import gaussian_filter1d  # slow to import

    matrix = gaussian_filter1d(np.eye(length), SMOOTHNESS, axis=0, mode="constant")
    scale = 3**0.25 / np.linalg.norm(matrix, axis=1, keepdims=True)
    return (scale * matrix).astype(np.float32)


def _sum(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return a.astype(np.float32) + b.astype(np.float32)

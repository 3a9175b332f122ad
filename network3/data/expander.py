"""New images from given ones: moved, turned, skewed, scaled, and bent a little, at random."""

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

BLOCK = 64  # images, whose coordinates fit into the processor's cache
LARGEST_COUNTER = 2**64 - 1  # of Philox
SMOOTHNESS = 4.0  # pixels, sigma of the elastic displacements; the paper's for digits of 28 x 28
LARGEST = {"shift": 1000, "rotate": 180, "skew": 89, "scale": 0.99, "elastic": 1000}


@dataclass(frozen=True)
class Expander:
    """Makes new images from given ones, different ones for every epoch.

    Each image gets its own random numbers, uniformly distributed. They follow from `seed`, the
    epoch and the number of the image, and from nothing else.

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
        neighbouring points move almost alike. The paper's best value [1] is 1.4.
    seed : int in 0..2**64 - 1

    Raises
    ------
    ValueError
        If a number is outside its range.

    References
    ----------
    [1] P. Simard, D. Steinkraus, J. Platt, "Best practices for convolutional neural networks
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
            Results are rounded if `images` are whole numbers. What comes from outside an image
            is 0.

        Raises
        ------
        ValueError, TypeError
            If `images` have another form, or `epoch` is not in its range.
        """
        whole_number("Expander.images", "epoch", epoch, 0, LARGEST_COUNTER)
        return self._images(images, epoch, lambda: True)

    def epochs(self, images: Any, first: int = 0) -> Ahead:
        """Return an endless iterator over the new images of epoch `first` and those after it.

        A thread makes the images of an epoch while those of the one before are in use. It ends with
        the `with`:

            with expander.epochs(images) as epochs:
                for new_images in epochs: ...

        Raises
        ------
        ValueError
            If `first` is not in 0..2**64 - 1.
        ValueError, TypeError
            If `images` have another form, when the first images are asked for.
        """
        whole_number("Expander.epochs", "first", first, 0, LARGEST_COUNTER)
        return Ahead(lambda epoch, wanted: self._images(images, epoch, wanted), first)

    def _images(self, images: Any, epoch: int, wanted: Callable[[], bool]) -> np.ndarray:
        """As `images`; not finished when they are no longer wanted."""
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
        """Where the pixels of the new images come from: rows and columns, (n, H, W), float32.

        Seen from the middle, a point p of the old image becomes q = shift + scale * rotation . skew
        . p, with rows before columns. Here this is solved for p.
        """
        down, right, angle, lean, size, *_ = random.T.astype(float)[:, :, None, None]
        angle = np.deg2rad(self.rotate * angle)
        lean = np.tan(np.deg2rad(self.skew * lean))
        size = 1 + self.scale * size
        cos, sin = np.cos(angle) / size, np.sin(angle) / size
        middle_row, middle_column = (height - 1) / 2, (width - 1) / 2
        rows = np.arange(height)[:, None] - middle_row - self.shift * down
        columns = np.arange(width) - middle_column - self.shift * right
        # What depends on rows or columns alone is small: only the sums are as large as the images.
        return (
            _sum(cos * rows + middle_row, sin * columns),
            _sum((-sin - lean * cos) * rows + middle_column, (cos - lean * sin) * columns),
        )

    def _random(self, epoch: int, stream: int, first: int, count: int, each: int) -> np.ndarray:
        """`each` numbers in [-1, 1) for each of `count` images: (count, each), float32.

        Philox computes any part of its stream without those before it: image i has the steps from i
        * steps on, each of which gives eight numbers, however the images are taken together.
        """
        steps = -(-each // 8)
        key = np.array([self.seed, epoch], np.uint64)
        counter = np.array([first * steps, 0, 0, stream], np.uint64)
        generator = np.random.Generator(np.random.Philox(key=key, counter=counter))
        return 2 * generator.random((count, 8 * steps), np.float32)[:, :each] - 1


@functools.cache
def _smoothing(length: int) -> np.ndarray:
    """The Gaussian filter as a matrix (length, length), float32, so that BLAS filters all images.

    Each row is scaled so that the sum of uniform numbers in [-1, 1), whose variance is 1/3, has
    variance 1 when it is taken over rows and columns.
    """
    from scipy.ndimage import gaussian_filter1d  # here, for it is slow to import

    matrix = gaussian_filter1d(np.eye(length), SMOOTHNESS, axis=0, mode="constant")
    scale = 3**0.25 / np.linalg.norm(matrix, axis=1, keepdims=True)
    return (scale * matrix).astype(np.float32)


def _sum(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return a.astype(np.float32) + b.astype(np.float32)

"""Read the picture of a digit, and prepare it as MNIST's images were."""

import math
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytensor

from network3.data import bounded
from network3.data.explaining import explained

FIELD, BOX, MIDDLE = 28, 20, 14  # pixels: the image, the digit in it, and where its mass lies
# Formats that Pillow reads by itself; for others, such as EPS, it starts programs.
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "PPM")
LARGE = 1 << 22  # pixels; a picture with more must be of a file that can hold them
FAINTEST = 0.08  # of the way from black to white; less than that is paper, not ink
UNEVEN = 0.1, 0.3  # of the contrast: JPEG's traces at least; what is more can be ink
SPECK = 0.02  # of the ink; a part of its own that has less is dirt


def read_digit(path: str | Path) -> np.ndarray:
    """Return the digit in a picture as an image for a network that is trained on MNIST.

    The picture may have any size and any mode, and light ink on dark paper or dark on light. As
    with MNIST, the paper becomes 0, the digit is scaled so that its longer side is 20 pixels, and
    put into 28 x 28 pixels with the centre of its mass in the middle. The darkest ink becomes
    255/256.

    Parameters
    ----------
    path : str or Path
        A PNG, JPEG, GIF, BMP, TIFF, WebP or PPM file.

    Returns
    -------
    array (784,), floatX, in [0, 1)

    Raises
    ------
    OSError
        If the file cannot be read.
    ValueError
        If it is not such an image, is damaged or too large, or shows no ink.
    ImportError
        If Pillow is not installed.

    References
    ----------
    Y. LeCun, C. Cortes, C. Burges, http://yann.lecun.com/exdb/mnist/
    """
    ink = _ink(Path(path), _grey(Path(path)))
    box = _scaled_to_box(ink)
    return _centred(box).ravel().astype(pytensor.config.floatX)


def _grey(path: Path) -> np.ndarray:
    """The picture as float32 (H, W) in [0, 1], or nan where it holds what is no number."""
    try:
        from PIL import Image
    except ImportError as error:
        raise ImportError(
            "read_digit needs Pillow: install it with pip install 'network3[digits]'"
        ) from error
    kind = "a picture that can be read, or is damaged"
    advice = f"it must be one of {', '.join(FORMATS)}"
    bombs = Image.DecompressionBombWarning, Image.DecompressionBombError
    with open(path, "rb") as file, warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with (
                explained(path, kind, advice, but=bombs),
                Image.open(file, formats=FORMATS) as image,
            ):
                pixels, size = math.prod(image.size), path.stat().st_size
                if pixels > max(LARGE, bounded.DEFLATE * size):
                    raise Image.DecompressionBombError(f"{pixels} pixels in {size} bytes")
                return _levels(image)
        except bombs as error:
            raise ValueError(
                f"{path} is too large a picture to be one of a digit ({error}): make it smaller."
            ) from error


def _levels(image: Any) -> np.ndarray:
    from PIL import Image, ImageOps

    image = ImageOps.exif_transpose(image)
    if image.mode[0] in "FI":  # floats, and whole numbers of more than 8 bits, in any range
        pixels = np.asarray(image, np.float32)
        with np.errstate(invalid="ignore", over="ignore"):  # nan is looked for later
            return (pixels - pixels.min()) / (np.ptp(pixels) or 1)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(paper, image)
    return np.asarray(image.convert("L"), np.float32) / 255


def _ink(path: Path, grey: np.ndarray) -> np.ndarray:
    """How much ink is in each pixel, from 0 to 1, cropped to the ink."""
    if not np.isfinite(grey).all():
        raise ValueError(f"{path} has pixels that are nan or infinite: all must be finite.")
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    paper = np.median(border)
    darker, lighter = paper - grey.min(), grey.max() - paper
    contrast = max(darker, lighter)
    if contrast < FAINTEST:
        raise ValueError(f"{path} shows no ink: a digit must stand out from the paper around it.")
    ink = (paper - grey if darker >= lighter else grey - paper) / contrast
    # Paper is not quite even. Where its border is not at all, the digit reaches into it.
    unevenness = np.quantile(abs(border - paper), 0.9) / contrast
    ink[ink < np.clip(2 * unevenness, *UNEVEN)] = 0
    ink = _without_specks(ink)
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not len(rows):
        raise ValueError(f"{path} shows nothing but specks: a digit must be larger than these.")
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _without_specks(ink: np.ndarray) -> np.ndarray:
    from scipy import ndimage  # here, for it is slow to import

    parts, number = ndimage.label(ink, np.ones((3, 3)))
    masses = ndimage.sum_labels(ink, parts, np.arange(number + 1))
    return ink * (masses >= SPECK * masses.sum())[parts]


def _scaled_to_box(ink: np.ndarray) -> np.ndarray:
    """The ink (H, W) with a longer side of 20 pixels, and its darkest at 255/256."""
    from PIL import Image

    height, width = (max(1, round(BOX * length / max(ink.shape))) for length in ink.shape)
    image = Image.fromarray(ink.astype(np.float32))
    box = np.asarray(image.resize((width, height), Image.Resampling.HAMMING))
    return box / box.max() * (255 / 256)


def _centred(box: np.ndarray) -> np.ndarray:
    """The box in a field of 28 x 28, as near to the centre of its mass as it can stand."""
    field = np.zeros((FIELD, FIELD), box.dtype)
    places = []
    for axis, length in enumerate(box.shape):
        centre = np.average(np.arange(length), weights=box.sum(axis=1 - axis))
        start = min(max(round(MIDDLE - centre), 0), FIELD - length)
        places.append(slice(start, start + length))
    field[tuple(places)] = box
    return field

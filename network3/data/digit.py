"""Read a picture of a digit, and prepare it as MNIST's images were prepared."""

import math
import os
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytensor

from network3.data import bounded
from network3.data.explaining import explained

FIELD, BOX, MIDDLE = 28, 20, 14  # pixels: sides of the image and the digit, centre of mass
# Formats that Pillow reads by itself; for others, such as EPS, it starts other programs.
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "PPM")
LARGE = 1 << 22  # pixels; larger pictures are reduced, and refused if their file is too small


def read_digit(path: str | Path, *, ink: str | None = None, clean: bool = True) -> np.ndarray:
    """Return the digit in a picture as an image for a network trained on MNIST.

    The picture may have any size and mode, and dark ink on light paper or the reverse. As in MNIST,
    the paper becomes 0 and the strongest ink 255/256; the digit is scaled to a longer side of 20
    pixels and placed in 28 x 28 pixels, with its centre of mass in the middle.

    Photos are cleaned: shadows, ruled lines, a frame, the table around the paper and other writing
    are removed. Transparent pixels are paper. The picture should show one digit; if it shows
    several, the largest is read. Dirt and coarse noise may be mistaken for a digit. Pictures of
    more than 4 megapixels are reduced first.

    Parameters
    ----------
    path : str or Path
        A PNG, JPEG, GIF, BMP, TIFF, WebP or PPM file.
    ink : "dark", "light" or None
        The tone of the ink, compared with the paper. By default it is detected.
    clean : bool
        If false, assume that the paper is even, and take everything that differs from it as the
        digit.

    Returns
    -------
    array (784,), floatX, in [0, 1)

    Raises
    ------
    OSError
        If the file cannot be read.
    ValueError
        If the file is not such a picture, is damaged or too large, or shows no ink; or if `ink` is
        none of the three.
    TypeError
        If `path` is not a path.
    ImportError
        If Pillow is not installed.

    Warns
    -----
    UserWarning
        If `clean` is true, and the picture seems to show more than one digit, or only noise.

    References
    ----------
    Y. LeCun, C. Cortes, C. Burges, http://yann.lecun.com/exdb/mnist/
    """
    if ink not in (None, "dark", "light"):
        raise ValueError(f"read_digit: ink is {ink!r}, but must be 'dark', 'light' or None.")
    if not isinstance(path, str | os.PathLike):
        raise TypeError(
            f"read_digit got a {type(path).__name__}: it must be the path of a picture; a network "
            f"takes arrays of pixels as they are"
        )
    grey = _grey(Path(path), ink, clean)
    if not np.isfinite(grey).all():
        raise ValueError(f"{path} has NaN or infinite pixels: all pixels must be finite.")
    return prepared(Path(path), grey, ink, clean)


def prepared(name: str | Path, grey: np.ndarray, ink: str | None, clean: bool) -> np.ndarray:
    """Return the digit in grey levels (H, W), float32 in [0, 1], as `read_digit` does.

    `name` stands for the picture in messages.
    """
    from network3.data.ink import find_ink  # SciPy's filters are slow to import

    box = _scaled_to_box(find_ink(name, grey, ink, clean))
    return _centred(box).ravel().astype(pytensor.config.floatX)


def _grey(path: Path, ink: str | None, clean: bool) -> np.ndarray:
    """Return the picture as float32 (H, W) in [0, 1]; NaN and infinite pixels give NaN."""
    try:
        from PIL import Image, UnidentifiedImageError
    except ImportError as error:
        raise ImportError("Reading a picture needs Pillow: pip install pillow") from error
    kind = "a picture that can be read, or is damaged"
    advice = f"it must be one of {', '.join(FORMATS)}"
    bombs = Image.DecompressionBombWarning, Image.DecompressionBombError
    with open(path, "rb") as file, warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with (
                explained(path, kind, advice, but=(*bombs, UnidentifiedImageError)),
                Image.open(file, formats=FORMATS) as image,
            ):
                pixels, size = math.prod(image.size), path.stat().st_size
                if pixels > max(LARGE, bounded.DEFLATE * size):
                    raise Image.DecompressionBombError(f"{pixels} pixels in {size} bytes")
                return _levels(_at_most(LARGE, image), ink, clean)
        except UnidentifiedImageError as error:  # its message is only the repr of `file`
            raise ValueError(f"{path} is not {kind}: {advice}.") from error
        except bombs as error:
            raise ValueError(
                f"{path} is too large a picture to be one of a digit ({error}): make it smaller."
            ) from error


def _at_most(pixels: int, image: Any) -> Any:
    """Return the image, reduced if it has more pixels; the digit will be 20 pixels long anyway."""
    factor = math.ceil((math.prod(image.size) / pixels) ** 0.5)
    if factor == 1:
        return image
    image.draft(None, (image.width // factor, image.height // factor))  # reduces a JPEG
    image.load()  # turns a TIFF as its orientation says
    orientation = image.getexif().get(0x0112)
    if image.has_transparency_data:
        image = image.convert("RGBA")
    elif image.mode == "1":
        image = image.convert("L")
    elif image.mode == "P":
        image = image.convert("RGB")
    elif image.mode.startswith("I;16"):
        image = image.convert("I")
    small = image.reduce(math.ceil((math.prod(image.size) / pixels) ** 0.5))
    if orientation:
        small.getexif()[0x0112] = orientation
    return small


def _levels(image: Any, ink: str | None, clean: bool) -> np.ndarray:
    from PIL import Image, ImageOps

    image = ImageOps.exif_transpose(image)
    if image.mode[0] in "FI":  # floats, and whole numbers of more than 8 bits, in any range
        pixels = np.asarray(image, np.float32)
        with np.errstate(invalid="ignore", over="ignore"):  # the caller checks for NaN
            return (pixels - pixels.min()) / (np.ptp(pixels) or 1)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        light = ink == "light" or (ink is None and _is_light(image))
        paper = Image.new("RGBA", image.size, "black" if light else "white")
        image = Image.alpha_composite(paper, image)
    if clean and image.mode not in ("1", "L"):
        image = _clearest(image.convert("RGB"))
    return np.asarray(image.convert("L"), np.float32) / 255


def _is_light(image: Any) -> bool:
    """Return true if all visible pixels of an RGBA image are light."""
    alpha, grey = np.asarray(image.getchannel("A")), np.asarray(image.convert("L"))
    seen = grey[alpha > alpha.max() // 2]
    return bool(len(seen) and seen.min() >= 128)


def _clearest(image: Any) -> Any:
    """Return the channel of an RGB image with far more contrast than grey; else the image."""
    small = image.reduce(-(-max(image.size) // 64))
    spreads = [np.ptp(channel) for channel in (small.convert("L"), *small.split())]
    clearest = int(np.argmax(spreads))
    much = spreads[clearest] > 2.5 * spreads[0]
    return image.getchannel(clearest - 1) if much else image


def _scaled_to_box(ink: np.ndarray) -> np.ndarray:
    """Scale the ink (H, W) to a longer side of 20 pixels and a maximum of 255/256."""
    from PIL import Image

    height, width = (max(1, round(BOX * length / max(ink.shape))) for length in ink.shape)
    image = Image.fromarray(ink.astype(np.float32))
    box = np.asarray(image.resize((width, height), Image.Resampling.HAMMING))
    return box / box.max() * (255 / 256)


def _centred(box: np.ndarray) -> np.ndarray:
    """Place the box in 28 x 28 pixels, with its centre of mass as near to the middle as it fits."""
    field = np.zeros((FIELD, FIELD), box.dtype)
    places = []
    for axis, length in enumerate(box.shape):
        centre = np.average(np.arange(length), weights=box.sum(axis=1 - axis))
        start = min(max(round(MIDDLE - centre), 0), FIELD - length)
        places.append(slice(start, start + length))
    field[tuple(places)] = box
    return field

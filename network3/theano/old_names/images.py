"""scipy.misc's functions for images, which it had until SciPy 1.2; they need Pillow."""

from typing import Any

import numpy as np

# Pillow's numbers for what `imresize` calls interpolations.
INTERPOLATIONS = {"nearest": 0, "lanczos": 1, "bilinear": 2, "bicubic": 3, "cubic": 3}


def _pillow():
    try:
        from PIL import Image
    except ImportError:
        raise ImportError("scipy.misc's images need Pillow: pip install pillow") from None
    return Image


def imread(name: Any, flatten: bool = False, mode: str | None = None) -> np.ndarray:
    """Return the pixels of an image file: (H, W), or (H, W, 3 or 4) if it has colours."""
    image = _pillow().open(name)
    if mode is not None and mode != image.mode:
        image = image.convert(mode)
    elif image.mode == "P":
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    if flatten:
        image = image.convert("F")
    elif image.mode == "1":
        image = image.convert("L")
    return np.array(image)


def bytescale(
    data: Any, cmin: Any = None, cmax: Any = None, high: int = 255, low: int = 0
) -> np.ndarray:
    """Return uint8, scaled so that `cmin` becomes `low` and `cmax` becomes `high`."""
    data = np.asarray(data)
    if data.dtype == np.uint8:
        return data
    smallest, largest = data.min() if cmin is None else cmin, data.max() if cmax is None else cmax
    scale = (high - low) / (float(largest - smallest) or 1.0)
    return (((data - smallest) * scale + low).clip(low, high) + 0.5).astype(np.uint8)


def toimage(arr: Any, high: int = 255, low: int = 0, cmin: Any = None, cmax: Any = None, **options):
    """Return the image of (H, W), or of three or four channels, the first axis of 3 or 4 long."""
    mode = options.pop("mode", None)
    channel_axis = options.pop("channel_axis", None)
    if options:
        raise TypeError(f"toimage got {', '.join(options)}, which network3.theano's does not take")
    data = np.asarray(arr)
    if data.ndim == 2:
        if mode == "F":
            return _pillow().fromarray(data.astype(np.float32))
        return _pillow().fromarray(bytescale(data, cmin, cmax, high, low)).convert(mode or "L")
    axes = [axis for axis, n in enumerate(data.shape) if n in (3, 4)]
    if data.ndim != 3 or not axes:
        raise ValueError(f"'arr' does not have a suitable array shape for any mode: {data.shape}")
    pixels = np.moveaxis(data, axes[0] if channel_axis is None else channel_axis, 2)
    image = _pillow().fromarray(np.ascontiguousarray(bytescale(pixels, cmin, cmax, high, low)))
    return image.convert(mode) if mode else image


def imsave(name: Any, arr: Any, format: str | None = None) -> None:
    """Write an image file; the values are scaled to 0..255 unless they are uint8."""
    toimage(arr).save(name, format)


def imresize(arr: Any, size: Any, interp: str = "bilinear", mode: str | None = None) -> np.ndarray:
    """Return uint8 of another size: a percentage (int), a factor (float), or (rows, columns)."""
    image = toimage(arr, mode=mode)
    if isinstance(size, int | np.integer):
        wanted = tuple((np.array(image.size) * (size / 100.0)).astype(int))
    elif isinstance(size, float | np.floating):
        wanted = tuple((np.array(image.size) * size).astype(int))
    else:
        wanted = (size[1], size[0])
    resized = image.resize(tuple(int(n) for n in wanted), resample=INTERPOLATIONS[interp])
    return np.array(resized)

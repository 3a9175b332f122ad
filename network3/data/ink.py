"""Find the ink of a digit in the grey levels of a picture, and ignore everything else.

In a scan the paper has one level, and everything else is ink. A photo may show shadows, ruled
lines, a frame, or the table beside the paper. Therefore the level of the paper is estimated at each
pixel, by morphology, and only strokes that belong together are kept.
"""

import warnings
from pathlib import Path

import numpy as np
from scipy import ndimage

FAINTEST = 0.08  # minimum contrast of ink, as a share of the range from black to white
UNEVEN = 0.1, 0.3  # bounds of the threshold for ink, as shares of the contrast; 0.1 for JPEG
SPECK = 0.02  # separate parts with a smaller share of the ink are dirt
AROUND = np.ones((3, 3))  # the neighbours of a pixel

# The rest is for photos. Lengths are shares of the shorter side, unless the comment says otherwise.
EVEN = 0.2  # paper is even if it varies less than this share of the contrast
LONGEST = 480  # pixels; the longer side that photos are reduced to
STROKE = 0.3  # side of the morphological filter that finds the paper; strokes must be thinner
CLEAR = 5  # minimum contrast of ink, in multiples of the noise
TILT = np.linspace(-0.1, 0.1, 41)  # slopes of ruled lines
RULED = 0.8, 0.04  # ruled lines: minimum share of the width, maximum thickness by the height
SMALL = 0.12  # minimum length of a digit
EDGE = 0.4  # minimum step of an edge, as a share of the steepest
SHARP = 2 / 3  # minimum share of a digit's rim where the picture has an edge
AT_EDGE = 0.25  # maximum share of a digit's length along the edge of the picture
RIVAL = 0.5  # another part may be a digit from this share of the digit's length or of all ink
GRAIN = 0.35  # a picture is noise if smoothing leaves less than this share of its contrast
TALL = 0.7  # two parts side by side may be digits from this share of the height of the ink
NEAR = 0.25  # maximum distance of a digit's parts, as a share of its length
SOLID = 0.86, 0.6  # a sheet of paper: minimum share of its filled area, and thickness by length


def find_ink(path: Path, grey: np.ndarray, tone: str | None, clean: bool) -> np.ndarray:
    """Return the amount of ink in each pixel, cropped to the ink.

    Parameters
    ----------
    path : Path
        The picture, for messages.
    grey : array (H, W), float32 in [0, 1]
    tone : "dark", "light" or None
        The tone of the ink, compared with the paper; None to detect it.
    clean : bool
        If true, remove everything that is not the digit. If the picture shows only a digit on even
        paper, the result is the same as with false.

    Returns
    -------
    array, float32
        Pixels of the paper are 0.

    Raises
    ------
    ValueError
        If there is no ink.

    Warns
    -----
    UserWarning
        If `clean` is true, and there seems to be more than one digit, or only noise.
    """
    ink, others = _on_even_paper(grey, tone), False
    if clean and not (ink is not None and _paper_is_even(grey, ink) and _is_a_digit(ink, grey)):
        cleaned, others = _on_any_paper(grey, tone)
        if cleaned is None:
            others = ndimage.gaussian_filter(grey, 1).std() < GRAIN * grey.std()
        else:
            ink = cleaned
    if ink is None:
        raise ValueError(
            f"{path} shows no {tone + ' ' if tone else ''}ink: a digit must stand out from the "
            "paper around it."
        )
    if not ink.any():
        raise ValueError(f"{path} shows nothing but specks: a digit must be larger.")
    box = _box(ink)
    whole = all(
        side.start > 0 and side.stop < end for side, end in zip(box, ink.shape, strict=True)
    )
    if clean and (others or (whole and _side_by_side(_reduced(ink[box]) > 0))):
        top, bottom, left, right = (
            round(100 * end / length)
            for side, length in zip(box, ink.shape, strict=True)
            for end in (side.start, side.stop)
        )
        warnings.warn(
            f"{path} shows more than one digit, or none: the part from {top} to {bottom} % of its "
            f"height and {left} to {right} % of its width is read as one digit. "
            "Crop the picture to a single digit.",
            UserWarning,
            stacklevel=3,
        )
    return ink[box]


def _on_even_paper(grey: np.ndarray, tone: str | None) -> np.ndarray | None:
    """Return the ink (H, W), at most 1, of paper with the border's level; None without ink."""
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    paper = np.median(border)
    darker, lighter = paper - grey.min(), grey.max() - paper
    dark = darker >= lighter if tone is None else tone == "dark"
    contrast = darker if dark else lighter
    if contrast < FAINTEST:
        return None
    ink = (paper - grey if dark else grey - paper) / contrast
    # Paper is not quite even. If the border is very uneven, the digit reaches into it.
    unevenness = np.quantile(abs(border - paper), 0.9) / contrast
    ink[ink < np.clip(2 * unevenness, *UNEVEN)] = 0
    return _without_specks(ink)


def _without_specks(ink: np.ndarray) -> np.ndarray:
    parts, number = ndimage.label(ink, AROUND)
    masses = ndimage.sum_labels(ink, parts, np.arange(number + 1))
    return ink * (masses >= SPECK * masses.sum())[parts]


def _box(ink: np.ndarray) -> tuple[slice, slice]:
    (box,) = ndimage.find_objects((ink != 0).astype(np.int8))
    return box


# Is it a scan, or a photo?


def _paper_is_even(grey: np.ndarray, ink: np.ndarray) -> bool:
    """Return true if nothing differs from the border's level in the direction opposite to ink."""
    small, ink = _reduced(grey), _reduced(ink)
    border = np.concatenate([small[0], small[-1], small[:, 0], small[:, -1]])
    away = ndimage.gaussian_filter(small, 1, mode="nearest") - np.median(border)
    if (ink * away).sum() < 0:
        away = -away
    return bool(-away.min() <= EVEN * away.max())


def _is_a_digit(ink: np.ndarray, grey: np.ndarray) -> bool:
    """Return true if the ink consists of strokes that belong together, and nothing else."""
    small = _reduced(ink)
    mask = small > UNEVEN[0] * small.max()
    digit, _ = _digit_in(mask, small)
    if not digit.any() or (digit != mask).any() or _is_a_sheet(digit):
        return False
    # Ink along the picture's edge is a digit only if it has sharp edges; a shadow does not.
    small = ndimage.gaussian_filter(_reduced(grey), 1, mode="nearest")
    return not _along_the_edge(digit) or _ends_sharply(digit, small)


def _along_the_edge(digit: np.ndarray) -> bool:
    """Return true if more of the digit lies along the picture's edge than strokes would."""
    edge = np.concatenate([digit[0], digit[-1], digit[1:-1, 0], digit[1:-1, -1]])
    return bool(edge.sum() > AT_EDGE * max(_size(_box(digit))))


def _is_a_sheet(digit: np.ndarray) -> bool:
    """Return true if it is solid except for writing on it, like a sheet of paper on a table."""
    digit = digit[_box(digit)]
    filled = ndimage.binary_fill_holes(digit)
    full = SOLID[0] * filled.sum() < digit.sum() < filled.sum()
    return bool(full and _thickness(filled) > SOLID[1] * max(digit.shape))


def _is_rectangular(mask: np.ndarray) -> bool:
    """Return true if the mask, without its holes, fills a rectangle, which may be rotated."""
    filled = ndimage.binary_fill_holes(mask)
    y, x = np.nonzero(filled & ~ndimage.binary_erosion(filled))
    turns = np.linspace(0, np.pi / 2, 46)
    areas = [
        (np.ptp(x * np.cos(turn) + y * np.sin(turn)) + 1)
        * (np.ptp(y * np.cos(turn) - x * np.sin(turn)) + 1)
        for turn in turns
    ]
    return bool(filled.sum() > SOLID[0] * min(areas))


def _reduced(levels: np.ndarray) -> np.ndarray:
    from PIL import Image

    return np.asarray(Image.fromarray(levels).reduce(-(-max(levels.shape) // LONGEST)))


def _thickness(mask: np.ndarray) -> float:
    return 2 * ndimage.distance_transform_edt(np.pad(mask, 1)).max() - 1


# In a photo


def _on_any_paper(grey: np.ndarray, tone: str | None) -> tuple[np.ndarray | None, bool]:
    """Return the ink of the digit, reduced, or None; and true if there may be other digits."""
    small = ndimage.gaussian_filter(_reduced(grey), 1, mode="nearest")
    found = [
        strokes
        for dark in (True, False)
        if tone in (None, "dark" if dark else "light")
        and (strokes := _local_ink(small, dark)) is not None
    ]
    if not found:
        return None, False

    def likelihood(strokes: tuple[np.ndarray, bool]) -> tuple[bool, float]:
        ink, _ = strokes
        sheet = _is_a_sheet(ink > 0) and _is_rectangular(ink > 0)
        return not sheet, ink[_box(ink)].size ** 0.5 * _edged(ink, small) ** 8

    # There are light patches between dark strokes, but they are smaller, or end without an edge.
    # Paper on a dark table is a light patch, too, but a digit is not a rectangle.
    return max(found, key=likelihood)


def _local_ink(grey: np.ndarray, dark: bool) -> tuple[np.ndarray, bool] | None:
    """Return the ink (H, W) of dark or light strokes, compared with the paper around each pixel.

    The second value is true if there may be other digits. Return None if there is no ink.
    """
    width = int(STROKE * min(grey.shape)) | 1
    if dark:
        paper = ndimage.grey_closing(grey, width)
        ink = (paper - grey) / np.maximum(paper, 1 / 8)  # a shadow darkens ink and paper alike
    else:
        ink = grey - ndimage.grey_opening(grey, width)
    ink -= np.median(ink)
    noise, contrast = 1.48 * np.median(abs(ink)), np.quantile(ink, 0.999)
    if contrast < max(FAINTEST, CLEAR * noise):
        return None
    digit, others = _digit_in(
        ink > np.clip(CLEAR * noise, UNEVEN[0] * contrast, 0.4 * contrast), ink
    )
    return (np.where(digit, ink, 0), others) if digit.any() else None


def _edged(ink: np.ndarray, grey: np.ndarray) -> float:
    """Return the share of the ink's rim where the picture has an edge, too."""
    steps = _steps(grey)[(ink > 0) & ~ndimage.binary_erosion(ink > 0, AROUND)]
    return float((steps > EDGE * np.quantile(steps, 0.75)).mean())


def _ends_sharply(ink: np.ndarray, grey: np.ndarray) -> bool:
    """Return true if the picture has its strongest edges along the ink's rim."""
    steps = _steps(grey)
    rim = steps[(ink > 0) & ~ndimage.binary_erosion(ink > 0, AROUND, border_value=1)]
    return bool((rim > EDGE * steps.max()).mean() > SHARP)


def _steps(grey: np.ndarray) -> np.ndarray:
    """Return, for each pixel, the log ratio of the lightest to the darkest within two pixels."""
    levels = np.log(grey + 0.1)
    return ndimage.maximum_filter(levels, 5) - ndimage.minimum_filter(levels, 5)


# The parts of the digit


def _digit_in(mask: np.ndarray, ink: np.ndarray) -> tuple[np.ndarray, bool]:
    """Return the part of the mask that is a digit, and true if other parts may be digits.

    If no part is large enough to be a digit, return all of the mask except ruled lines.
    """
    mask = _without_lines(_without_lines(mask).T).T
    parts, number = ndimage.label(mask, AROUND)
    boxes = ndimage.find_objects(parts)
    masses = ndimage.sum_labels(ink, parts, np.arange(1, number + 1))
    lengths = np.array([max(_size(box)) for box in boxes])
    edge = np.concatenate([parts[0], parts[-1], parts[1:-1, 0], parts[1:-1, -1]])
    at_edge = np.bincount(edge, minlength=number + 1)[1:]
    strokes = (at_edge <= AT_EDGE * lengths) & ~_frames(parts, boxes, lengths)
    long = np.flatnonzero(strokes & (lengths >= SMALL * min(mask.shape)))
    if not len(long):
        return mask, False
    largest = long[masses[long].argmax()]
    if not at_edge[largest]:
        strokes &= at_edge == 0
    others = np.flatnonzero(strokes & (masses >= SPECK * masses[strokes].sum()))
    digit = np.isin(parts, 1 + _near(boxes, largest, set(others.tolist())))
    left = np.setdiff1d(long[strokes[long]], parts[digit] - 1)
    long_left = (lengths[left] >= RIVAL * max(_size(_box(digit)))).any()
    return digit, bool(long_left or ink[digit].sum() < RIVAL * masses[strokes].sum())


def _without_lines(mask: np.ndarray) -> np.ndarray:
    """Return the mask (H, W) without ruled lines across it, if anything thicker remains."""
    height, width = mask.shape
    y, x = np.nonzero(mask)

    def lengths(tilt):  # of lines with this slope, by the row where they cross the middle column
        rows = np.floor(y + tilt * (x - width / 2) + 0.5).astype(int) + width
        return np.bincount(rows, minlength=height + 2 * width) / width

    tilt = max(TILT, key=lambda tilt: (lengths(tilt) ** 4).sum())
    bands, number = ndimage.label(lengths(tilt) >= RULED[0])
    thicknesses = np.bincount(bands)
    thin = thicknesses <= RULED[1] * height + 1
    thin[0] = False
    if not thin.any():
        return mask
    thickness = thicknesses[thin].max()
    rows = np.arange(height)[:, None] + tilt * (np.arange(width) - width / 2) + 0.5
    lines = ndimage.binary_dilation(thin[bands])[np.floor(rows).astype(int) + width]
    strokes = ndimage.binary_opening(mask, np.ones((2 * thickness + 3, 1)))  # across the lines
    left = mask & ~(lines & ~strokes)
    return left if _thickness(left) >= 1.5 * thickness else mask


def _size(box: tuple[slice, slice]) -> list[int]:
    return [side.stop - side.start for side in box]


def _frames(parts: np.ndarray, boxes: list, lengths: np.ndarray) -> np.ndarray:
    """Return, for each part, true if it lies along its box's four sides and has others inside."""

    def is_frame(number):
        box = boxes[number]
        inside = np.unique(parts[box])
        inside = inside[(inside > 0) & (inside != number + 1)] - 1
        if not (lengths[inside] >= SMALL * lengths[number]).any():
            return False
        part = parts[box] == number + 1
        depth = max(2, round(0.12 * min(part.shape)))
        sides = part[:depth], part[-depth:], part[:, :depth].T, part[:, -depth:].T
        middle = part[depth:-depth, depth:-depth]
        return min(side.any(0).mean() for side in sides) > 0.8 and middle.sum() < 0.05 * part.sum()

    long = lengths >= 2 * SMALL * min(parts.shape)
    return np.array([long[number] and is_frame(number) for number in range(len(boxes))], bool)


def _side_by_side(ink: np.ndarray) -> bool:
    """Return true if there are two tall parts, one to the right of the other."""
    boxes = ndimage.find_objects(ndimage.label(ink, AROUND)[0])
    tall = [across for down, across in boxes if down.stop - down.start >= TALL * len(ink)]
    return any(a.stop <= b.start for a in tall for b in tall)


def _near(boxes: list, largest: int, others: set[int]) -> np.ndarray:
    """Return the largest part, the parts near it, those near these, and so on.

    The strokes of a digit need not touch.
    """
    reach = NEAR * max(_size(boxes[largest]))
    chosen, box = {largest}, boxes[largest]
    while True:
        near = {
            number
            for number in others - chosen
            if all(
                a.start - b.stop <= reach and b.start - a.stop <= reach
                for a, b in zip(box, boxes[number], strict=True)
            )
        }
        if not near:
            return np.array(sorted(chosen))
        chosen |= near
        sides = zip(*(boxes[number] for number in chosen), strict=True)
        box = tuple(slice(min(s.start for s in side), max(s.stop for s in side)) for side in sides)

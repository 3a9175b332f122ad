"""Put images and labels into the shared variables that SGD takes."""

from typing import Any

import numpy as np
import pytensor
from pytensor.compile.sharedvalue import SharedVariable

from network3.checks import images as checks

Data = tuple[SharedVariable, SharedVariable]


def share(images: Any, labels: Any) -> Data:
    """Return your own images and labels as a pair of shared variables, as SGD takes them.

    Parameters
    ----------
    images : array or lists, (n, pixels), (n, H, W) or (n, 1, H, W)
        Grey levels as whole numbers k in 0..255, which become k/256 as in MNIST; or floats in
        [0, 1]; or bools. 0 is the background.
    labels : array or lists, (n,)
        The classes, whole numbers from 0; there may be any number of classes. Other whole numbers,
        such as -1, mark images without a label, which a network can be tested on but not trained.

    Returns
    -------
    pair of shared variables
        Images (n, pixels), floatX, and labels (n,), int32. They are copies.

    Raises
    ------
    ValueError, TypeError
        If images or labels are anything else, or differ in number.
    """
    given = checks.as_array("share got images", images)
    rows = checks.images("share got images", given)
    classes = checks.labels("share got labels", labels)
    checks.same_number("share got", "", rows, classes)
    if np.may_share_memory(rows, given):
        rows = rows.copy()
    return _shared("images", rows), _shared("labels", classes)


def share_part(where: str, name: str, images: Any, labels: Any, any_range: bool = False) -> Data:
    """Return one part of a file's data as a pair of shared variables, without copying.

    `name` is "training", "validation" or "test". `where` begins the messages of errors, as in
    "digits.npz holds". With `any_range`, the original's rules apply, see `checks.images`.
    """
    rows = checks.images(f"{where} {name} images", images, any_range)
    classes = checks.labels(f"{where} {name} labels", labels, any_number=any_range)
    checks.same_number(where, f"{name} ", rows, classes, only_warn=any_range)
    return _shared(f"{name}_images", rows), _shared(f"{name}_labels", classes)


def _shared(name: str, array: np.ndarray) -> SharedVariable:
    # The original stored the labels as floats and cast them. Here they are int32, because under JAX
    # a cast of all labels would run at every call, while a cast from int32 to int32 does nothing.
    return pytensor.shared(array, name=name, borrow=True)

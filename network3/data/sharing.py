"""Hand arrays to a net: images and labels as the shared variables that SGD takes."""

from typing import Any

import numpy as np
import pytensor
from pytensor.compile.sharedvalue import SharedVariable

from network3.checks import images as checks

Data = tuple[SharedVariable, SharedVariable]


def share(images: Any, labels: Any) -> Data:
    """Return images and labels of one's own as a pair of shared variables, as SGD takes them.

    Parameters
    ----------
    images : array or lists, (n, pixels), (n, H, W) or (n, 1, H, W)
        Whole numbers 0..255, of which the grey level k becomes k/256 as in MNIST, floats in [0, 1],
        or bools. 0 is the background.
    labels : array or lists, (n,)
        The classes, whole numbers from 0; there may be any number of classes. Other whole numbers,
        such as -1, mark images that are not labelled, which can be tested on but not trained on.

    Returns
    -------
    pair of shared variables
        Images (n, pixels), floatX, and labels (n,), int32. They are copies.

    Raises
    ------
    ValueError, TypeError
        For anything else; the sentence says what came and what to do.
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

    `name` is "training", "validation" or "test", and `where` begins the sentence of an error, as in
    "digits.npz holds". With `any_range` the original's rules hold, see `checks.images`.
    """
    rows = checks.images(f"{where} {name} images", images, any_range)
    classes = checks.labels(f"{where} {name} labels", labels, any_number=any_range)
    checks.same_number(where, f"{name} ", rows, classes, only_warn=any_range)
    return _shared(f"{name}_images", rows), _shared(f"{name}_labels", classes)


def _shared(name: str, array: np.ndarray) -> SharedVariable:
    # The labels are stored as int32, where the original stored floats and cast them. Under JAX
    # a cast of all the labels would run at every call; a cast of int32 to int32 is no operation.
    return pytensor.shared(array, name=name, borrow=True)

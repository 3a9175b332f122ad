"""Split data into three parts, for training, validation and testing."""

from pathlib import Path

import numpy as np

from network3.checks import images as checks

Pair = tuple[np.ndarray, np.ndarray]


def with_validation(path: Path, training: Pair, test: Pair) -> list[Pair]:
    """Return three pairs: the last sixth of the training data becomes the validation data.

    So MNIST's 60,000 training images become 50,000 and 10,000, as in the book.
    """
    images, labels = training
    checks.same_number(f"{path} holds", "training ", images, labels)
    kept = len(images) - len(images) // 6
    if kept == len(images):
        raise ValueError(
            f"{path} holds {len(images)} training images: at least 6 are needed, one of them for "
            "validation."
        )
    return [(images[:kept], labels[:kept]), (images[kept:], labels[kept:]), test]


def in_three(path: Path, whole: Pair) -> list[Pair]:
    """Return three pairs: five sevenths for training, then one for validation, one for testing."""
    images, labels = whole
    checks.same_number(f"{path} holds", "", images, labels)
    seventh = len(images) // 7
    if not seventh:
        raise ValueError(
            f"{path} holds {len(images)} images: at least 7 are needed, five for training, "
            "one for validation and one for testing."
        )
    last, kept = len(images) - seventh, len(images) - 2 * seventh
    return [
        (images[:kept], labels[:kept]),
        (images[kept:last], labels[kept:last]),
        (images[last:], labels[last:]),
    ]

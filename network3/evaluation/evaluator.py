"""What a net gives for any number of images, as arrays."""

import numpy as np

from network3.data import pairs as checks
from network3.engine import backend
from network3.evaluation import image_by_image

PIECE = 100  # images at once, where a net treats each for itself


class Evaluation:
    """A variable of a net, evaluated for as many images as are given.

    Parameters
    ----------
    net : Network
    output : variable (mini-batch size, ...) with an entry for each image
    """

    def __init__(self, net, output):
        output = backend.fused(output)
        found = image_by_image.for_any_number(output, net.x, net.mini_batch_size)
        self.size = PIECE if found else net.mini_batch_size
        output, x = found or (output, net.x)
        self.function = backend.function([x], output)

    def __call__(self, images):
        """(n, ...) from images (n, pixels). Pieces all have the same size, the last one is filled
        up with zeros: JAX compiles for a size, and a net may be made for one."""
        results = []
        for start in range(0, len(images), self.size):
            piece = images[start : start + self.size]
            missing = self.size - len(piece)
            if missing:
                piece = np.pad(piece, ((0, missing), (0, 0)))
            results.append(np.asarray(self.function(piece))[: self.size - missing])
        return np.concatenate(results)


def labelled(predicted, labels):
    """The predicted classes and the labels as arrays, once they are known to fit.

    Raises
    ------
    ValueError
    """
    labels = np.asarray(labels.get_value() if hasattr(labels, "get_value") else labels)
    if labels.shape != predicted.shape or labels.dtype.kind not in "iu":
        raise ValueError(
            f"Network got labels of shape {labels.shape} in {labels.dtype} for {len(predicted)} "
            f"images: they must be whole numbers, one for each image"
        )
    if labels.size and labels.min() < 0:
        raise ValueError(f"Network got labels down to {labels.min()}: they are counted from 0")
    return predicted, labels.astype(np.int64)


def confusion_matrix(predicted, labels, classes):
    """(classes, classes) counts: row l, column k, images with label l that were taken for k."""
    classes = max(classes, predicted.max() + 1, labels.max() + 1)
    return np.bincount(labels * classes + predicted, minlength=classes**2).reshape(classes, classes)


def checked_images(net, images):
    """`images` as rows of pixels (n, pixels) in the net's dtype, or ValueError or TypeError.

    Parameters
    ----------
    images : shared variable or array, (n, pixels), (n, H, W) or one image (pixels,)
    """
    if hasattr(images, "get_value"):
        images = images.get_value(borrow=True)
    array = np.asarray(images)
    if array.dtype.kind not in "fiub" or array.ndim == 0:
        raise TypeError(
            f"Network got {type(images).__name__} of {array.dtype}: images must be numbers of shape"
            f" (n, pixels)"
        )
    if array.dtype.kind in "iu":
        raise TypeError(
            f"Network got images in {array.dtype}: divide grey levels by 256, as the training data "
            f"were, or use network3.share"
        )
    if not array.size:
        raise ValueError("Network got no images: it needs at least one")
    rows = array.reshape(1, -1) if array.ndim == 1 else array.reshape(len(array), -1)
    checks.pixels(net, "Network got", rows.shape[1])
    if not np.isfinite(rows).all():
        raise ValueError("Network got images with nan or infinite pixels: all must be finite")
    return np.ascontiguousarray(rows, net.x.dtype)


def cost(probabilities, labels):
    """The mean of -log(probability of the label)."""
    chosen = probabilities[np.arange(len(labels)), labels].astype(float)
    return float(-np.mean(np.log(np.maximum(chosen, np.finfo(float).tiny))))

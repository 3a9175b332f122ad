"""Check that data and images fit a network, and raise errors that explain if they do not."""

import math
from collections.abc import Sequence

import numpy as np
from pytensor.compile.mode import Mode
from pytensor.compile.sharedvalue import SharedVariable
from pytensor.graph.basic import Variable

from network3.data.mnist import size
from network3.layers.layer import as_layer


def check_trainable(net, mini_batch_size):
    """Raise ValueError or TypeError unless SGD can train the network."""
    if mini_batch_size != net.mini_batch_size:
        raise ValueError(
            f"SGD got mini_batch_size = {mini_batch_size!r} but the net is built for mini-batches "
            f"of {net.mini_batch_size}: they must be the same"
        )
    for role in ("cost", "accuracy"):
        if not hasattr(net.layers[-1], role):
            raise TypeError(
                f"The last layer, {type(net.layers[-1]).__name__}, has no {role}: to be trained, a "
                f"network must end with a layer that has cost(net) and accuracy(y), such as "
                f"SoftmaxLayer"
            )


def check(net, name, pair, at_least_a_mini_batch=True):
    """Raise ValueError or TypeError unless the network can be trained or evaluated with a pair."""
    try:
        images, labels = pair
    except (TypeError, ValueError):
        length = f" of {len(pair)}" if isinstance(pair, Sequence) else ""
        raise TypeError(
            f"{name} must be a pair (images, labels), as load_data_shared returns it, not a "
            f"{type(pair).__name__}{length}"
        ) from None
    if not isinstance(images, SharedVariable) or not isinstance(labels, Variable):
        raise TypeError(
            f"{name} must hold shared variables, not {type(images).__name__} and "
            f"{type(labels).__name__}: network3.share(images, labels) makes them of arrays"
        )
    _check_images(net, name, images)
    _check_labels(net, name, labels, size(pair))
    if at_least_a_mini_batch and size(pair) < net.mini_batch_size:
        raise ValueError(
            f"{name} has {size(pair)} images, fewer than one mini-batch of {net.mini_batch_size}: "
            f"use a smaller mini_batch_size or more images"
        )


def _check_images(net, name, images):
    if images.type.ndim != 2 or images.dtype != net.x.dtype:
        raise TypeError(
            f"{name} has images of {images.type.ndim} dimensions in {images.dtype}, but the net "
            f"takes rows of pixels in {net.x.dtype}: use shared(array.reshape(len(array), -1)"
            f".astype({net.x.dtype!r}))"
        )
    _check_pixels(net, f"{name} has", images.get_value(borrow=True).shape[1])


def _check_pixels(net, who, count):
    first = as_layer(net.layers[0])
    if first.input_shape is not None and count != math.prod(first.input_shape):
        raise ValueError(
            f"{who} images of {count} pixels but the first layer takes "
            f"{math.prod(first.input_shape)} ({first.input_source})"
        )


def _check_labels(net, name, labels, images):
    if labels.type.ndim != 1 or not labels.dtype.startswith(("int", "uint")):
        raise TypeError(
            f"{name} has labels of {labels.type.ndim} dimensions in {labels.dtype}, but they must "
            f"be a vector of whole numbers: use pytensor.tensor.cast(labels, 'int32')"
        )
    values = value(labels)
    if len(values) != images:
        raise ValueError(
            f"{name} has {images} images but {len(values)} labels: every image needs its label"
        )
    classes = as_layer(net.layers[-1]).n_out
    if classes and len(values) and not 0 <= values.min() <= values.max() < classes:
        raise ValueError(
            f"{name} has labels from {values.min()} to {values.max()}, but the last layer has "
            f"{classes} outputs: labels must lie in 0..{classes - 1}"
        )


def chance(labels):
    """Return the share of the most common label, or None if there are fewer than 1000 labels.

    With so few labels a network may fall below this share by bad luck.
    """
    labels = value(labels)
    return float(np.bincount(labels).max() / len(labels)) if len(labels) >= 1000 else None


def value(variable):
    """Return the value of a shared variable or of a cast of one, without compiling anything."""
    if isinstance(variable, SharedVariable):
        return np.asarray(variable.get_value(borrow=True))
    return np.asarray(variable.eval(mode=Mode(linker="py", optimizer=None)))


def images_for(net, images):
    """Return `images` as rows of pixels (n, pixels) in the network's dtype.

    Parameters
    ----------
    images : shared variable or array, (n, pixels), (n, H, W) or one image (pixels,)

    Raises
    ------
    TypeError, ValueError
        If `images` is anything else, or does not fit the network.
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
    _check_pixels(net, "Network got", rows.shape[1])
    if not np.isfinite(rows).all():
        raise ValueError("Network got images with nan or infinite pixels: all must be finite")
    return np.ascontiguousarray(rows, net.x.dtype)


def labelled(predicted, labels):
    """Return predicted classes and labels as arrays (n,), or raise ValueError on a mismatch."""
    labels = np.asarray(labels.get_value() if hasattr(labels, "get_value") else labels)
    if labels.shape != predicted.shape or labels.dtype.kind not in "iu":
        raise ValueError(
            f"Network got labels of shape {labels.shape} in {labels.dtype} for {len(predicted)} "
            f"images: they must be whole numbers, one for each image"
        )
    if labels.size and labels.min() < 0:
        raise ValueError(f"Network got labels down to {labels.min()}: they are counted from 0")
    return predicted, labels.astype(np.int64)

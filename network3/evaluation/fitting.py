"""Check that data and images fit a network, and raise errors that explain if they do not."""

import logging
import math
import warnings
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from pytensor.compile.mode import Mode
from pytensor.compile.sharedvalue import SharedVariable
from pytensor.graph.basic import Variable, equal_computations

from network3.checks.numbers import whole_number
from network3.data.mnist import size
from network3.layers import SoftmaxLayer
from network3.layers.layer import as_layer

log = logging.getLogger("network3")


def check_trainable(net, mini_batch_size):
    """Return SGD's mini_batch_size; raise ValueError or TypeError if it cannot train the network.

    As in the original, a size larger than the network's only leaves images out, so it is a warning.
    """
    mini_batch_size = whole_number("SGD", "mini_batch_size", mini_batch_size)
    mismatch = (
        f"SGD got mini_batch_size = {mini_batch_size} but the network's mini_batch_size is "
        f"{net.mini_batch_size}"
    )
    if mini_batch_size < net.mini_batch_size:
        raise ValueError(f"{mismatch}: they must be equal")
    if mini_batch_size > net.mini_batch_size:
        _warn(
            f"{mismatch}: only {net.mini_batch_size} of every {mini_batch_size} images are used; "
            f"make them equal to use all images",
            level=4,
        )
    for role in ("cost", "accuracy"):
        if not hasattr(net.layers[-1], role):
            raise TypeError(
                f"The last layer, {type(net.layers[-1]).__name__}, has no {role}: to be trained, a "
                f"network must end with a layer that has cost(net) and accuracy(y), such as "
                f"SoftmaxLayer"
            )
    return mini_batch_size


def check_sets(net, training_data, validation_data, test_data, mini_batch_size, shuffle):
    """Raise ValueError or TypeError unless SGD can use these data sets; `test_data` may be None.

    Like the original, SGD accepts test data smaller than a mini-batch, images without a label if
    they fill no mini-batch, labels left over, and validation and test labels that are no classes.
    """
    sets = {"training_data": training_data, "validation_data": validation_data}
    if test_data is not None:
        sets["test_data"] = test_data
    for name, pair in sets.items():
        _check_pair(net, name, pair)
        images, labels = size(pair), value(pair[1])
        used = images // mini_batch_size * net.mini_batch_size
        if shuffle and name == "training_data":
            used = images
        _check_numbers(name, images, len(labels), used)
        _check_filled(name, images, mini_batch_size)
        _check_classes(net, name, labels[:used])


def check(net, name, pair):
    """Raise ValueError or TypeError unless the network can be evaluated on all images of a pair."""
    _check_pair(net, name, pair)
    images = size(pair)
    _check_numbers(name, images, len(value(pair[1])), images, exactly=True)


def _check_pair(net, name, pair):
    try:
        images, labels = pair
    except (TypeError, ValueError):
        if pair is None:
            raise TypeError(
                f"{name} is None: only test_data may be; give a pair (images, labels), as "
                f"load_data_shared returns it"
            ) from None
        length = f" of {len(pair)}" if isinstance(pair, Sequence) else ""
        raise TypeError(
            f"{name} must be a pair (images, labels), as load_data_shared returns it, not a "
            f"{type(pair).__name__}{length}"
        ) from None
    if not isinstance(images, SharedVariable) or not isinstance(labels, Variable):
        raise TypeError(
            f"{name} must hold shared variables, not {type(images).__name__} and "
            f"{type(labels).__name__}: network3.share(images, labels) creates them from arrays"
        )
    _check_images(net, name, images)
    if labels.type.ndim != 1 or not labels.dtype.startswith(("int", "uint")):
        raise TypeError(
            f"{name} has labels of {labels.type.ndim} dimensions in {labels.dtype}, but they must "
            f"be a vector of whole numbers: use pytensor.tensor.cast(labels, 'int32')"
        )


def _check_numbers(name, images, labels, used, exactly=False):
    """Raise ValueError if one of the `used` images has no label; warn if the numbers differ."""
    if labels == images:
        return
    mismatch = f"{name} has {images} images but {labels} labels: every image needs its label"
    if labels < used or exactly:
        raise ValueError(mismatch)
    _warn(f"{mismatch}; the rest is left out", level=5)


def _check_filled(name, images, mini_batch_size):
    if images >= mini_batch_size:
        return
    lack = f"{name} has {images} images, fewer than one mini-batch of {mini_batch_size}"
    if name != "test_data":
        raise ValueError(f"{lack}: use a smaller mini_batch_size or more images")
    _warn(f"{lack}: SGD computes no accuracy on it; predict takes any number of images", level=5)


def _check_classes(net, name, labels):
    """Raise ValueError if labels of the training data are no classes; for other data log a warning.

    Do neither if the cost is user-defined, because it may use labels for something else.
    """
    last = net.layers[-1]
    classes = as_layer(last).n_out
    if not classes or not len(labels) or 0 <= labels.min() <= labels.max() < classes:
        return
    if not equal_computations([last.cost(net)], [SoftmaxLayer.cost(last, net)]):
        return
    if name != "training_data":
        _warn_of_other_labels(name, labels, classes)
    else:
        raise ValueError(
            f"{name} has labels from {labels.min()} to {labels.max()}, but the last layer has "
            f"{classes} outputs: labels must lie in 0..{classes - 1}"
        )


def _warn_of_other_labels(name, labels, classes):
    """Log how many labels are no classes.

    A Python warning could end programs that turn warnings into errors, and that the original ran.
    """
    others = np.count_nonzero((labels < 0) | (labels >= classes))
    if others:
        log.warning(
            "%s: %d of %d labels lie outside 0..%d, the classes of the network.",
            name,
            others,
            len(labels),
            classes - 1,
        )


def _warn(message, level):
    """Warn at the call of SGD, `level` calls above."""
    warnings.warn(message, UserWarning, stacklevel=level)


def _check_images(net, name, images):
    if images.type.ndim != 2 or images.dtype != net.x.dtype:
        raise TypeError(
            f"{name} has images of {images.type.ndim} dimensions in {images.dtype}, but the "
            f"network takes rows of pixels in {net.x.dtype}: use shared(array.reshape(len(array), "
            f"-1).astype({net.x.dtype!r}))"
        )
    _check_pixels(net, f"{name} has", images.get_value(borrow=True).shape[1])


def _check_pixels(net, who, count):
    first = as_layer(net.layers[0])
    if first.input_shape is not None and count != math.prod(first.input_shape):
        raise ValueError(
            f"{who} images of {count} pixels but the first layer takes "
            f"{math.prod(first.input_shape)} ({first.input_source})"
        )


def _check_order(net, shape):
    """Raise ValueError if images have their maps last, such as the colours of RGB pictures."""
    expected = as_layer(net.layers[0]).input_shape
    if len(shape) == 3 and len(expected or ()) == 3 and expected[0] > 1 and shape != expected:
        raise ValueError(
            f"Network got images of shape {shape}, but the first layer takes {expected}: if the "
            f"last axis holds the colours, use numpy.moveaxis(images, -1, 1)"
        )


def chance(labels):
    """Return the share of the most common label, or None if there are fewer than 1000 labels.

    With so few labels, a network may fall below this share by chance.
    """
    labels = value(labels)
    if len(labels) < 1000:
        return None
    return float(np.unique(labels, return_counts=True)[1].max() / len(labels))


def value(variable):
    """Return the value of a shared variable or of a cast of one, without compiling anything."""
    if isinstance(variable, SharedVariable):
        return np.asarray(variable.get_value(borrow=True))
    return np.asarray(variable.eval(mode=Mode(linker="py", optimizer=None)))


def image_shape(who: str, nets: Iterable[Any]) -> tuple[int, ...]:
    """Return (maps, rows, columns) of the images of networks, which must be the same."""
    shapes = []
    for net in nets:
        shape = as_layer(net.layers[0]).input_shape
        if shape is None:
            raise ValueError(
                f"{who} does not know the size of the images of {type(net.layers[0]).__name__}: "
                f"set its input_shape, such as (1, 28, 28)"
            )
        side = math.isqrt(shape[0])
        square = (1, side, side) if side**2 == shape[0] else (1, *shape)
        shapes.append(shape if len(shape) == 3 else square)
    if len(set(shapes)) > 1:
        raise ValueError(
            f"{who} got networks for images of different sizes, {shapes}: show them separately"
        )
    return shapes[0]


def images_for(net, images):
    """Return `images` as rows of pixels (n, pixels) in the network's dtype.

    Parameters
    ----------
    images : shared variable or array, (n, pixels), (n, H, W), (n, maps, H, W) or (pixels,)

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
            f"Network got images in {array.dtype}: divide grey levels by 256, as in the training "
            f"data, or use network3.share"
        )
    if not array.size:
        raise ValueError("Network got no images: it needs at least one")
    rows = array.reshape(1, -1) if array.ndim == 1 else array.reshape(len(array), -1)
    _check_pixels(net, "Network got", rows.shape[1])
    _check_order(net, array.shape[1:])
    if not np.isfinite(rows).all():
        raise ValueError("Network got images with NaN or infinite pixels: all must be finite")
    return np.ascontiguousarray(rows, net.x.dtype)


def labelled(predicted, labels, classes=None):
    """Return predicted classes and labels as arrays (n,), or raise ValueError on a mismatch.

    Log a warning if labels are not in 0..classes-1; `classes` is None if it is not known.
    """
    labels = np.asarray(labels.get_value() if hasattr(labels, "get_value") else labels)
    if labels.shape != predicted.shape or labels.dtype.kind not in "iu":
        raise ValueError(
            f"Network got labels of shape {labels.shape} in {labels.dtype} for {len(predicted)} "
            f"images: they must be whole numbers, one for each image"
        )
    if classes:
        _warn_of_other_labels("Network", labels, classes)
    return predicted, labels.astype(np.int64)

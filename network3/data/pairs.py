"""What `Network` and `SGD` ask of their arguments, said in one sentence where it is not so."""

import math
from collections.abc import Sequence

import numpy as np
from pytensor.compile.mode import Mode
from pytensor.compile.sharedvalue import SharedVariable
from pytensor.graph.basic import Variable

from network3.data.mnist import size


def layers(given):
    """`given` as a list of layers, or ValueError or TypeError."""
    if not isinstance(given, Sequence) or any(not _is_layer(layer) for layer in given):
        raise TypeError(
            f"Network got {given!r}: it must be a list of layers, each with params and set_inpt, "
            f"such as [FullyConnectedLayer(784, 100), SoftmaxLayer(100, 10)]"
        )
    if not given:
        raise ValueError("Network got no layers: it needs at least one, such as SoftmaxLayer")
    if len(set(map(id, given))) < len(given):
        raise ValueError("Network got one layer twice: make a second one, with weights of its own")
    return list(given)


def _is_layer(layer):
    return hasattr(layer, "set_inpt") and not isinstance(layer, type)


def training(net, mini_batch_size):
    """Raises ValueError or TypeError unless SGD can train the net."""
    if mini_batch_size != net.mini_batch_size:
        raise ValueError(
            f"SGD got mini_batch_size = {mini_batch_size!r} but the net is made for mini-batches "
            f"of {net.mini_batch_size}: they must be the same"
        )
    for role in ("cost", "accuracy"):
        if not hasattr(net.layers[-1], role):
            raise TypeError(
                f"The last layer, {type(net.layers[-1]).__name__}, has no {role}: a net that is "
                f"trained ends with a layer like SoftmaxLayer, with cost(net) and accuracy(y)"
            )


def data(net, name, pair, at_least_a_mini_batch=True):
    """Raises ValueError or TypeError unless the net can be trained or evaluated with the pair."""
    try:
        images, labels = pair
    except (TypeError, ValueError):
        length = f" of {len(pair)}" if isinstance(pair, Sequence) else ""
        raise TypeError(
            f"{name} must be a pair (images, labels), as load_data_shared gives it, not a "
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
    pixels(net, f"{name} has", images.get_value(borrow=True).shape[1])


def pixels(net, who, count):
    """Raises ValueError unless the first layer takes images of so many pixels, where it says."""
    first = net.layers[0]
    if hasattr(first, "image_shape"):
        wanted, source = math.prod(first.image_shape[1:]), f"image_shape = {first.image_shape}"
    elif hasattr(first, "n_in"):
        wanted, source = first.n_in, f"n_in = {first.n_in}"
    else:
        return
    if count != wanted:
        raise ValueError(
            f"{who} images of {count} pixels but the first layer takes {wanted} ({source})"
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
    classes = getattr(net.layers[-1], "n_out", None)
    if classes and len(values) and not 0 <= values.min() <= values.max() < classes:
        raise ValueError(
            f"{name} has labels from {values.min()} to {values.max()}, but the last layer has "
            f"{classes} outputs: labels must lie in 0..{classes - 1}"
        )


def chance(labels):
    """The share of the commonest label, or None for so few labels that a net may miss it by bad
    luck."""
    labels = value(labels)
    return float(np.bincount(labels).max() / len(labels)) if len(labels) >= 1000 else None


def value(variable):
    """The value of a shared variable or of a cast of one, without compiling anything."""
    if isinstance(variable, SharedVariable):
        return np.asarray(variable.get_value(borrow=True))
    return np.asarray(variable.eval(mode=Mode(linker="py", optimizer=None)))

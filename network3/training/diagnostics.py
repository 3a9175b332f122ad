"""What goes on inside a net while it is trained."""

from typing import Any

import numpy as np
import pytensor.tensor as T

from network3.engine import backend, running
from network3.layers.layer import as_layer
from network3.ops import activation
from network3.storage.streams import random_streams
from network3.training.history import History

SATURATED = 0.95  # of the way from the middle of an activation to its end
GAP = 0.02  # between training and validation accuracy


class Diagnostics:
    """A callback that looks into every layer after each epoch, for `SGD(..., callbacks=[...])`.

    Adds columns to the history, for layer k: "k.weights" and "k.gradients", the norms of its
    weights and of the gradient of the cost by them; "k.dead", the share of its outputs that are 0
    for all images; "k.saturated", the share that is, for all images, within 2.5% of the range of
    the activation from one of its ends, where gradients vanish. Dead are units of ReLU, saturated
    ones of sigmoid and tanh.

    Parameters
    ----------
    images, labels : arrays or shared variables (n, pixels) and (n,)
        What to look with, such as a part of the training data. The gradient is that of the first
        mini-batch, the shares are those of the first 1,000 images.
    """

    def __init__(self, images: Any, labels: Any) -> None:
        self.images, self.labels = (
            np.asarray(x.get_value(borrow=True) if hasattr(x, "get_value") else x)[:1000]
            for x in (images, labels)
        )
        self._net: Any = None
        self._gradients: Any = None

    def on_epoch_end(self, net: Any, history: History) -> None:
        """Adds the columns of an epoch."""
        row = history.rows[-1]
        layers = list(map(as_layer, net.layers))
        with_weights = [k for k, layer in enumerate(layers) if layer.w is not None]
        for k, gradient in zip(with_weights, self._gradients_of(net, with_weights), strict=True):
            weights = np.asarray(net.layers[k].w.get_value(borrow=True))
            row[f"{k}.weights"] = float(np.linalg.norm(weights))
            row[f"{k}.gradients"] = float(np.linalg.norm(gradient))
        for k, layer in enumerate(layers[:-1]):
            known = activation.of_function(layer.activation_fn)
            if known is not None and known.dead is not None:
                row[f"{k}.dead"] = _share(net.feature_maps(self.images, k) == known.dead)
            if known is not None and known.ends is not None:
                low, high = known.ends
                centred = (2 * net.feature_maps(self.images, k) - (high + low)) / (high - low)
                row[f"{k}.saturated"] = _share(np.abs(centred) > SATURATED)

    def _gradients_of(self, net, layers):
        """The gradients of the cost by the weights of layers, for the first mini-batch."""
        if self._net is not net:
            cost = net.layers[-1].cost(net)
            grads = T.grad(cost, [net.layers[k].w for k in layers])
            self._gradients = backend.function([net.x, net.y], grads)
            self._net = net
        n, streams = net.mini_batch_size, random_streams(net).values()
        before = [running.snapshot(stream) for stream in streams]
        with running.computing(net.params):
            gradients = self._gradients(
                np.asarray(self.images[:n], net.x.dtype), np.asarray(self.labels[:n], np.int32)
            )
        for stream, value in zip(streams, before, strict=True):
            stream.set_value(value)
        return gradients

    def report(self, history: History) -> str:
        """A table of the last epoch, a line for a layer, and a line about over-fitting where the
        training accuracy is known (`SGD(..., training_accuracy=True)`)."""
        if not history.rows:
            return "No epoch has been trained."
        last = history.rows[-1]
        layers = sorted({int(name.split(".")[0]) for name in last if "." in name})
        names = ("weights", "gradients", "dead", "saturated")
        lines = [f"{'layer':>5}" + "".join(f"{name:>12}" for name in names)]
        for k in layers:
            entries = (last.get(f"{k}.{name}") for name in names)
            lines.append(f"{k:>5}" + "".join(f"{_text(entry):>12}" for entry in entries))
        training, validation = last.get("training_accuracy"), last["validation_accuracy"]
        if training is not None:
            gap = training - validation
            verdict = "over-fitting" if gap > GAP else "no over-fitting to speak of"
            lines.append(
                f"training accuracy {training:.2%}, validation accuracy {validation:.2%}: a gap of "
                f"{gap:.2%}, {verdict}"
            )
        return "\n".join(lines)


def _share(for_image):
    """The share of units for which something holds for all images (n, ...)."""
    return float(for_image.all(axis=0).mean())


def _text(entry):
    return "" if entry is None else f"{entry:.4g}"

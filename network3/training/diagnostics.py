"""A callback that reports norms, dead units and saturated units of each layer."""

from typing import Any

import numpy as np
import pytensor.tensor as T

from network3.engine import backend, running
from network3.layers.layer import as_layer
from network3.ops import activation
from network3.storage.streams import random_streams
from network3.training.history import History

SATURATED = 0.95  # of the way from the middle of an activation's range to its end
GAP = 0.02  # between training and validation accuracy


class Diagnostics:
    """A callback for ``SGD(..., callbacks=[...])`` that inspects each layer after every epoch.

    It adds columns to the history, for layer number k:

    - "k.weights" and "k.gradients": the norms of the weights, and of the gradient of the cost with
      respect to them.
    - "k.dead", for ReLU: the share of units whose output is 0 for all images.
    - "k.saturated", for sigmoid and tanh: the share of units whose output lies, for all images,
      within 2.5 % of the activation's range from one of its ends, where gradients vanish.

    Parameters
    ----------
    images, labels : arrays or shared variables (n, pixels) and (n,)
        Images to inspect the network with, such as a part of the training data. The gradient is
        computed for the first mini-batch, the shares for the first 1,000 images.
    """

    def __init__(self, images: Any, labels: Any) -> None:
        self.images, self.labels = (
            np.asarray(x.get_value(borrow=True) if hasattr(x, "get_value") else x)[:1000]
            for x in (images, labels)
        )
        self._net: Any = None
        self._gradients: Any = None

    def on_epoch_end(self, net: Any, history: History) -> None:
        """Add the columns to the last row of the history."""
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
        """Return the gradients with respect to the weights of `layers`, for the first mini-batch.

        The random streams, as of dropout, are left unchanged.
        """
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
        """Return a table of the last epoch as text, one line for each layer.

        With ``SGD(..., training_accuracy=True)``, a last line says whether the network over-fits.
        """
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
    """Return the share of units that a condition (n, ...) holds for in all n images."""
    return float(for_image.all(axis=0).mean())


def _text(entry):
    return "" if entry is None else f"{entry:.4g}"

"""Compute the outputs of a network for images, as arrays."""

from typing import Any

import numpy as np
import pytensor.tensor as T
from pytensor.graph.traversal import io_toposort
from pytensor.tensor.math import Dot
from threadpoolctl import ThreadpoolController

from network3.engine import backend, running
from network3.engine.functions import CompiledFunctions
from network3.engine.mini_batches import at_mini_batch
from network3.evaluation import fitting
from network3.evaluation.accuracy import Accuracy
from network3.evaluation.image_by_image import CHUNK, for_any_number

FEW = 16  # images that fill a vector: their results are those of a large chunk, bit for bit


class Evaluator:
    """Evaluate one network, with functions that are compiled once."""

    def __init__(self, net: Any) -> None:
        self.net = net
        self.functions = CompiledFunctions()

    def outputs(self, images: Any, layer: int) -> np.ndarray:
        """Return the output of a layer for images, (n, ...).

        Parameters
        ----------
        images : as for `fitting.images_for`
        layer : int
            The number of the layer; negative numbers count from the last layer.

        Raises
        ------
        IndexError
            If there is no such layer.
        """
        net, images = self.net, fitting.images_for(self.net, images)
        if not -len(net.layers) <= layer < len(net.layers):
            raise IndexError(f"Network got layer = {layer}: it has {len(net.layers)} layers")
        layer %= len(net.layers)
        output = net.layers[layer].output
        function = self.functions.get(f"layer {layer}", output, (), lambda: _Outputs(net, output))
        with running.computing(net.params, function.libraries if len(images) <= FEW else None):
            return function(images)

    def accuracy_on(self, role: str, data: Any, batches: int) -> Accuracy:
        """Return a function that computes the accuracy on the mini-batches of a data set."""
        accuracy = self.net.layers[-1].accuracy(self.net.y)
        return self.functions.get(
            role, accuracy, (*data, batches), lambda: Accuracy(self.net, data, batches)
        )

    def predictions_of_mini_batches(self, data: Any) -> Any:
        """Return a function that predicts the classes of a mini-batch, given its number."""
        i, y_out = T.lscalar("i"), self.net.layers[-1].y_out
        givens = at_mini_batch(self.net, (data[0], None), i)
        return self.functions.get(
            "predict",
            y_out,
            data[:1],
            lambda: backend.function([i], backend.fused(y_out), givens=givens),
        )


class _Outputs:
    """Compute a variable with one entry per image, for any number of images."""

    def __init__(self, net, output):
        output = backend.fused(output)
        found = for_any_number(output, net.x, net.mini_batch_size)
        self.size = CHUNK if found else net.mini_batch_size
        output, x = found or (output, net.x)
        # BLAS may round otherwise for other sizes. Fused operators do without it.
        blas = any(isinstance(node.op, Dot) for node in io_toposort([x], [output]))
        self.any_number = found is not None and backend.mode() == "CVM" and not blas
        self.function = backend.function([x], output)
        self.libraries = ThreadpoolController()  # those that the function has loaded

    def __call__(self, images):
        """Return the values (n, ...) for images (n, pixels).

        All chunks have the same size, because JAX compiles for one size, and the graph of a network
        may be built for one. The last chunk is padded with zeros, which does not change the other
        results. A few images are a smaller chunk, if the graph and the backend allow it.
        """
        size = FEW if len(images) <= FEW and self.any_number else self.size
        results = []
        for start in range(0, len(images), size):
            chunk = images[start : start + size]
            missing = size - len(chunk)
            if missing:
                chunk = np.pad(chunk, ((0, missing), (0, 0)))
            results.append(np.asarray(self.function(chunk))[: size - missing])
        return np.concatenate(results)


def evaluation(output: np.ndarray, labels: np.ndarray) -> dict[str, Any]:
    """Return the result of `Network.evaluate` for outputs (n, classes) and labels (n,)."""
    predicted, labels = fitting.labelled(output.argmax(axis=1), labels, output.shape[1])
    is_class = (labels >= 0) & (labels < output.shape[1])
    chosen = np.zeros(len(labels))
    chosen[is_class] = output[is_class, labels[is_class]]
    return {
        "accuracy": float(np.mean(predicted == labels)),
        "cost": float(-np.mean(np.log(np.maximum(chosen, np.finfo(float).tiny)))),
        "images": len(labels),
    }


def confusion_matrix(predicted: np.ndarray, labels: np.ndarray, classes: int) -> np.ndarray:
    """Return counts (classes, classes): entry [l, k] counts images with label l predicted as k.

    If labels or predictions are larger, there are more classes. Images with a negative label have
    no row and are left out.
    """
    classes = max(classes, predicted.max() + 1, labels.max() + 1)
    predicted, labels = predicted[labels >= 0], labels[labels >= 0]
    return np.bincount(labels * classes + predicted, minlength=classes**2).reshape(classes, classes)

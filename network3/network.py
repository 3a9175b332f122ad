"""A network of layers: how it is built, trained and used."""

import html
import textwrap
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytensor.tensor as T
from pytensor.compile.sharedvalue import SharedVariable
from pytensor.tensor.variable import TensorVariable

from network3 import storage
from network3.checks.numbers import whole_number
from network3.data.mnist import Data
from network3.engine import backend
from network3.evaluation import fitting
from network3.evaluation.diagram import Diagram
from network3.evaluation.evaluator import Evaluator, confusion_matrix, evaluation
from network3.evaluation.summary import Summary
from network3.layers.layer import as_layer, connected, list_of_layers
from network3.training.history import History
from network3.training.settings import Settings
from network3.training.trainer import Trainer

Rate = float | TensorVariable | SharedVariable | Callable[[int], float]


class Network:
    """A network of layers.

    Parameters
    ----------
    layers : list of layers
        The first layer takes the images; the last one has `cost(net)` and `accuracy(y)`, such as a
        SoftmaxLayer.
    mini_batch_size : int
        The number of images per mini-batch.

    Attributes
    ----------
    params : list of shared variables
        The parameters of all layers in order, usually w and b of each.
    x : variable (mini-batch size, pixels), floatX, named "x"
        The images of a mini-batch.
    y : int32 variable (mini-batch size,), named "y"
        The labels of a mini-batch.
    output, output_dropout : variables
        The output of the last layer in evaluation and in training.
    history : History
        The epochs trained by the last `SGD`, and by the calls that it resumed.
    stop_training : bool
        A callback can set it to true to end the training after the current epoch.
    test_mb_predictions : function of a mini-batch's number
        Returns the classes predicted for this mini-batch of the test data, (mini-batch size,). It
        is set by `SGD` if there are test data and the last layer has `y_out`.

    Raises
    ------
    TypeError, ValueError
        If `layers` is empty or not a list of layers, or if their shapes do not match.

    References
    ----------
    Michael Nielsen, "Neural Networks and Deep Learning", chapter 6.
    """

    def __init__(self, layers: Sequence[Any], mini_batch_size: int) -> None:
        backend.set_default_mode()
        self.layers = list_of_layers(layers)
        self.mini_batch_size = whole_number("Network", "mini_batch_size", mini_batch_size)
        self.params = [param for layer in self.layers for param in layer.params]
        self.x = T.matrix("x")
        self.y = T.ivector("y")
        self.output, self.output_dropout = connected(self.layers, self.x, self.mini_batch_size)
        self.stop_training = False
        self.trainer = Trainer(self)
        self.evaluator = Evaluator(self)

    def __getstate__(self) -> dict[str, Any]:
        """Return the state to copy or pickle, without compiled functions."""
        return {name: v for name, v in vars(self).items() if name != "test_mb_predictions"}

    def __repr__(self) -> str:
        """Return the call that builds the network, a layer on each line."""
        layers = "".join(f"    {as_layer(layer)!r},\n" for layer in self.layers)
        return f"Network([\n{layers}], mini_batch_size={self.mini_batch_size})"

    def _repr_html_(self) -> str:
        """Return the diagram, and below it the call that builds the network, for notebooks."""
        return f"{self.diagram()._repr_html_()}<pre>{html.escape(repr(self))}</pre>"

    @property
    def history(self) -> History:
        """The results of each epoch of the training."""
        return self.trainer.state.history

    @history.setter
    def history(self, history: History) -> None:
        self.trainer.state.history = history

    def SGD(
        self,
        training_data: Data,
        epochs: int,
        mini_batch_size: int,
        eta: Rate,
        validation_data: Data,
        test_data: Data | None,
        lmbda: Rate = 0.0,
        *,
        verbose: str = "lines",
        callbacks: Sequence[Any] = (),
        training_accuracy: bool = False,
        patience: int | None = None,
        restore_best_weights: bool = False,
        momentum: float = 0.0,
        global_clipnorm: float | None = None,
        shuffle: bool = False,
        expander: Any = None,
        checkpoint: str | Path | None = None,
        every: int = 1,
        resume: bool = False,
    ) -> History:
        """Train the network by stochastic gradient descent on mini-batches, and print progress.

        The images are used in their given order. In training and in evaluation, images at the end
        that do not fill a mini-batch are left out. After each epoch the accuracy on the validation
        data is printed and, if it is at least the best so far, the accuracy on the test data.

        Parameters
        ----------
        training_data, validation_data : pairs (images, labels)
            Shared variables: images (n, pixels) in floatX, and labels (n,), whole numbers from 0.
        epochs : int
            The number of epochs; with `resume`, it includes those trained before.
        mini_batch_size : int
            Must equal the network's. A larger number leaves out images, with a warning.
        eta : float, scalar variable, or a function of the number of the epoch, from 0
            The learning rate. A variable, such as a shared one, is evaluated before each epoch.
        test_data : pair like the others, or None
            As in the validation data, images whose label is not a class of the network count as
            misclassified.
        lmbda : number like `eta`
            The regularization parameter: 0.5 * lmbda * (sum of the squares of all weights) /
            (number of training mini-batches) is added to the cost.
        verbose : "lines", "bar", "both" or "none"
            Show the book's progress lines on standard output; a bar with the epoch, the time left,
            the cost and the accuracies on standard error, or a line for each epoch if that is
            neither a terminal nor a notebook; both; or neither.
        callbacks : list of objects
            Their methods `on_train_begin`, `on_epoch_begin`, `on_mini_batches`, `on_epoch_end` and
            `on_train_end`, if defined, are called with the network and its history.
            `on_mini_batches` is called a few times a second during an epoch, or after it on an
            accelerator.
        training_accuracy : bool
            If true, compute the accuracy on the training data after each epoch and record it in
            the history.
        patience : int, or None
            End the training after this many epochs without a better validation accuracy. An equal
            one is not better, although the book's lines call it the best to date.
        restore_best_weights : bool
            If true, end with the parameters of the epoch with the best validation accuracy.
        momentum : float in [0, 1)
            The share of an update that is repeated in the next one. Without `resume`, the first
            update repeats nothing.
        global_clipnorm : float, or None
            Clip the global gradient norm to this value.
        shuffle : bool
            If true, shuffle the training images before each epoch, using NumPy's global generator.
        expander : Expander, or None
            Create new training images from the given ones for every epoch.
        checkpoint : path, or None
            A file for the state of the training. It is replaced after every `every` epochs, at the
            end, and when the training is interrupted.
        every : int
            The number of epochs from one checkpoint to the next.
        resume : bool
            If true, resume the training in the file `checkpoint` if it exists, else the training
            that the last call, or the loaded network, stopped in. If the data differ from those
            before, a warning is logged. With a checkpoint and the same arguments the result equals
            that of an uninterrupted run; on the C++ backend it is bit-for-bit identical.

        Returns
        -------
        History

        Raises
        ------
        TypeError, ValueError
            If data, numbers or the checkpoint are not valid; nothing is trained then.
        OSError
            If the checkpoint cannot be written; an existing one is then unchanged.
        FloatingPointError
            If the cost or a parameter becomes NaN or infinite. The parameters are then reset to
            those at the start of the epoch.
        KeyboardInterrupt
            If the user presses Ctrl-C. The current mini-batches are completed and the checkpoint is
            written first.

        References
        ----------
        Michael Nielsen, "Neural Networks and Deep Learning", chapters 1, 3 and 6.
        """
        mini_batch_size = fitting.check_trainable(self, mini_batch_size)
        fitting.check_sets(
            self, training_data, validation_data, test_data, mini_batch_size, shuffle
        )
        settings = Settings(
            mini_batch_size=mini_batch_size,
            dtype=self.x.dtype,
            epochs=epochs,
            eta=eta,
            lmbda=lmbda,
            verbose=verbose,
            callbacks=callbacks,
            training_accuracy=training_accuracy,
            patience=patience,
            restore_best_weights=restore_best_weights,
            momentum=momentum,
            global_clipnorm=global_clipnorm,
            shuffle=shuffle,
            expander=expander,
            checkpoint=checkpoint,
            every=every,
            resume=resume,
        )
        if test_data is not None and hasattr(self.layers[-1], "y_out"):
            self.test_mb_predictions = self.evaluator.predictions_of_mini_batches(test_data)
        return self.trainer.train(training_data, validation_data, test_data, settings)

    def predict(self, images: Any) -> np.ndarray:
        """Return the predicted class of each image.

        Parameters
        ----------
        images : array or shared variable, (n, pixels), (n, H, W), (n, maps, H, W) or (pixels,)
            Any number of images, or one, with pixels scaled as in training.

        Returns
        -------
        array (n,) of whole numbers

        Raises
        ------
        TypeError, ValueError
            If `images` has another form, or does not fit the network.
        """
        return self.predict_proba(images).argmax(axis=1)

    def predict_proba(self, images: Any) -> np.ndarray:
        """Return the output of the last layer for images given as for `predict`.

        Returns
        -------
        array (n, classes)
            The probabilities of the classes, if the last layer is a SoftmaxLayer.
        """
        return self.feature_maps(images, -1)

    def feature_maps(self, images: Any, layer: int = 0) -> np.ndarray:
        """Return the output of a layer for images given as for `predict`.

        Returns
        -------
        array
            (n, filters, rows, columns) for a ConvPoolLayer, (n, n_out) for the other layers.

        Raises
        ------
        IndexError
            If there is no such layer.
        """
        return self.evaluator.outputs(images, layer)

    def accuracy(self, images: Any, labels: Any) -> float:
        """Return the share of images that are classified correctly.

        Parameters
        ----------
        images : as for `predict`
        labels : array or shared variable (n,), whole numbers

        Returns
        -------
        float in [0, 1]

        Raises
        ------
        TypeError, ValueError
            If images or labels are not valid, or if their numbers differ.
        """
        predicted, labels = fitting.labelled(self.predict(images), labels, self._classes)
        return float(np.mean(predicted == labels))

    def confusion_matrix(self, images: Any, labels: Any) -> np.ndarray:
        """Return how many images with each label are predicted as each class.

        Returns
        -------
        array (classes, classes) of counts
            One row per label and one column per predicted class. Images with a negative label are
            left out.
        """
        predicted, labels = fitting.labelled(self.predict(images), labels, self._classes)
        return confusion_matrix(predicted, labels, self._classes or 0)

    def evaluate(self, data: Data) -> dict[str, Any]:
        """Return the accuracy, cost and number of images for a pair given as for `SGD`.

        A label that is not one of the network's classes has probability 0, which counts as 2.2e-308
        in the cost.

        Returns
        -------
        dict
            "accuracy" in [0, 1], "cost", the mean of -log(probability of the label), and "images",
            an int.
        """
        fitting.check(self, "data", data)
        return evaluation(self.predict_proba(data[0]), fitting.value(data[1]))

    @property
    def _classes(self) -> int | None:
        """The number of outputs; None if it is not known."""
        return self.output.type.shape[1]

    def summary(self) -> Summary:
        """Return a table of the layers: output shape, parameters and FLOP per image."""
        return Summary(self)

    def diagram(self) -> Diagram:
        """Return a drawing of the layers to scale, which a notebook shows.

        It has the numbers of `summary`. Its `svg` is the content of an SVG file.
        """
        return Diagram(self)

    def save(self, path: str | Path) -> None:
        """Save the network to a file: layers, parameters, random streams and history.

        An existing file is replaced atomically. `network3.load` reads the file. A warning is logged
        if a layer has no `config()`, or a custom activation function.

        Raises
        ------
        OSError
            If the file cannot be written; an existing file is then unchanged.
        TypeError
            If a `config()` returns a value that JSON cannot store.
        """
        storage.save(self, path)

    def load_weights(self, path: str | Path) -> None:
        """Set all parameters to those in a file that `save` wrote, which must have the same shapes.

        Raises
        ------
        OSError, ValueError
            If the file cannot be read, is damaged or does not fit; the network is then unchanged.
        """
        storage.load_weights(self, path)

    def to_onnx(self, path: str | Path, *, feature_maps: bool = False) -> None:
        """Export the network, as it computes in evaluation, as an ONNX model.

        Parameters
        ----------
        path : path
        feature_maps : bool
            If true, the feature maps of layer k, if it has some, are the output "feature_maps_k".

        Raises
        ------
        ImportError
            If the package onnx is not installed (`pip install onnx`).
        ValueError
            If a layer does not define `to_onnx`, or its activation function is not one of
            network3's.
        """
        storage.to_onnx(self, path, feature_maps=feature_maps)


def load(path: str | Path, custom: Mapping[str, Callable[..., Any]] | None = None) -> Network:
    """Return the network that `net.save(path)` wrote.

    The loaded network gives the same outputs and continues the same dropout streams. No code in the
    file is executed, and NumPy's global generator is left unchanged. Parameters are cast to floatX,
    and each backend reads files that the other wrote.

    Parameters
    ----------
    path : path
    custom : dict from names to classes and functions, optional
        The classes of custom layers, and custom activation functions. Each layer is built from the
        result of its `config()`, by its `from_config`, or else by its constructor with keyword
        arguments; an `activation_fn` that names one of network3's, or one in `custom`, becomes that
        function.

    Returns
    -------
    Network, with its history

    Raises
    ------
    OSError
        If the file cannot be read.
    ValueError
        If the file is damaged, holds no network, or holds layers that cannot be built from a file.
        In the last case, build the network as before and call `net.load_weights(path)`.
    TypeError
        If `custom` is not a dict of classes and functions.
    """
    with storage.global_generator_kept():
        found = storage.read(path, custom)
        try:
            net = Network(found.layers, found.mini_batch_size)
            if found.history is not None:
                net.history = History.from_dict(found.history)
        except (TypeError, ValueError) as error:
            why = textwrap.shorten(str(error), 500, placeholder=" ...")
            raise ValueError(f"{path} holds no network that can be built: {why}") from error
    storage.fill(net, path, found.arrays)
    return net

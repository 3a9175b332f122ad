"""A network of layers: how it is built, trained and used."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytensor.tensor as T

from network3 import storage
from network3.checks.numbers import whole_number
from network3.data.mnist import Data
from network3.engine import backend
from network3.evaluation import fitting
from network3.evaluation.evaluator import Evaluator, confusion_matrix, evaluation
from network3.evaluation.summary import Summary
from network3.layers.layer import list_of_layers
from network3.training.history import History
from network3.training.settings import Settings
from network3.training.trainer import Trainer

Rate = float | Callable[[int], float]


class Network:
    """Joins layers to a network.

    Parameters
    ----------
    layers : list of layers
        The first one next to the images, the last one with `cost(net)` and `accuracy(y)`, such as
        a SoftmaxLayer.
    mini_batch_size : int
        Images that are trained on, or evaluated, at once.

    Attributes
    ----------
    params : the shared variables of all layers, w and b of each in order
    x : variable (mini-batch size, pixels), floatX, named "x"
    y : int32 variable (mini-batch size,), the labels, named "y"
    output, output_dropout : variables, the last layer's output in evaluation and in training
    history : History
        Of the epochs trained by the last `SGD`, and by those that it resumed.
    stop_training : bool
        A callback that sets it ends the training after the epoch.
    test_mb_predictions : function of the number of a mini-batch of the test data, giving the
        classes predicted for its images, (mini-batch size,); after `SGD` with test data, if the
        last layer has `y_out`

    Raises
    ------
    TypeError, ValueError
        If `layers` is not a list of layers or is empty, or layers do not fit each other.

    References
    ----------
    M. Nielsen, "Neural Networks and Deep Learning", chapter 6.
    """

    def __init__(self, layers: Sequence[Any], mini_batch_size: int) -> None:
        backend.set_default_mode()
        self.layers = list_of_layers(layers)
        self.mini_batch_size = whole_number("Network", "mini_batch_size", mini_batch_size)
        self.params = [param for layer in self.layers for param in layer.params]
        self.x = T.matrix("x")
        self.y = T.ivector("y")
        self.output = self.output_dropout = self.x
        for layer in self.layers:
            layer.set_inpt(self.output, self.output_dropout, self.mini_batch_size)
            self.output, self.output_dropout = layer.output, layer.output_dropout
        self.stop_training = False
        self.trainer = Trainer(self)
        self.evaluator = Evaluator(self)

    def __getstate__(self) -> dict[str, Any]:
        """Return what a copy or a pickle takes along; what was compiled it compiles anew."""
        return {name: v for name, v in vars(self).items() if name != "test_mb_predictions"}

    @property
    def history(self) -> History:
        """What each epoch of the training gave."""
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

        The images are taken in their order. A rest that does not fill a mini-batch is left out, in
        training as in evaluation. After each epoch the accuracy on the validation data is printed,
        and if it is the best so far (or equals it), the accuracy on the test data.

        Parameters
        ----------
        training_data, validation_data : pairs of shared images (n, pixels), floatX, and labels
            (n,), whole numbers from 0
        epochs : int
            With `resume`, those trained before count.
        mini_batch_size : int
            The network's.
        eta : float, or a function of the number of the epoch, from 0
            The learning rate.
        test_data : pair like the others, or None
        lmbda : float, or a function of the number of the epoch
            The regularization parameter: the cost gets 0.5 * lmbda * (sum of the squares of all
            weights) / (number of training mini-batches) added.
        verbose : "lines", "bar", "both" or "none"
            Show the book's lines on standard output; a progress bar with rate and time left on
            standard error, if that is a terminal or a notebook; both; or neither.
        callbacks : list of objects
            Their methods `on_train_begin`, `on_epoch_begin`, `on_epoch_end` and `on_train_end`, as
            far as they have them, are called with the network and its history.
        training_accuracy : bool
            If true, compute the accuracy on the training data after each epoch, for the history.
        patience : int, or None
            End the training after so many epochs in a row without a better validation accuracy.
        restore_best_weights : bool
            If true, end with the parameters of the epoch with the best validation accuracy.
        momentum : float in [0, 1)
            The share of an update that is repeated in the next one; a new call begins at rest.
        global_clipnorm : float, or None
            Clip the global gradient norm to this value.
        shuffle : bool
            If true, shuffle the training images before each epoch, using NumPy's global generator.
        expander : Expander, or None
            Makes new training images for every epoch out of the given ones.
        checkpoint : path, or None
            A file that keeps the state of the training: it is replaced after `every` epochs, at the
            end, and when the training is interrupted.
        every : int
        resume : bool
            If true, resume the training in the file `checkpoint` if there is one, else the one that
            the last call, or a network that was loaded, has stopped in. With a checkpoint and the
            same arguments the result is that of an uninterrupted training, in C++ bit for bit.

        Returns
        -------
        History

        Raises
        ------
        TypeError, ValueError
            Before anything is trained, if data, numbers or the checkpoint do not fit.
        OSError
            If the checkpoint cannot be written; an existing one is then unchanged.
        FloatingPointError
            If the cost becomes NaN or infinite. The network then has its parameters of the end of
            the last good epoch (or of the start).
        KeyboardInterrupt
            After the running mini-batches, with the checkpoint written.

        References
        ----------
        M. Nielsen, "Neural Networks and Deep Learning", chapters 1, 3 and 6.
        """
        fitting.check_trainable(self, mini_batch_size)
        fitting.check(self, "training_data", training_data)
        fitting.check(self, "validation_data", validation_data)
        if test_data is not None:
            fitting.check(self, "test_data", test_data)
        settings = Settings(
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
        """Return the class of each image, (n,) whole numbers.

        Parameters
        ----------
        images : array or shared variable (n, pixels), (n, height, width), or one image (pixels,)
            Any number of them, with pixels as in training.

        Raises
        ------
        TypeError, ValueError
            If they are no such images.
        """
        return self.predict_proba(images).argmax(axis=1)

    def predict_proba(self, images: Any) -> np.ndarray:
        """Return the output of the last layer for images as `predict` takes them, (n, classes).

        After a SoftmaxLayer these are the probabilities of the classes.
        """
        return self.feature_maps(images, -1)

    def feature_maps(self, images: Any, layer: int = 0) -> np.ndarray:
        """Return the output of a layer for images as `predict` takes them.

        Returns
        -------
        array (n, filters, rows, columns) of a ConvPoolLayer, (n, n_out) of another

        Raises
        ------
        IndexError
            If there is no such layer.
        """
        return self.evaluator.outputs(images, layer)

    def accuracy(self, images: Any, labels: Any) -> float:
        """Return the share of images classified correctly, in [0, 1].

        Parameters
        ----------
        images : as `predict` takes them
        labels : array or shared variable (n,), whole numbers
        """
        predicted, labels = fitting.labelled(self.predict(images), labels)
        return float(np.mean(predicted == labels))

    def confusion_matrix(self, images: Any, labels: Any) -> np.ndarray:
        """Return how many images with each label were predicted as each class.

        Returns
        -------
        array (classes, classes) of counts, a row for each label, a column for each class
        """
        predicted, labels = fitting.labelled(self.predict(images), labels)
        return confusion_matrix(predicted, labels, self.output.type.shape[1] or 0)

    def evaluate(self, data: Data) -> dict[str, Any]:
        """Return the accuracy, cost and number of all images of a pair, as `SGD` takes them.

        Returns
        -------
        {"accuracy": in [0, 1], "cost": mean of -log(probability of the label), "images": int}
        """
        fitting.check(self, "data", data, at_least_a_mini_batch=False)
        return evaluation(self.predict_proba(data[0]), fitting.value(data[1]))

    def summary(self) -> Summary:
        """Return a table of the layers: output shape, parameters, FLOP for an image."""
        return Summary(self)

    def save(self, path: str | Path) -> None:
        """Save the network to a file: layers, parameters, random streams and history.

        An existing file is replaced atomically. `network3.load` reads it.
        """
        storage.save(self, path)

    def load_weights(self, path: str | Path) -> None:
        """Set all parameters to those that `save` wrote for a network with the same shapes.

        Raises
        ------
        OSError, ValueError
            If the file cannot be read, is damaged or of another network; nothing is changed then.
        """
        storage.load_weights(self, path)

    def to_onnx(self, path: str | Path) -> None:
        """Write what the network computes in evaluation as an ONNX model.

        Raises
        ------
        ImportError
            Without the package onnx (`pip install 'network3[onnx]'`).
        ValueError
            If a layer does not define `to_onnx`, or has an activation function that is not one of
            this package's.
        """
        storage.to_onnx(self, path)


def load(path: str | Path, custom: Mapping[str, type] | None = None) -> Network:
    """Return the network that `net.save(path)` wrote.

    It evaluates as that did, and draws the dropout that it would have drawn next. Nothing in the
    file is run, and NumPy's global generator is left as it was. Numbers are cast to floatX, and
    either backend reads what the other wrote.

    Parameters
    ----------
    path : path
    custom : {name: class}, optional
        The classes of your own layers. Each is built from what the layer's `config()` returned, by
        its `from_config`, or else by its constructor with keyword arguments; an `activation_fn`
        that names one of network3's becomes that function.

    Returns
    -------
    Network, with its history

    Raises
    ------
    OSError
        If the file cannot be read.
    ValueError
        If it is damaged, holds no network, or layers that cannot be built from a file; the weights
        can then be loaded into a network that is built as before, `net.load_weights(path)`.
    TypeError
        If `custom` is not a dict of classes.
    """
    with storage.global_generator_kept():
        found = storage.read(path, custom)
        try:
            net = Network(found.layers, found.mini_batch_size)
            if found.history is not None:
                net.history = History.from_dict(found.history)
        except (TypeError, ValueError) as error:
            raise ValueError(f"{path} holds no net that can be built: {error}") from error
    storage.fill(net, path, found.arrays)
    return net

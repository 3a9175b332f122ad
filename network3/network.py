"""A net of layers: how it is built, trained and used."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytensor.tensor as T
from pytensor.graph.basic import equal_computations

from network3 import storage
from network3.data import pairs as checks
from network3.data.mnist import Data, size
from network3.engine import backend, running
from network3.engine.mini_batches import MiniBatches, at_mini_batch
from network3.evaluation import evaluator as evaluation
from network3.evaluation.accuracy import Accuracy
from network3.evaluation.summary import Summary
from network3.layers.checks import whole_number
from network3.training import History, checkpoint
from network3.training.descent import Descent
from network3.training.loop import Loop
from network3.training.settings import Settings
from network3.training.state import State
from network3.training.training_set import TrainingSet

Rate = float | Callable[[int], float]


class Network:
    """Joins layers to a net.

    Parameters
    ----------
    layers : list of layers, the first one next to the images, the last one with `cost(net)` and
        `accuracy(y)`, such as a SoftmaxLayer
    mini_batch_size : int
        Images that are trained on, or evaluated, at once.

    Attributes
    ----------
    params : the shared variables of all layers, w and b of each in order
    x : variable (mini-batch size, pixels), floatX, named "x"
    y : int32 variable (mini-batch size,), the labels, named "y"
    output, output_dropout : variables, the last layer's output in evaluation and in training
    history : History
        Of the epochs trained, by `SGD` last and by those that it resumed.
    stop_training : bool
        Set by a callback, ends the training after the epoch.
    test_mb_predictions : function of the number of a mini-batch of the test data, giving the
        classes predicted for its images, (mini-batch size,); after `SGD` with test data, where the
        last layer has `y_out`

    Raises
    ------
    TypeError, ValueError
        For what is not a list of layers or is empty, and layers that do not fit each other.

    Source: "Neural Networks and Deep Learning", chapter 6.
    """

    def __init__(self, layers: Sequence[Any], mini_batch_size: int) -> None:
        backend.set_default_mode()
        self.layers = checks.layers(layers)
        self.mini_batch_size = whole_number("Network", "mini_batch_size", mini_batch_size)
        self.params = [param for layer in self.layers for param in layer.params]
        self.x = T.matrix("x")
        self.y = T.ivector("y")
        self.output = self.output_dropout = self.x
        for layer in self.layers:
            layer.set_inpt(self.output, self.output_dropout, self.mini_batch_size)
            self.output, self.output_dropout = layer.output, layer.output_dropout
        self.descent = Descent(self)
        self.state = State()
        self.stop_training = False
        self._training_set: TrainingSet | None = None
        self._functions: dict[str, tuple] = {}  # role: what was wanted, graph, function

    def __getstate__(self) -> dict[str, Any]:
        """What a copy or a pickle takes along: not what was compiled; it compiles anew."""
        compiled = ("_functions", "test_mb_predictions")
        state = {name: value for name, value in vars(self).items() if name not in compiled}
        return state | {"_functions": {}, "_training_set": None}

    @property
    def history(self) -> History:
        """What every epoch brought."""
        return self.state.history

    @history.setter
    def history(self, history: History) -> None:
        self.state.history = history

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
        """Trains the net by stochastic gradient descent on mini-batches, and prints how it goes.

        The images are taken in their order. A rest that does not fill a mini-batch is left out, in
        training as in evaluation. After each epoch the accuracy on the validation data is printed,
        and where it is the best so far (or equals it), the accuracy on the test data.

        Parameters
        ----------
        training_data, validation_data : pairs of shared images (n, pixels), floatX, and labels
            (n,), whole numbers from 0
        epochs : int
            With `resume`, those trained before count.
        mini_batch_size : int
            The net's.
        eta : float, or a function of the number of the epoch, from 0
            The learning rate.
        test_data : pair like the others, or None
        lmbda : float, or a function of the number of the epoch
            The regularization parameter: the cost gets 0.5 * lmbda * (sum of the squares of all
            weights) / (number of training mini-batches) added.
        verbose : "lines", "bar", "both" or "none"
            The book's lines, on standard output; a bar with rate and time left, on standard error,
            where that is a terminal or a notebook; both; neither.
        callbacks : list of objects
            Those methods that one has of `on_train_begin`, `on_epoch_begin`, `on_epoch_end` and
            `on_train_end` are called with the net and its history.
        training_accuracy : bool
            Whether the accuracy on the training data is found after each epoch, for the history.
        patience : int, or None
            Ends the training when so many epochs in a row did not better the validation accuracy.
        restore_best_weights : bool
            Whether the net ends with the parameters of the epoch with the best validation accuracy.
        momentum : float in [0, 1)
            The share of a step that is made once more in the next one; a new call begins at rest.
        global_clipnorm : float, or None
            The largest norm of the gradient of all parameters together; a longer one is shortened.
        shuffle : bool
            Whether each epoch takes the images in another order, drawn by NumPy's global generator.
        expander : Expander, or None
            Makes new training images for every epoch out of the ones given.
        checkpoint : path, or None
            A file that the training is kept in, after `every` epochs, at the end, and when it is
            interrupted. It is written to the side and renamed.
        every : int
        resume : bool
            Whether to go on: with the training in the file `checkpoint` where there is one, else
            where the last call, or a net that was loaded, has stopped. With a checkpoint and the
            same arguments the net ends as if it had never been stopped, in C++ bit for bit.

        Returns
        -------
        History

        Raises
        ------
        TypeError, ValueError
            Before anything is trained, where data, numbers or the checkpoint do not fit.
        OSError
            Where the checkpoint cannot be written; the one before is as it was.
        FloatingPointError
            When the cost is not a number any more; the net has then its parameters of the end of
            the last epoch that went well (or of the start) again.
        KeyboardInterrupt
            After the running mini-batches, the checkpoint written.

        Source: "Neural Networks and Deep Learning", chapters 1, 3 and 6.
        """
        checks.training(self, mini_batch_size)
        batches = self._batches("training_data", training_data)
        validation_batches = self._batches("validation_data", validation_data)
        test_batches = 0 if test_data is None else self._batches("test_data", test_data)
        settings = Settings(
            dtype=self.x.dtype,
            epochs=epochs,
            eta=eta,
            lmbda=lmbda,
            verbose=verbose,
            callbacks=callbacks,
            patience=patience,
            restore_best_weights=restore_best_weights,
            momentum=momentum,
            global_clipnorm=global_clipnorm,
            checkpoint=checkpoint,
            every=every,
            chance=checks.chance(validation_data[1]),
        )
        training_set = TrainingSet(training_data, expander, shuffle, self._training_set)
        self._begin(settings, batches, resume, shuffle)
        self._training_set = training_set

        train = self._training(
            training_set.data,
            batches,
            settings.regularized,
            momentum > 0,
            global_clipnorm is not None,
        )
        accuracies = {"validation": self._accuracy("validate", validation_data, validation_batches)}
        if test_data is not None:
            accuracies["test"] = self._accuracy("test", test_data, test_batches)
            if hasattr(self.layers[-1], "y_out"):
                self.test_mb_predictions = self._predictions(test_data)
        if training_accuracy:
            accuracies["training"] = self._accuracy("training", training_data, batches)

        changing = [*self.params, *self.descent.velocities]
        with (
            running.training(changing),
            training_set.epochs(self.state.epoch, self.state.shuffle_seed) as begin_epoch,
        ):
            Loop(self, settings, self.state, train, batches, begin_epoch, accuracies).run()
        return self.history

    def predict(self, images: Any) -> np.ndarray:
        """The classes of images, (n,) whole numbers.

        Parameters
        ----------
        images : array or shared variable (n, pixels), (n, height, width), or one image (pixels,)
            Of any number, with pixels as in training.

        Raises
        ------
        TypeError, ValueError
            For what are not such images.
        """
        return self.predict_proba(images).argmax(axis=1)

    def predict_proba(self, images: Any) -> np.ndarray:
        """The output of the last layer for images as `predict` takes them, (n, classes): after a
        SoftmaxLayer the probabilities of the classes."""
        return self.feature_maps(images, -1)

    def feature_maps(self, images: Any, layer: int = 0) -> np.ndarray:
        """The output of a layer for images as `predict` takes them: (n, filters, rows, columns) of
        a ConvPoolLayer, (n, n_out) of another.

        Raises
        ------
        IndexError
            For a layer that there is not.
        """
        images = evaluation.checked_images(self, images)
        if not -len(self.layers) <= layer < len(self.layers):
            raise IndexError(f"Network got layer = {layer}: it has {len(self.layers)} layers")
        layer %= len(self.layers)
        output = self.layers[layer].output
        evaluate = self._compiled(
            f"layer {layer}", output, (), lambda: evaluation.Evaluation(self, output)
        )
        with running.training(self.params):
            return evaluate(images)

    def accuracy(self, images: Any, labels: Any) -> float:
        """The share of images, as `predict` takes them, whose class is the label, in [0, 1];
        `labels` (n,) are whole numbers."""
        predicted, labels = evaluation.labelled(self.predict(images), labels)
        return float(np.mean(predicted == labels))

    def confusion_matrix(self, images: Any, labels: Any) -> np.ndarray:
        """How many images with each label were taken for each class: (classes, classes) counts, a
        row for a label, a column for a class."""
        predicted, labels = evaluation.labelled(self.predict(images), labels)
        return evaluation.confusion_matrix(predicted, labels, self.output.type.shape[1] or 0)

    def evaluate(self, data: Data) -> dict[str, Any]:
        """Accuracy, cost and number of all images of a pair, a rest that fills no mini-batch too.

        Returns
        -------
        {"accuracy": in [0, 1], "cost": mean of -log(probability of the label), "images": int}
        """
        checks.data(self, "data", data, at_least_a_mini_batch=False)
        output = self.predict_proba(data[0])
        predicted, labels = evaluation.labelled(output.argmax(axis=1), checks.value(data[1]))
        return {
            "accuracy": float(np.mean(predicted == labels)),
            "cost": evaluation.cost(output, labels),
            "images": len(labels),
        }

    def summary(self) -> Summary:
        """A table of the layers: output shape, parameters, FLOP for an image."""
        return Summary(self)

    def save(self, path: str | Path) -> None:
        """Keeps the net in a file: layers, parameters, random streams and history; see
        `network3.load`. A file that is there stays until the new one is whole."""
        storage.save(self, path)

    def load_weights(self, path: str | Path) -> None:
        """Sets all parameters to those in a file that `save` wrote for a net with layers of the
        same shapes.

        Raises
        ------
        OSError, ValueError
            Where the file cannot be read, is damaged or of another net; nothing is changed then.
        """
        storage.load_weights(self, path)

    def to_onnx(self, path: str | Path) -> None:
        """Writes what the net computes in evaluation as an ONNX model.

        Raises
        ------
        ImportError
            Without the package onnx (`pip install 'network3[onnx]'`).
        ValueError
            For layers and activation functions that are not this package's.
        """
        storage.to_onnx(self, path)

    def _begin(self, settings, batches, resume, shuffle):
        """Sets where the training stands: at the start, or where it was."""
        if not resume:
            self.state = State()
            self.descent.rest()
        elif settings.checkpoint is not None and Path(settings.checkpoint).exists():
            self.state = checkpoint.read(settings.checkpoint, self, batches)
        self.state.check("The training", batches)
        self.state.batches = batches
        if shuffle and self.state.shuffle_seed is None:
            self.state.shuffle_seed = int(np.random.randint(2**32, dtype=np.uint32))

    def _batches(self, name, data):
        """The number of mini-batches in a data set, once it has been looked over."""
        checks.data(self, name, data)
        return size(data) // self.mini_batch_size

    def _training(self, data, batches, regularized, with_momentum=False, clipped=False):
        """Trains on mini-batches, and gives their costs."""
        cost = self.layers[-1].cost(self)
        how = regularized, with_momentum, clipped

        def compile_training():
            total, updates = self.descent.updates(cost, self.y, *how)
            return MiniBatches(batches, total, lambda i: at_mini_batch(self, data, i), updates)

        return self._compiled("train", cost, (*data, batches, *how), compile_training)

    def _accuracy(self, role, data, batches):
        """A function that gives the accuracy on a data set."""
        accuracy = self.layers[-1].accuracy(self.y)
        return self._compiled(
            role, accuracy, (*data, batches), lambda: Accuracy(self, data, batches)
        )

    def _predictions(self, data):
        """A function of the number of a mini-batch that gives the classes predicted."""
        i = T.lscalar("i")
        y_out = self.layers[-1].y_out
        givens = at_mini_batch(self, (data[0], None), i)
        return self._compiled(
            "predict",
            y_out,
            data[:1],
            lambda: backend.function([i], backend.fused(y_out), givens=givens),
        )

    def _compiled(self, role, output, what, make):
        """What `make()` compiled the last time, where it is the same that is wanted."""
        wanted = (*backend.state(), *what)
        if role in self._functions:
            before, graph, function = self._functions[role]
            if before == wanted and equal_computations([graph], [output]):
                return function
        function = make()
        self._functions[role] = wanted, output, function
        return function

"""A net of layers, and how it is trained."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytensor.tensor as T

from network3 import backend, checks
from network3.layers.checks import whole_number
from network3.mnist import Data, size

LINES_EVERY = 1000  # mini-batches


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
    test_mb_predictions : function of the number of a mini-batch of the test data, giving the
        classes predicted for its images, (mini-batch size,); after `SGD` with test data

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

    def SGD(
        self,
        training_data: Data,
        epochs: int,
        mini_batch_size: int,
        eta: float,
        validation_data: Data,
        test_data: Data | None,
        lmbda: float = 0.0,
    ) -> None:
        """Trains the net by stochastic gradient descent on mini-batches, and prints how it goes.

        The images are taken in their order. A rest that does not fill a mini-batch is left out, in
        training as in evaluation. After each epoch the accuracy on the validation data is printed,
        and where it is the best so far (or equals it), the accuracy on the test data.

        Parameters
        ----------
        training_data, validation_data : pairs of shared images (n, pixels), floatX, and labels
            (n,), whole numbers from 0
        epochs : int
        mini_batch_size : int
            The net's.
        eta : float
            The learning rate.
        test_data : pair like the others, or None
        lmbda : float
            The regularization parameter: the cost gets 0.5 * lmbda * (sum of the squares of all
            weights) / (number of training mini-batches) added.

        Raises
        ------
        TypeError, ValueError
            Before anything is trained, where data or numbers do not fit.
        FloatingPointError
            When the cost is not a number any more; the net has then its parameters of the end of
            the last epoch that went well (or of the start) again.

        Source: "Neural Networks and Deep Learning", chapters 1 and 6.
        """
        checks.training(self, epochs, mini_batch_size, eta, lmbda)
        training_batches = self._batches("training_data", training_data)
        validation_batches = self._batches("validation_data", validation_data)
        test_batches = 0 if test_data is None else self._batches("test_data", test_data)

        train_mb = self._train_function(training_data, eta, lmbda, training_batches)
        accuracy = self.layers[-1].accuracy(self.y)
        validate_mb_accuracy = self._function(accuracy, validation_data)
        if test_data is not None:
            test_mb_accuracy = self._function(accuracy, test_data)
            self.test_mb_predictions = self._function(self.layers[-1].y_out, (test_data[0], None))

        best_validation_accuracy, best_iteration, test_accuracy = 0.0, None, None
        with backend.training(self.params):
            for epoch in range(epochs):
                self._train_epoch(train_mb, epoch, training_batches)
                validation_accuracy = self._mean(validate_mb_accuracy, validation_batches)
                print(f"Epoch {epoch}: validation accuracy {validation_accuracy:.2%}")
                if validation_accuracy >= best_validation_accuracy:
                    print("This is the best validation accuracy to date.")
                    best_validation_accuracy = validation_accuracy
                    best_iteration = (epoch + 1) * training_batches - 1
                    if test_data is not None:
                        test_accuracy = self._mean(test_mb_accuracy, test_batches)
                        print(f"The corresponding test accuracy is {test_accuracy:.2%}")
        print("Finished training network.")
        if best_iteration is not None:
            print(
                f"Best validation accuracy of {best_validation_accuracy:.2%} "
                f"obtained at iteration {best_iteration}"
            )
        if test_accuracy is not None:
            print(f"Corresponding test accuracy of {test_accuracy:.2%}")

    def _batches(self, name, data):
        """The number of mini-batches in a data set, once it has been looked over."""
        checks.data(self, name, data)
        return size(data) // self.mini_batch_size

    def _function(self, output, data, updates=None):
        """A function of the number of a mini-batch of `data`."""
        i = T.lscalar("i")
        start, stop = i * self.mini_batch_size, (i + 1) * self.mini_batch_size
        images, labels = data
        givens = {self.x: images[start:stop]}
        if labels is not None:
            givens[self.y] = T.cast(labels[start:stop], "int32")
        return backend.function([i], output, updates=updates, givens=givens)

    def _cost(self, lmbda, training_batches):
        """The cost of a mini-batch, a scalar variable."""
        cost = self.layers[-1].cost(self)
        if lmbda:
            weights = [layer.w.flatten() for layer in self.layers if hasattr(layer, "w")]
            # A dot product, which BLAS computes; PyTensor's own sum of squares is not vectorized.
            l2_norm_squared = sum(T.dot(w, w) for w in weights)
            cost = cost + self._number(0.5 * lmbda / training_batches) * l2_norm_squared
        return cost

    def _train_function(self, training_data, eta, lmbda, training_batches):
        """Trains on mini-batch i and returns its cost."""
        cost = self._cost(lmbda, training_batches)
        grads = T.grad(cost, self.params)
        eta = self._number(eta)
        updates = [(p, p - eta * grad) for p, grad in zip(self.params, grads, strict=True)]
        return self._function(cost, training_data, updates)

    def _number(self, value):
        return np.asarray(value, self.x.dtype)

    def _train_epoch(self, train_mb, epoch, training_batches):
        """One epoch; where it ends in what is not a number, the parameters go back to its start."""
        before = [param.get_value() for param in self.params]
        try:
            self._train_mini_batches(train_mb, epoch * training_batches, training_batches)
        except FloatingPointError:
            for param, value in zip(self.params, before, strict=True):
                param.set_value(value)
            raise

    def _train_mini_batches(self, train_mb, first, training_batches):
        """Trains on each mini-batch once; `first` is the number of the first."""
        costs = []
        for j in range(training_batches):
            iteration = first + j
            if iteration % LINES_EVERY == 0:
                _check_costs(costs, iteration - len(costs))
                costs = []
                print(f"Training mini-batch number {iteration}")
            costs.append(train_mb(j))
        last = first + training_batches - 1
        _check_costs(costs, last + 1 - len(costs))
        # What the last update did no cost has shown yet.
        for param in self.params:
            if not np.isfinite(np.asarray(param.get_value(borrow=True))).all():
                raise _not_a_number(f"A parameter ({param}) is not finite", last)

    def _mean(self, mb_accuracy, batches):
        """The mean over the mini-batches of a data set."""
        accuracies = np.array([float(mb_accuracy(j)) for j in range(batches)])
        # JAX answers in float32: what is a whole number of images is made one, in float64, so that
        # accuracies compare as they do in C.
        images = np.rint(accuracies * self.mini_batch_size)
        exact = images / self.mini_batch_size
        return np.mean(exact if np.allclose(accuracies, exact, atol=1e-6) else accuracies)


def _check_costs(costs, first):
    """Raises FloatingPointError where a cost since mini-batch `first` is not a number."""
    bad = np.flatnonzero(~np.isfinite(np.asarray(costs, float)))
    if len(bad):
        raise _not_a_number(f"The cost became {float(costs[bad[0]])}", first + bad[0])


def _not_a_number(what, mini_batch):
    return FloatingPointError(
        f"{what} at training mini-batch number {mini_batch}. The net has the parameters of the "
        f"start of that epoch again. A smaller eta usually helps; so do initial weights and images "
        f"that are not so large."
    )

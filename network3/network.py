"""A net of layers, and how it is trained."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytensor
import pytensor.tensor as T
from pytensor.graph.basic import equal_computations

from network3 import backend, checks, running
from network3.accuracy import Accuracy
from network3.data.mnist import Data, size
from network3.layers.checks import whole_number
from network3.mini_batches import MiniBatches, at_mini_batch

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
        self._eta, self._decay, self._l2 = (
            pytensor.shared(np.zeros((), self.x.dtype), name=name)
            for name in ("eta", "decay", "l2")
        )
        self._functions: dict[str, tuple] = {}  # role: what was wanted, graph, function

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

        train = self._training(training_data, training_batches, bool(lmbda))
        validate = self._accuracy("validate", validation_data, validation_batches)
        if test_data is not None:
            test = self._accuracy("test", test_data, test_batches)
            self.test_mb_predictions = self._predictions(test_data)

        self._set_rates(eta, lmbda, training_batches)
        best_validation_accuracy, best_iteration, test_accuracy = 0.0, None, None
        with running.training(self.params):
            for epoch in range(epochs):
                self._train_epoch(train, epoch, training_batches)
                validation_accuracy = validate()
                print(f"Epoch {epoch}: validation accuracy {validation_accuracy:.2%}")
                if validation_accuracy >= best_validation_accuracy:
                    print("This is the best validation accuracy to date.")
                    best_validation_accuracy = validation_accuracy
                    best_iteration = (epoch + 1) * training_batches - 1
                    if test_data is not None:
                        test_accuracy = test()
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

    def _training(self, data, batches, regularized):
        """Trains on mini-batches, and gives their costs."""
        cost = self.layers[-1].cost(self)
        return self._compiled(
            "train",
            cost,
            (*data, batches, regularized),
            lambda: self._compile_training(data, batches, cost, regularized),
        )

    def _compile_training(self, data, batches, cost, regularized):
        cost, updates = self._descent(cost, regularized)
        return MiniBatches(batches, cost, lambda i: at_mini_batch(self, data, i), updates)

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

    def _descent(self, cost, regularized):
        """The cost of a mini-batch, and the updates of all parameters that lower it."""
        cost = backend.fused(cost, self.y)
        grads = T.grad(cost, self.params)
        weights = [layer.w for layer in self.layers if hasattr(layer, "w")] if regularized else []
        updates = []
        for p, grad in zip(self.params, grads, strict=True):
            kept = self._decay * p if any(p is w for w in weights) else p
            updates.append((p, kept - self._eta * grad))
        if regularized:
            # A dot product, which BLAS computes; PyTensor's own sum of squares is not vectorized.
            vectors = [w.flatten() for w in weights]
            cost = cost + self._l2 * sum(T.dot(v, v) for v in vectors)
        return cost, updates

    def _set_rates(self, eta, lmbda, training_batches):
        """What the compiled functions read, so that other rates need no other functions.

        The gradient of 0.5 * l * (sum of w^2) is l * w: a step with it multiplies w by 1 - eta * l.
        """
        decay_rate = lmbda / training_batches
        rates = (eta, 1 - eta * decay_rate, 0.5 * decay_rate)
        for variable, rate in zip((self._eta, self._decay, self._l2), rates, strict=True):
            variable.set_value(np.asarray(rate, variable.dtype))

    def _train_epoch(self, train, epoch, training_batches):
        """One epoch; where it ends in what is not a number, the parameters go back to its start."""
        before = [running.snapshot(param) for param in self.params]
        try:
            self._train_mini_batches(train, epoch * training_batches, training_batches)
        except FloatingPointError:
            for param, value in zip(self.params, before, strict=True):
                param.set_value(value)
            raise

    def _train_mini_batches(self, train, first, training_batches):
        """Trains on each mini-batch once; `first` is the number of the first."""
        at_once = training_batches if running.whole_epochs() else LINES_EVERY
        last = first + training_batches
        while first < last:
            stop = min(last, first // at_once * at_once + at_once)
            for iteration in range(first, stop):
                if iteration % LINES_EVERY == 0:
                    print(f"Training mini-batch number {iteration}")
            _check_costs(train(first % training_batches, stop - first), first)
            first = stop
        # What the last update did no cost has shown yet.
        for param in self.params:
            if not running.finite(param):
                raise _not_a_number(f"A parameter ({param}) is not finite", last - 1)


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

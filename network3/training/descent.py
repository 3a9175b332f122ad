"""The SGD update of a mini-batch."""

import numpy as np
import pytensor
import pytensor.tensor as T
from pytensor.gradient import DisconnectedInputError

from network3.engine import backend
from network3.layers.layer import as_layer


class Descent:
    """The updates of a network's parameters.

    The rates are shared variables, so that changing them needs no recompilation.

    Attributes
    ----------
    velocities : list of shared variables
        One for each parameter, in order, if momentum was used; otherwise empty.
    """

    def __init__(self, net):
        self.params = net.params
        layers = map(as_layer, net.layers)
        self.weights = [layer.w for layer in layers if layer.w is not None]
        self.velocities = []
        self.eta, self.decay, self.l2, self.momentum, self.largest_norm = (
            pytensor.shared(np.zeros((), net.x.dtype), name=name)
            for name in ("eta", "decay", "l2", "momentum", "largest_norm")
        )

    def set_rates(self, eta, lmbda, training_batches, momentum=0.0, global_clipnorm=None):
        """Set the rates of the next updates.

        The gradient of 0.5 * l * (sum of w^2) is l * w, so an update multiplies w by 1 - eta * l.
        """
        decay_rate = lmbda / training_batches
        rates = {
            self.eta: eta,
            self.decay: 1 - eta * decay_rate,
            self.l2: 0.5 * decay_rate,
            self.momentum: momentum,
            self.largest_norm: global_clipnorm or 0,
        }
        for variable, rate in rates.items():
            variable.set_value(np.asarray(rate, variable.dtype))

    def updates(self, cost, y, regularized, with_momentum=False, clipped=False):
        """Return the regularized cost of a mini-batch, and the updates that reduce it.

        Parameters
        ----------
        cost : scalar variable
        y : variable (mini-batch size,), the labels in it
        regularized, with_momentum, clipped : bool
            Features that are false add nothing to the graph.

        Returns
        -------
        (scalar variable, list of pairs (shared variable, its new value))

        Raises
        ------
        ValueError, TypeError
            If the cost does not depend on a parameter, or if a parameter has another dtype than
            the steps.
        """
        cost = backend.fused(cost, y)
        grads = self._gradients(cost)
        if with_momentum or clipped:
            updates = self._general_updates(grads, regularized, with_momentum, clipped)
        else:
            updates = [
                (p, (self.decay * p if regularized and self._is_weight(p) else p) - self.eta * grad)
                for p, grad in zip(self.params, grads, strict=True)
            ]
        if regularized:
            # BLAS computes a dot product; PyTensor's own sum of squares is not vectorized.
            vectors = [w.flatten() for w in self.weights]
            cost = cost + self.l2 * sum(T.dot(v, v) for v in vectors)
        if any(variable.dtype != new.dtype for variable, new in updates):
            dtypes = ", ".join(f"{p.name or 'without a name'} {p.dtype}" for p in self.params)
            raise TypeError(
                f"SGD: the parameters ({dtypes}) do not all have the dtype of their updates: "
                f"create them with dtype=theano.config.floatX, which is {pytensor.config.floatX}"
            )
        return cost, updates

    def _gradients(self, cost):
        try:
            return T.grad(cost, self.params)
        except DisconnectedInputError:
            gradients = T.grad(
                cost, self.params, disconnected_inputs="ignore", return_disconnected="none"
            )
            unused = [
                p for p, gradient in zip(self.params, gradients, strict=True) if gradient is None
            ]
            raise ValueError(
                f"SGD: the cost does not depend on the parameter {unused[0].name or unused[0]!r}: "
                "use it in the layer's output_dropout, or leave it out of the layer's params"
            ) from None

    def _general_updates(self, grads, regularized, with_momentum, clipped):
        """Return the updates v -> momentum * v - eta * g and p -> p + v.

        g is the gradient of the whole cost, scaled down if its norm exceeds the largest norm.

        References
        ----------
        M. Nielsen, "Neural Networks and Deep Learning", chapter 3, "Variations on stochastic
        gradient descent". R. Pascanu, T. Mikolov, Y. Bengio, "On the difficulty of training
        recurrent neural networks", ICML 2013.
        """
        if regularized:
            grads = [
                grad + 2 * self.l2 * p if self._is_weight(p) else grad
                for p, grad in zip(self.params, grads, strict=True)
            ]
        if clipped:
            vectors = [grad.flatten() for grad in grads]
            norm = T.sqrt(sum(T.dot(v, v) for v in vectors))
            shrink = T.switch(norm > self.largest_norm, self.largest_norm / norm, 1)
            grads = [T.cast(shrink, grad.dtype) * grad for grad in grads]
        if not with_momentum:
            return [(p, p - self.eta * grad) for p, grad in zip(self.params, grads, strict=True)]
        self.need_velocities()
        updates = []
        for p, v, grad in zip(self.params, self.velocities, grads, strict=True):
            new_v = self.momentum * v - self.eta * grad
            updates += [(v, new_v), (p, p + new_v)]
        return updates

    def need_velocities(self):
        """Create the velocities, all 0, if there are none yet."""
        if not self.velocities:
            zeros = [np.zeros_like(np.asarray(p.get_value(borrow=True))) for p in self.params]
            self.velocities = [pytensor.shared(z, name="velocity", shape=z.shape) for z in zeros]

    def rest(self):
        """Set the velocities to 0."""
        for v in self.velocities:
            v.set_value(np.zeros_like(np.asarray(v.get_value(borrow=True))))

    def _is_weight(self, p):
        return any(p is w for w in self.weights)

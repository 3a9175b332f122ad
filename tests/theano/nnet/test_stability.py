"""Extreme costs and their gradients in float32 are accurate in functions of the default mode."""

import numpy as np
import pytensor
import pytensor.tensor as T
import pytest

import network3.theano.tensor.nnet as nnet

pytestmark = pytest.mark.theano
PYTHON = pytensor.compile.mode.Mode("py", "fast_run")

SCORES = np.array([[1000, -1000, 0], [-1000, -1000, -1000], [0, 1, 2]], "float32")
LABELS = np.array([1, 0, 2], "int32")
TARGETS = np.array([[0, 1, 0], [0.5, 0.25, 0.25], [0, 0, 1]], "float32")


def log_softmax(z):
    z = z.astype("float64")
    z = z - z.max(axis=1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))


def softplus(z):
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z.astype("float64"))))


ONE_HOT = np.eye(3)[LABELS]
SOFTMAX = np.exp(log_softmax(SCORES))
SIGMOID = np.exp(-softplus(-SCORES))
by_labels = -log_softmax(SCORES)[np.arange(3), LABELS].sum(), SOFTMAX - ONE_HOT
by_targets = -(TARGETS * log_softmax(SCORES)).sum(), SOFTMAX - TARGETS
by_sigmoid = (
    (TARGETS * softplus(-SCORES) + (1 - TARGETS) * softplus(SCORES)).sum(),
    SIGMOID - TARGETS,
)

# The cost of scores z, labels y and targets t; its value and its gradient with respect to z.
COSTS = {
    "log of softmax": (lambda z, y, t: -T.log(nnet.softmax(z))[T.arange(3), y].sum(), by_labels),
    "log of one of softmax": (
        lambda z, y, t: -T.log(nnet.softmax(z)[T.arange(3), y]).sum(),
        by_labels,
    ),
    "labels": (lambda z, y, t: nnet.categorical_crossentropy(nnet.softmax(z), y).sum(), by_labels),
    "one hot": (
        lambda z, y, t: nnet.categorical_crossentropy(nnet.softmax(z), t).sum(),
        by_targets,
    ),
    "logsoftmax": (lambda z, y, t: -(t * nnet.logsoftmax(z)).sum(), by_targets),
    "crossentropy_softmax_1hot": (
        lambda z, y, t: nnet.crossentropy_softmax_1hot(z, y)[0].sum(),
        by_labels,
    ),
    "binary": (lambda z, y, t: nnet.binary_crossentropy(nnet.sigmoid(z), t).sum(), by_sigmoid),
    "sigmoid_binary": (
        lambda z, y, t: nnet.sigmoid_binary_crossentropy(z, t).sum(),
        by_sigmoid,
    ),
    "log of sigmoid": (
        lambda z, y, t: -T.log(nnet.sigmoid(z)).sum(),
        (softplus(-SCORES).sum(), SIGMOID - 1),
    ),
    "log of 1 - sigmoid": (
        lambda z, y, t: -T.log(1 - nnet.sigmoid(z)).sum(),
        (softplus(SCORES).sum(), SIGMOID),
    ),
}


@pytest.mark.parametrize("cost, truth", COSTS.values(), ids=COSTS)
def test_costs_and_gradients_are_finite_and_right(cost, truth, backend, float32):
    z, y, t = T.fmatrix(), T.ivector(), T.fmatrix()
    value = cost(z, y, t)
    f = pytensor.function([z, y, t], [value, T.grad(value, z)], on_unused_input="ignore")
    result, gradient = f(SCORES, LABELS, TARGETS)
    np.testing.assert_allclose(result, truth[0], rtol=1e-5)
    np.testing.assert_allclose(gradient, truth[1], atol=1e-6)


P = np.array([[0.5, 0.25, 4.0], [2.0, 8.0, 0.125]])


@pytest.mark.parametrize(
    "graph, truth",
    [
        # The quotient has another index than the scattering.
        (lambda p: p * T.zeros_like(p)[[0, 1], [2, 0]].set(3 / p[[0, 1], [1, 1]]), (48, 0.75)),
        # The index is the same, but p is another matrix.
        (
            lambda p: (p + 1) * T.zeros_like(p)[[0, 1], [2, 0]].set(3 / p[[0, 1], [2, 0]]),
            (3.75, 4.5),
        ),
        # Both are the same, so the quotient is cancelled to c.
        (lambda p: p * T.zeros_like(p)[[0, 1], [2, 0]].set(3 / p[[0, 1], [2, 0]]), (3, 3)),
    ],
)
def test_only_a_quotient_by_the_same_entries_is_cancelled(graph, truth):
    expected = np.zeros((2, 3))
    expected[[0, 1], [2, 0]] = truth
    p = T.dmatrix()
    f = pytensor.function([p], graph(p), mode=PYTHON)
    np.testing.assert_allclose(f(P), expected)


def test_a_quotient_scattered_among_other_numbers_is_not_cancelled():
    p = T.dmatrix()
    scattered = T.ones_like(p)[[0, 1], [2, 0]].set(3 / p[[0, 1], [2, 0]])
    f = pytensor.function([p], p * scattered, mode=PYTHON)
    np.testing.assert_allclose(f(P), [[0.5, 0.25, 3], [3, 8, 0.125]])


def test_a_quotient_scattered_into_a_row_is_broadcast():
    p, row = T.dmatrix(), T.drow()
    scattered = T.zeros_like(row)[[0], [2]].set(3 / p[[0], [2]])
    f = pytensor.function([p, row], p * scattered, mode=PYTHON)
    np.testing.assert_allclose(f(P, P[:1]), [[0, 0, 3], [0, 0, 0.125 * 0.75]])


def test_the_same_index_along_other_axes_does_not_cancel():
    q, i, j = T.dtensor3(), T.lvector(), T.lvector()
    scattered = T.zeros_like(q)[:, i, j].set(1 / q[i, j])
    f = pytensor.function([q, i, j], q * scattered, mode=PYTHON)
    Q, rows, columns = np.arange(1.0, 9).reshape(2, 2, 2), np.array([0, 1]), np.array([1, 1])
    expected = np.zeros((2, 2, 2))
    expected[:, rows, columns] = 1 / Q[rows, columns]
    np.testing.assert_allclose(f(Q, rows, columns), Q * expected)


def test_the_gradient_of_a_class_that_is_not_chosen_is_0_even_if_its_probability_is():
    p, y = T.dmatrix(), T.ivector()
    cost = nnet.crossentropy_categorical_1hot(p, y)
    gradients = [
        T.grad(cost.sum(), p),
        nnet.crossentropy_categorical_1hot_grad(T.ones_like(y), p, y),
        nnet.CrossentropyCategorical1HotGrad()(T.ones_like(y), p, y),
    ]
    f = pytensor.function([p, y], [cost, *gradients], mode=PYTHON)
    costs, *results = f([[0.0, 0.5, 0.5], [1.0, 0.0, 0.0]], [1, 0])
    np.testing.assert_allclose(costs, [np.log(2), 0])
    for result in results:
        np.testing.assert_array_equal(result, [[0, -2, 0], [-1, 0, 0]])


def test_classes_of_theanos_operators_are_made_without_arguments():
    """Their gradients, of the costs of all rows, are those that Theano's rewriting inserts."""
    x, b, y = T.dmatrix(), T.dvector(), T.ivector()
    p = nnet.SoftmaxWithBias()(x, b)
    cost, same_p, _ = nnet.CrossentropySoftmaxArgmax1HotWithBias()(x, b, y)
    dx = nnet.CrossentropySoftmax1HotWithBiasDx()(T.constant(1.0), p, y)
    by_softmax = nnet.SoftmaxGrad()(T.grad(nnet.CrossentropyCategorical1Hot()(p, y).sum(), p), p)
    outputs = [nnet.Softmax()(x + b), T.exp(nnet.LogSoftmax()(x + b)), same_p]
    f = pytensor.function(
        [x, b, y], [p, T.grad(cost.sum(), x), *outputs, dx, by_softmax], mode=PYTHON
    )
    softmax, gradient, *results = f(P, [0.5, 0.0, -1.0], [0, 2])
    for result in results[:3]:
        np.testing.assert_allclose(result, softmax)
    for result in results[3:]:
        np.testing.assert_allclose(result, gradient)

"""Fused operators are used where they match, and do not change results."""

import numpy as np
import pytensor
import pytensor.tensor as T
import pytest
from pytensor.tensor.math import Argmax
from pytensor.tensor.special import softmax
from small_nets import PIXELS, images

import network3
from network3 import ConvPoolLayer, FullyConnectedLayer, Network, SoftmaxLayer
from network3.engine import backend
from network3.ops.average_pool2d import AveragePool2D
from network3.ops.conv2d import Conv2D
from network3.ops.conv_pool_activate import (
    ConvPoolActivate,
    ConvPoolFilterGradient,
    ConvPoolFilterStep,
    ConvPoolInputGradient,
    ShortConvPoolActivate,
)
from network3.ops.fully_connected import FullyConnected, FullyConnectedGradient, FullyConnectedStep
from network3.ops.log_likelihood import LogLikelihood, LogLikelihoodGradient
from network3.ops.max_pool2d import MaxPool2D
from network3.ops.pool_activate import PoolActivate, PoolActivateGradient

ETA, LMBDA, BATCHES = 0.3, 0.7, 4


@pytest.fixture(autouse=True)
def cpp(float64):
    network3.GPU = False


def book_net(activation=network3.sigmoid, p_dropout=0.0):
    return [
        ConvPoolLayer((3, 1, 3, 3), (10, 1, 8, 8), activation_fn=activation),
        FullyConnectedLayer(27, 12, activation, p_dropout),
        SoftmaxLayer(12, 8, p_dropout),
    ]


def trained(layers, lmbda=LMBDA):
    """Train a network for two epochs.

    Return it, the costs of the second epoch, its outputs and accuracy, and the operators of its
    training and evaluation functions.
    """
    net = Network(layers, 10)
    for p in net.params:  # the zeros of a softmax layer would hide the layers before it
        p.set_value(
            p.get_value() + 0.1 * np.cos(np.arange(p.get_value().size)).reshape(p.shape.eval())
        )
    data = tuple(map(pytensor.shared, images(10 * BATCHES)))
    train = net.trainer.step(data, BATCHES, bool(lmbda))
    net.trainer.descent.set_rates(ETA, lmbda, BATCHES)
    train(0, BATCHES)
    costs = np.array(train(0, BATCHES))
    accuracy = net.evaluator.accuracy_on("validate", data, BATCHES)
    predict = backend.function([net.x], backend.fused(net.output))
    x = data[0].get_value()[:10]
    results = [costs, predict(x), accuracy(), *(p.get_value() for p in net.params)]
    return results, train.function.maker.fgraph, predict.maker.fgraph


def kinds(graph):
    return [type(node.op) for node in graph.apply_nodes]


def assert_unchanged(make, monkeypatch, lmbda=LMBDA, seed=1):
    """Train a network with fused operators, and with PyTensor's own in Python.

    Return the fused training graph.
    """
    np.random.seed(seed)
    with pytensor.config.change_flags(mode="FAST_COMPILE"), monkeypatch.context() as patch:
        patch.setattr(backend, "_flag", None)  # not set: the user's mode counts
        plain, graph, _ = trained(make(), lmbda)
    operators = {FullyConnected, PoolActivate, ConvPoolActivate, LogLikelihood}
    assert not operators & set(kinds(graph))
    np.random.seed(seed)
    fused, graph, _ = trained(make(), lmbda)
    assert operators & set(kinds(graph))
    for ours, pytensors in zip(fused, plain, strict=True):
        np.testing.assert_allclose(ours, pytensors, rtol=1e-9, atol=1e-9)
    return graph


each_activation = pytest.mark.parametrize(
    "activation",
    [
        pytest.param(network3.sigmoid, id="sigmoid", marks=pytest.mark.slow),
        pytest.param(network3.tanh, id="tanh", marks=pytest.mark.slow),
        pytest.param(network3.ReLU, id="ReLU"),
        pytest.param(network3.linear, id="linear", marks=pytest.mark.slow),
    ],
)


@each_activation
def test_the_books_nets_consist_of_fused_operators(activation):
    np.random.seed(0)
    _, training, evaluation = trained(book_net(activation, 0.5))
    found = kinds(training)
    assert found.count(ConvPoolActivate) == found.count(ConvPoolFilterStep) == 1
    assert found.count(LogLikelihood) == found.count(LogLikelihoodGradient) == 1
    assert found.count(FullyConnected) == found.count(FullyConnectedStep) == 2
    apart = {Conv2D, PoolActivate, MaxPool2D, ConvPoolFilterGradient, ConvPoolInputGradient}
    assert not apart & set(found)
    assert FullyConnectedGradient not in found
    steps = [node.op for node in training.apply_nodes if isinstance(node.op, FullyConnectedStep)]
    assert all(op.in_place and op.squares and op.input_gradient for op in steps)
    (op,) = (node.op for node in training.apply_nodes if isinstance(node.op, ConvPoolFilterStep))
    assert op.in_place
    assert op.squares
    found = kinds(evaluation)
    assert (found.count(ShortConvPoolActivate), found.count(FullyConnected)) == (1, 2)
    assert not {Conv2D, PoolActivate, MaxPool2D} & set(found)


@pytest.mark.slow
def test_a_layer_with_average_pooling_is_fused_as_one_with_max_pooling(monkeypatch):
    layer = {"filter_shape": (3, 1, 3, 3), "image_shape": (10, 1, 8, 8), "pool_mode": "average"}
    training = assert_unchanged(lambda: [ConvPoolLayer(**layer), SoftmaxLayer(27, 8)], monkeypatch)
    found = kinds(training)
    assert found.count(ConvPoolActivate) == found.count(ConvPoolFilterStep) == 1
    assert not {Conv2D, AveragePool2D, PoolActivate} & set(found)


@pytest.mark.parametrize(
    "p_dropout, lmbda", [pytest.param(0.0, 0.0, marks=pytest.mark.slow), (0.25, LMBDA)]
)
@each_activation
def test_the_books_nets_train_and_evaluate_as_without(activation, p_dropout, lmbda, monkeypatch):
    """With dropout the evaluation contains the factor 1 - p_dropout."""
    assert_unchanged(lambda: book_net(activation, p_dropout), monkeypatch, lmbda)


@pytest.mark.slow
def test_a_weight_without_decay_has_no_squares():
    np.random.seed(0)
    _, training, _ = trained(book_net(), lmbda=0.0)
    kinds_of_steps = FullyConnectedStep | ConvPoolFilterStep
    steps = [node.op for node in training.apply_nodes if isinstance(node.op, kinds_of_steps)]
    assert [op.squares for op in steps] == [False, False, False]


def test_the_first_layer_has_no_input_gradient():
    np.random.seed(0)
    _, training, _ = trained([FullyConnectedLayer(PIXELS, 12), SoftmaxLayer(12, 8)])
    steps = [node.op for node in training.apply_nodes if isinstance(node.op, FullyConnectedStep)]
    assert sorted(op.input_gradient for op in steps) == [False, True]


def conv_net(**arguments):
    layer = ConvPoolLayer((3, 1, 3, 3), (10, 1, 8, 8), **arguments)
    ph, pw = layer.poolsize
    return [layer, SoftmaxLayer(3 * (6 // ph) * (6 // pw), 8)]


@pytest.mark.slow
def test_l2_pooling_stays(monkeypatch):
    training = assert_unchanged(lambda: conv_net(pool_mode="l2"), monkeypatch)
    assert not {PoolActivate, ConvPoolActivate} & set(kinds(training))


@pytest.mark.slow
def test_a_window_too_large_for_the_bits_of_its_ties_stays(monkeypatch):
    training = assert_unchanged(lambda: conv_net(poolsize=(6, 6)), monkeypatch)
    assert MaxPool2D in kinds(training)
    training = assert_unchanged(lambda: conv_net(poolsize=(5, 6)), monkeypatch)
    assert MaxPool2D not in kinds(training)


def leaky(z):
    return T.switch(z > 0, z, 0.1 * z)


def softplus_by_hand(z):
    return T.log(1 + T.exp(z))


def cut_at_zero_in_another_place(z):
    return T.maximum(0.25, z)


def swish(z):
    """An activation function that uses z twice."""
    return z * T.sigmoid(z)


def zeros_of_the_same_shape(z):
    return T.maximum(T.zeros_like(z), z)


def twice(z):
    return T.sigmoid(T.tanh(z))


OWN_ACTIVATIONS = [
    leaky,
    softplus_by_hand,
    cut_at_zero_in_another_place,
    swish,
    zeros_of_the_same_shape,
    twice,
]


@pytest.mark.slow
@pytest.mark.parametrize("activation", OWN_ACTIVATIONS)
def test_a_readers_own_activation(activation, monkeypatch):
    assert_unchanged(lambda: book_net(activation), monkeypatch)


class Own:
    """A user-defined layer with PIXELS inputs, eight outputs, and parameters w and b."""

    def __init__(self, formula, w_shape=(PIXELS, 12), b_shape=(12,), w_dtype=None):
        self.formula = formula
        rng = np.random.default_rng(4)
        w = 0.1 * rng.standard_normal(w_shape)
        self.w = pytensor.shared(w.astype(w_dtype or "float64"), shape=w_shape)
        self.b = pytensor.shared(0.1 * rng.standard_normal(b_shape), shape=b_shape)
        self.params = [self.w, self.b]

    def set_inpt(self, inpt, inpt_dropout, mini_batch_size):
        self.output = self.formula(inpt, self.w, self.b)
        self.output_dropout = self.formula(inpt_dropout, self.w, self.b)


OWN_LAYERS = {
    "like ours": lambda x, w, b: T.tanh(T.dot(x, w) + b),
    "the bias first": lambda x, w, b: T.tanh(b + T.dot(x, w)),
    "scaled by a matrix of ones and halves": lambda x, w, b: T.tanh(
        T.dot(x, w) * T.constant(np.linspace(0.5, 1, 12)) + b
    ),
    "scaled by a matrix of halves": lambda x, w, b: T.tanh(
        T.constant(np.full((10, 12), 0.5)) * T.dot(x, w) + b
    ),
    "a number added to a vector": lambda x, w, b: (
        T.tanh(T.dot(x, w) + b) * T.tanh(x.sum(axis=1) + b.sum()).dimshuffle(0, "x")
    ),
    "scaled afterwards": lambda x, w, b: 0.5 * T.tanh(0.5 * T.dot(x, w) + b),
    "a sum before the activation is used again": lambda x, w, b: (
        T.tanh(T.dot(x, w) + b) + T.sin(T.dot(x, w) + b)
    ),
    "a product is used again": lambda x, w, b: T.tanh(T.dot(x, w) + b) * T.dot(x, w),
    "weights that are computed": lambda x, w, b: T.tanh(T.dot(x, T.exp(w) - 1) + b**2),
    "a bias that is another layer's output": lambda x, w, b: T.tanh(
        T.dot(x, w) + T.tanh(T.dot(x[:1], w) + b)[0]
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("formula", OWN_LAYERS.values(), ids=OWN_LAYERS)
def test_a_readers_own_layer(formula, monkeypatch):
    assert_unchanged(lambda: [Own(formula), SoftmaxLayer(12, 8)], monkeypatch)


@pytest.mark.slow
def test_one_bias_for_all_columns_or_maps(monkeypatch):
    formula = OWN_LAYERS["like ours"]
    assert_unchanged(lambda: [Own(formula, b_shape=(1,)), SoftmaxLayer(12, 8)], monkeypatch)
    one_column = lambda: [Own(formula, (PIXELS, 1)), SoftmaxLayer(12, 8)]  # noqa: E731
    assert_unchanged(one_column, monkeypatch)

    def pooled(x, w, b):
        return T.tanh(
            network3.ops.max_pool2d(network3.ops.conv2d(x.reshape((10, 1, 8, 8)), w), (2, 2))
            + b.dimshuffle("x", 0, "x", "x")
        ).flatten(2)

    own = lambda: [Own(pooled, (2, 1, 3, 3), (1,)), SoftmaxLayer(18, 8)]  # noqa: E731
    assert_unchanged(own, monkeypatch)


def own_conv_layer(formula):
    return lambda: [Own(formula, (2, 1, 3, 3), (2,)), SoftmaxLayer(18, 8)]


@pytest.mark.slow
def test_pooling_without_a_convolution_before_it(monkeypatch):
    def pooled_twice(x, w, b):
        maps = network3.ops.conv2d(x.reshape((10, 1, 8, 8)), w)
        pooled = network3.ops.max_pool2d(T.sin(maps), (2, 2))
        return T.tanh(pooled + b.dimshuffle("x", 0, "x", "x")).flatten(2)

    training = assert_unchanged(own_conv_layer(pooled_twice), monkeypatch)
    found = kinds(training)
    assert found.count(PoolActivate) == found.count(PoolActivateGradient) == 1
    assert not {MaxPool2D, ConvPoolActivate} & set(found)


@pytest.mark.slow
def test_maps_that_are_used_before_pooling_too(monkeypatch):
    def pooled_and_seen(x, w, b):
        maps = network3.ops.conv2d(x.reshape((10, 1, 8, 8)), w)
        pooled = network3.ops.max_pool2d(maps, (2, 2)) + b.dimshuffle("x", 0, "x", "x")
        return (T.tanh(pooled) * T.tanh(maps.mean(axis=(2, 3), keepdims=True))).flatten(2)

    training = assert_unchanged(own_conv_layer(pooled_and_seen), monkeypatch)
    assert {Conv2D, ConvPoolActivate} <= set(kinds(training))


def test_weights_of_another_precision(monkeypatch):
    formula = OWN_LAYERS["like ours"]
    make = lambda: [Own(formula, w_dtype="float32"), SoftmaxLayer(12, 8)]  # noqa: E731
    monkeypatch.setattr(backend, "fusion_allowed", True)
    own = make()[0]
    x = T.matrix()
    own.set_inpt(x, x, 10)
    value = images(10)[0]
    f = backend.function([x], backend.fused(own.output))
    expected = np.tanh(value @ own.w.get_value() + own.b.get_value())
    np.testing.assert_allclose(f(value), expected, rtol=1e-12)


def test_an_activation_that_gives_another_precision(float32):
    x, w, b = T.matrix(), T.matrix(), T.vector()
    zero = T.constant(np.zeros((), "float64"))
    y = T.maximum(zero, T.dot(x, w) + b)
    assert (y.dtype, backend.fused(y).dtype) == ("float64", "float64")


@pytest.mark.slow
def test_parameters_that_two_layers_use(monkeypatch):
    def make():
        first, second = FullyConnectedLayer(PIXELS, PIXELS), FullyConnectedLayer(PIXELS, PIXELS)
        second.w, second.b = first.w, first.b
        second.params = []
        return [first, second, SoftmaxLayer(PIXELS, 8)]

    assert_unchanged(make, monkeypatch, lmbda=0.0)


def with_cost(cost):
    """Return the book's network with a last layer that adds a term to its cost."""

    def make():
        layers = [FullyConnectedLayer(PIXELS, 12), FullyConnectedLayer(12, 12), SoftmaxLayer(12, 8)]
        own = layers[-1].cost
        layers[-1].cost = lambda net: cost(net, own(net), layers)
        return layers

    return make


OWN_COSTS = {
    "twice ours": lambda net, ours, layers: 2 * ours,
    "ours and a bit of another": lambda net, ours, layers: (
        ours + 0.1 * T.mean(T.sqr(layers[-1].output_dropout))
    ),
    "the sum in place of the mean": lambda net, ours, layers: (
        -T.sum(T.log(layers[-1].output_dropout)[T.arange(10), net.y]) / 10
    ),
    "w times w, no sum of squares": lambda net, ours, layers: (
        ours + 0.01 * T.sum(T.sin(T.dot(layers[1].w, layers[1].w)))
    ),
    "w^T times w, no sum of squares": lambda net, ours, layers: (
        ours + 0.01 * T.sum(T.sin(T.dot(layers[1].w.T, layers[1].w)))
    ),
    "w times w^T as vectors": lambda net, ours, layers: (
        ours + 0.01 * T.dot(layers[1].w.T.flatten(), layers[1].w.flatten())
    ),
    "the sum of the squares of an output": lambda net, ours, layers: (
        ours + 0.01 * T.sum(layers[0].output_dropout ** 2)
    ),
    "a gradient": lambda net, ours, layers: (
        ours + 0.01 * T.sum(T.sqr(T.grad(ours, layers[1].output_dropout)))
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("cost", OWN_COSTS.values(), ids=OWN_COSTS)
def test_a_readers_own_cost(cost, monkeypatch):
    assert_unchanged(with_cost(cost), monkeypatch)


UPDATES = {
    "the book's": lambda w, b, dw, db, eta: (w - eta * dw, b - eta * db),
    "products of w alone": lambda w, b, dw, db, eta: (
        w - eta * dw + 0.01 * T.dot(w, T.dot(w.T, w)),
        b - eta * db,
    ),
    "a decay of the biases": lambda w, b, dw, db, eta: (w - eta * dw, eta * b - eta * db),
    "another rate for the biases": lambda w, b, dw, db, eta: (w - eta * dw, b - eta**2 * db),
    "uphill": lambda w, b, dw, db, eta: (eta * dw - w, eta * db - b),
    "half of another parameter": lambda w, b, dw, db, eta: (b - eta * dw, w[0] - eta * db),
}


def assert_same_function(rule, extra, monkeypatch):
    """Compile a fused layer with updates and one more output, and call the function twice."""
    rng = np.random.default_rng(7)
    start = rng.standard_normal((12, 12)), rng.standard_normal(12)
    value, results = rng.standard_normal((10, 12)), []
    for allowed in (False, True):
        monkeypatch.setattr(backend, "fusion_allowed", allowed)
        w, b = (pytensor.shared(array.copy(), shape=array.shape) for array in start)
        eta = pytensor.shared(np.array(0.3))
        x = T.matrix(shape=(10, 12))
        cost = backend.fused(T.sum(T.sin(T.tanh(T.dot(x, w) + b))))
        updates = list(zip((w, b), rule(w, b, *T.grad(cost, [w, b]), eta), strict=True))
        f = backend.function([x], [cost, extra(w)], updates=updates)
        numbers = [np.asarray(y) for _ in range(2) for y in f(value)]
        results.append([*numbers, w.get_value(), b.get_value()])
        fused = {FullyConnectedStep, FullyConnectedGradient} & set(kinds(f.maker.fgraph))
        assert bool(fused) == allowed
    for plain, fused in zip(*results, strict=True):
        np.testing.assert_allclose(fused, plain, rtol=1e-9, atol=1e-9)
    return f.maker.fgraph


@pytest.mark.slow
@pytest.mark.parametrize("rule", UPDATES.values(), ids=UPDATES)
def test_a_readers_own_updates(rule, monkeypatch):
    assert_same_function(rule, lambda w: T.dot(w.flatten(), w.flatten()), monkeypatch)


def test_a_gradient_that_another_update_uses_too_is_computed_once(monkeypatch):
    """A fused update beside the gradient's own operator would compute it twice."""
    monkeypatch.setattr(backend, "fusion_allowed", True)
    w, b = pytensor.shared(np.ones((12, 12))), pytensor.shared(np.ones(12))
    x, eta = T.matrix(shape=(10, 12)), pytensor.shared(np.array(0.3))
    cost = backend.fused(T.sum(T.sin(T.tanh(T.dot(x, w) + b))))
    dw, db = T.grad(cost, [w, b])
    total = pytensor.shared(np.array(0.0))
    updates = [(w, w - eta * dw), (b, b - eta * db), (total, total + dw.sum() + db.sum())]
    f = backend.function([x], cost, updates=updates)
    found = kinds(f.maker.fgraph)
    assert found.count(FullyConnectedGradient) == 1
    assert FullyConnectedStep not in found


# Rules, and if they become an SGD update of the filters.
FILTER_UPDATES = {
    "the book's": (True, lambda w, b, dw, db, eta: (w - eta * dw, b - eta * db)),
    "a decay": (True, lambda w, b, dw, db, eta: ((1 - eta) * w - eta * dw, b - eta * db)),
    "another rate for the biases": (
        False,
        lambda w, b, dw, db, eta: (w - eta * dw, b - eta**2 * db),
    ),
    "a gradient that is used again": (
        False,
        lambda w, b, dw, db, eta: (w - eta * dw, b - dw.sum() * db),
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("becomes_a_step, rule", FILTER_UPDATES.values(), ids=FILTER_UPDATES)
def test_a_readers_own_updates_of_filters(becomes_a_step, rule, monkeypatch):
    """They update the second of two layers; the gradient of the first needs its old filters too."""
    rng = np.random.default_rng(7)
    shapes = 2 * [(2, 2, 3, 3), (2,)]
    start = [rng.standard_normal(shape) for shape in shapes]
    value, results = rng.standard_normal((10, 2, 18, 18)), []
    for allowed in (False, True):
        monkeypatch.setattr(backend, "fusion_allowed", allowed)
        w1, b1, w2, b2 = (pytensor.shared(array.copy(), shape=array.shape) for array in start)
        x, eta = T.tensor4(shape=value.shape), pytensor.shared(np.array(0.01))
        z = x
        for w, b in ((w1, b1), (w2, b2)):
            maps = network3.ops.conv2d(z, w)
            z = T.tanh(network3.ops.max_pool2d(maps, (2, 2)) + b.dimshuffle("x", 0, "x", "x"))
        cost = backend.fused(T.sum(T.sin(z)), T.ivector())
        dw1, dw2, db2 = T.grad(cost, [w1, w2, b2])
        updates = list(zip((w2, b2), rule(w2, b2, dw2, db2, eta), strict=True))
        outputs = [cost, dw1, T.dot(w2.flatten(), w2.flatten())]
        f = backend.function([x], outputs, updates=updates)
        numbers = [np.asarray(y) for _ in range(3) for y in f(value)]
        results.append([*numbers, w2.get_value(), b2.get_value()])
        steps = [n.op for n in f.maker.fgraph.apply_nodes if isinstance(n.op, ConvPoolFilterStep)]
        assert bool(steps) == (allowed and becomes_a_step)
        assert all(op.in_place and op.squares for op in steps)
    for plain, fused in zip(*results, strict=True):
        np.testing.assert_allclose(fused, plain, rtol=1e-9, atol=1e-9)


PRODUCTS = {
    "w w": lambda w: T.dot(w, w),
    "w^T w": lambda w: T.dot(w.T, w),
    "w w^T": lambda w: T.dot(w, w.T),
    "w^T as a vector times w as a vector": lambda w: T.dot(w.T.flatten(), w.flatten()),
}


@pytest.mark.slow
@pytest.mark.parametrize("product", PRODUCTS.values(), ids=PRODUCTS)
def test_a_product_of_the_weights_is_not_taken_for_the_sum_of_their_squares(product, monkeypatch):
    graph = assert_same_function(UPDATES["the book's"], product, monkeypatch)
    (step,) = [n.op for n in graph.apply_nodes if isinstance(n.op, FullyConnectedStep)]
    assert not step.squares


def test_the_most_probable_class_is_found_without_the_probabilities():
    z = T.matrix()
    function = backend.function([z], T.argmax(softmax(z, axis=1), axis=1))
    assert kinds(function.maker.fgraph) == [Argmax]
    assert function([[1, 3, 2], [-5, -7, -6], [0, 800, 900]]).tolist() == [1, 0, 2]


def test_a_softmax_along_the_other_axis_is_computed():
    """In the columns, 9 next to 0 gets a larger probability than 9.5 next to 1."""
    z = T.matrix()
    function = backend.function([z], T.argmax(softmax(z, axis=0), axis=1))
    assert function([[0, 1], [9, 9.5]]).tolist() == [1, 0]


def test_nothing_is_fused_where_the_reader_has_chosen_pytensors_mode(monkeypatch):
    monkeypatch.setattr(backend, "_flag", None)
    np.random.seed(0)
    with pytensor.config.change_flags(mode="FAST_COMPILE"):
        assert not backend.fuses()
        _, training, evaluation = trained(book_net())
    for graph in (training, evaluation):
        assert not {FullyConnected, ConvPoolActivate, LogLikelihood} & set(kinds(graph))

"""A program's own training step is compiled to the fused operators of this package's layers."""

import numpy as np
import pytest
import scipy.special

import network3.theano as theano
import network3.theano.tensor as T
from network3.engine import backend
from network3.fusion.programs import fused_program
from network3.ops.conv_pool_activate import ConvPoolActivate, ConvPoolFilterStep
from network3.ops.fully_connected import FullyConnected, FullyConnectedGradient, FullyConnectedStep
from network3.ops.log_likelihood import LogLikelihood, LogLikelihoodGradient
from network3.ops.random_states import RandomFunction
from network3.theano.tensor import nnet
from network3.theano.tensor.nnet import conv2d, sigmoid, softmax
from network3.theano.tensor.shared_randomstreams import RandomStreams
from network3.theano.tensor.signal.pool import pool_2d

pytestmark = [
    pytest.mark.theano,
    pytest.mark.skipif(not theano.config.cxx, reason="no C++ compiler"),
]


class Net:
    """Two images of 6 x 6, three filters, four hidden units, five classes."""

    def __init__(self, lmbda=0.0, p_dropout=0.0):
        rng = np.random.RandomState(0)
        shapes = [(3, 1, 3, 3), (3,), (12, 4), (4,), (4, 5), (5,)]
        self.params = [
            theano.shared(rng.normal(size=shape).astype(theano.config.floatX)) for shape in shapes
        ]
        w1, b1, w2, b2, w3, b3 = self.params
        self.x, self.y = T.matrix("x"), T.ivector("y")
        convolved = conv2d(self.x.reshape((2, 1, 6, 6)), w1, (2, 1, 6, 6), (3, 1, 3, 3))
        pooled = pool_2d(convolved, (2, 2), ignore_border=True)
        self.maps = sigmoid(pooled + b1.dimshuffle("x", 0, "x", "x"))
        self.hidden = sigmoid(T.dot(self.maps.reshape((2, 12)), w2) + b2)
        if p_dropout:
            mask = RandomStreams(1).binomial(n=1, p=1 - p_dropout, size=self.hidden.shape)
            self.hidden = self.hidden * T.cast(mask, theano.config.floatX)
        output = softmax(T.dot(self.hidden, w3) + b3)
        self.cost = -T.mean(T.log(output)[T.arange(self.y.shape[0]), self.y])
        if lmbda:
            squares = sum([(w**2).sum() for w in (w1, w2, w3)])
            self.cost = self.cost + 0.5 * lmbda * squares / 10

    def compiled(self, updates, outputs=None, **arguments):
        outputs = self.cost if outputs is None else outputs
        return theano.function([self.x, self.y], outputs, updates=updates, **arguments)

    def descent(self, eta=0.1):
        grads = T.grad(self.cost, self.params)
        return [(p, p - eta * grad) for p, grad in zip(self.params, grads, strict=True)]


BATCH = np.random.RandomState(1).rand(2, 36), np.array([4, 1], "int32")


def trained(function, net):
    costs = [function(*BATCH) for _ in range(3)]
    return [*costs, *(p.get_value() for p in net.params)]


def operators(function):
    return {type(node.op) for node in function.maker.fgraph.apply_nodes}


@pytest.mark.parametrize("lmbda", [0.0, 0.3])
def test_a_step_of_gradient_descent_is_the_one_of_our_layers(float64, lmbda):
    net = Net(lmbda)
    step = net.compiled(net.descent())
    wanted = {ConvPoolActivate, ConvPoolFilterStep, FullyConnectedStep, LogLikelihood}
    assert wanted < operators(step)
    products = {"Dot", "CGemv", "Gemv", "Dot22", "Gemm"}
    assert not {op.__name__ for op in operators(step)} & products  # the steps sum their squares too


def without_fusion(monkeypatch, make):
    monkeypatch.setattr(backend, "fusion_allowed", False)
    net = make()
    function = net.compiled(net.descent())
    assert not operators(function) & {ConvPoolActivate, FullyConnected, FullyConnectedStep}
    return trained(function, net)


@pytest.mark.parametrize(
    "arguments", [{}, {"lmbda": 0.3}, {"p_dropout": 0.5}, {"lmbda": 2.0, "p_dropout": 0.2}]
)
def test_it_computes_what_the_program_says(float64, monkeypatch, arguments):
    net = Net(**arguments)
    fused = trained(net.compiled(net.descent()), net)
    expected = without_fusion(monkeypatch, lambda: Net(**arguments))
    for one, other in zip(fused, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-10)


def test_gradients_for_momentum_and_as_outputs_are_the_same(float64, monkeypatch):
    def run():
        net = Net(0.3)
        grads = [T.grad(net.cost, p) for p in net.params]
        speeds = [theano.shared(p.get_value() * 0) for p in net.params]
        updates = [(v, 0.9 * v - 0.1 * g) for v, g in zip(speeds, grads, strict=True)]
        updates += [(p, p + new) for p, (_, new) in zip(net.params, updates, strict=True)]
        function = net.compiled(updates, [net.cost, *grads, net.hidden])
        return [value for _ in range(2) for value in function(*BATCH)], operators(function)

    ours, used = run()
    assert ConvPoolActivate in used
    assert FullyConnectedGradient not in used  # BLAS computes the products of two of the three
    monkeypatch.setattr(backend, "fusion_allowed", False)
    for one, other in zip(ours, run()[0], strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-10)


def test_a_variable_within_the_graph_can_be_replaced(float64):
    """The fused operators have no such variable."""
    net = Net()
    gradient = T.grad(net.cost, net.params[4])
    hidden = T.matrix()
    function = theano.function([hidden, net.y], gradient, givens={net.hidden: hidden})
    zeros = function(np.zeros((2, 4)), BATCH[1])
    assert not zeros.any() and T.grad(net.cost, net.hidden).eval(
        {net.x: BATCH[0], net.y: BATCH[1]}
    ).shape == (2, 4)


FORMS = {
    "as in the book": lambda p, z, y: -T.mean(T.log(p)[T.arange(y.shape[0]), y]),
    "a method": lambda p, z, y: -T.log(p)[T.arange(y.shape[0]), y].mean(),
    "the sign inside": lambda p, z, y: T.mean(-T.log(p)[T.arange(y.shape[0]), y]),
    "the logarithm outside": lambda p, z, y: -T.mean(T.log(p[T.arange(y.shape[0]), y])),
    "rows of z": lambda p, z, y: -T.mean(T.log(p)[T.arange(z.shape[0]), y]),
    "logsoftmax": lambda p, z, y: -T.mean(nnet.logsoftmax(z)[T.arange(y.shape[0]), y]),
    "categorical_crossentropy": lambda p, z, y: nnet.categorical_crossentropy(p, y).mean(),
    "1hot": lambda p, z, y: T.mean(nnet.crossentropy_categorical_1hot(p, y)),
    "softmax_1hot": lambda p, z, y: T.mean(nnet.crossentropy_softmax_1hot(z, y)[0]),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_each_way_to_write_the_log_likelihood_is_one_operator(form):
    z, y = T.matrix("z"), T.ivector("y")
    cost = form(softmax(z), z, y)
    gradient = T.grad(cost, z)
    [fused_cost, fused_gradient], _ = fused_program([cost, gradient], [])
    assert isinstance(fused_cost.owner.op, LogLikelihood)
    assert isinstance(fused_gradient.owner.op, LogLikelihoodGradient)


def test_another_mean_is_not_the_log_likelihood():
    z, y = T.matrix("z"), T.ivector("y")
    for cost in (
        T.mean(T.log(softmax(z))[T.arange(y.shape[0]), y]),
        -T.mean(T.log(softmax(z) + 1e-8)[T.arange(y.shape[0]), y]),
        -T.sum(T.log(softmax(z))[T.arange(y.shape[0]), y]),
        -T.mean(T.log(softmax(z))[T.arange(y.shape[0]), 0 * y]),
        -T.mean(T.log(softmax(z.T))[T.arange(y.shape[0]), y]) * 2,
    ):
        [fused_cost], _ = fused_program([cost], [])
        nodes = theano.gof.graph.io_toposort([], [fused_cost])
        assert not isinstance(fused_cost.owner.op, LogLikelihood), [node.op for node in nodes]


@pytest.mark.parametrize("function", ["softmax", "log_softmax"])
def test_softmax_runs_in_c(function, float64):
    x = T.matrix("x")
    ours = {"softmax": softmax, "log_softmax": nnet.logsoftmax}[function]
    compiled = theano.function([x], ours(x))
    assert all(thunk.cthunk is not None for thunk in compiled.vm.thunks)
    value = np.array([[1000.0, 0, -1000], [3, 3, 3], [-1e9, -1e9 + 1, -np.inf]])
    expected = getattr(scipy.special, function)(value, axis=1)
    np.testing.assert_allclose(compiled(value), expected, rtol=1e-12)


def test_masks_of_ones_are_not_drawn(float64):
    """The book's layers draw one for p_dropout = 0, which takes a third of a step."""
    net, stream = Net(), RandomStreams(1)
    mask = stream.binomial(n=1, p=1 - 0.0, size=net.hidden.shape)
    masked = net.hidden * T.cast(mask, theano.config.floatX)
    cost = T.sqr(masked).sum() + net.cost
    gradient = T.grad(cost, net.params[2])
    function = net.compiled([], [cost, gradient, mask])
    assert not operators(function) & {RandomFunction}
    plain = T.sqr(net.hidden).sum() + net.cost
    expected = net.compiled([], [plain, T.grad(plain, net.params[2])], mode="FAST_COMPILE")
    drawn, found = function(*BATCH), expected(*BATCH)
    for one, other in zip(drawn, found, strict=False):
        np.testing.assert_allclose(one, other, rtol=1e-10)
    assert drawn[2].tolist() == np.ones((2, 4)).tolist() and drawn[2].dtype == "int64"


def test_second_derivatives_are_taken(float64):
    net = Net()
    gradient = T.grad(net.cost, net.params[5])
    curvature = T.grad(T.sqr(gradient).sum(), net.params[5])
    function = net.compiled([], [gradient, curvature])
    first, second = function(*BATCH)
    h = 1e-6
    norm = (first**2).sum()
    value = net.params[5].get_value()
    value[0] += h
    net.params[5].set_value(value)
    moved = function(*BATCH)[0]
    assert ((moved**2).sum() - norm) / h == pytest.approx(second[0], rel=1e-4)


def test_the_gradient_that_the_program_sees_has_the_programs_operators():
    net = Net()
    gradient = T.grad(net.cost, net.params[0])
    net.compiled([(net.params[0], net.params[0] - gradient)], mode="FAST_COMPILE")
    seen = {type(node.op) for node in theano.gof.graph.io_toposort([], [gradient])}
    assert not seen & {ConvPoolActivate, FullyConnected, LogLikelihood}


def test_an_update_of_another_precision_is_refused_as_ever(float32):
    net = Net()
    gradient = T.grad(net.cost, net.params[2])
    eta = T.constant(0.1, dtype="float64")
    with pytest.raises(TypeError, match="float64"):
        net.compiled([(net.params[2], net.params[2] - eta * gradient)])


def test_a_symbolic_learning_rate_and_a_regularization_keep_their_meaning(float64, monkeypatch):
    def run():
        net, eta = Net(0.3), theano.shared(0.2)
        grads = T.grad(net.cost, net.params)
        updates = [(p, p - eta * g) for p, g in zip(net.params, grads, strict=True)]
        return trained(net.compiled(updates), net)

    ours = run()
    monkeypatch.setattr(backend, "fusion_allowed", False)
    for one, other in zip(ours, run(), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-10)

"""The layers: their parameters, their outputs, and the arguments that they refuse."""

import numpy as np
import pytensor
import pytensor.tensor as T
import pytest

import network3
from network3 import ConvPoolLayer, FullyConnectedLayer, SoftmaxLayer, dropout_layer


def evaluate(layer, output, x, mini_batch_size):
    """Return the value of an output of the layer for the input x."""
    inpt = T.matrix()
    layer.set_inpt(inpt, inpt, mini_batch_size)
    return pytensor.function([inpt], getattr(layer, output))(x)


def test_initial_parameters_are_drawn_as_the_original_draws_them(float64):
    np.random.seed(1)
    conv = ConvPoolLayer((20, 1, 5, 5), (10, 1, 28, 28))
    full = FullyConnectedLayer(2880, 100)
    np.random.seed(1)
    expected = [
        np.random.normal(0, np.sqrt(1 / 125), (20, 1, 5, 5)),
        np.random.normal(0, 1, 20),
        np.random.normal(0, np.sqrt(1 / 100), (2880, 100)),
        np.random.normal(0, 1, 100),
    ]
    for param, value in zip(conv.params + full.params, expected, strict=True):
        assert np.array_equal(param.get_value(), value)
    softmax = SoftmaxLayer(100, 10)
    assert [p.get_value().any() for p in softmax.params] == [False, False]
    assert [p.name for p in full.params] == ["w", "b"]


def test_a_convolutional_layer_by_eye(backend, float64):
    """One filter that selects the lower right pixel after flipping, pooled over 2 x 2."""
    layer = ConvPoolLayer((1, 1, 2, 2), (1, 1, 3, 3), (2, 2), network3.linear)
    layer.w.set_value(np.array([[[[1.0, 0.0], [0.0, 0.0]]]]))
    layer.b.set_value(np.array([0.5]))
    image = np.array([[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]])
    assert evaluate(layer, "output", image, 1) == 9.5
    assert layer.output is layer.output_dropout


def test_l2_pooling_takes_the_root_of_the_sum_of_squares(backend, float64):
    layer = ConvPoolLayer((1, 1, 1, 1), (1, 1, 2, 2), (2, 2), network3.linear, pool_mode="l2")
    layer.w.set_value(np.ones((1, 1, 1, 1)))
    layer.b.set_value(np.zeros(1))
    assert evaluate(layer, "output", np.array([[3.0, 0.0, 0.0, 4.0]]), 1) == 5


def test_dropout_scales_evaluation_and_not_training(backend, float64):
    layer = FullyConnectedLayer(200, 1, network3.linear, p_dropout=0.25)
    layer.w.set_value(np.ones((200, 1)))
    layer.b.set_value(np.zeros(1))
    x = np.ones((1, 200))
    assert evaluate(layer, "output", x, 1) == 150
    kept = evaluate(layer, "output_dropout", x, 1)
    assert kept == round(float(kept[0, 0]))
    assert 120 < kept < 180


def test_a_softmax_layer_scales_its_evaluation_too(backend, float64):
    layer = SoftmaxLayer(2, 2, p_dropout=0.75)
    layer.w.set_value(np.array([[4.0, 0.0], [4.0, 0.0]]))
    z = 0.25 * (4 + 4)
    expected = [[1 / (1 + np.exp(-z)), 1 / (1 + np.exp(z))]]
    np.testing.assert_allclose(evaluate(layer, "output", np.ones((1, 2)), 1), expected, rtol=1e-12)


def test_dropout_draws_a_new_mask_at_each_call_of_a_readers_own_function(backend):
    np.random.seed(0)
    x = T.matrix()
    f = pytensor.function([x], dropout_layer(x, 0.5))
    ones = np.ones((20, 50), pytensor.config.floatX)
    first, second = np.array(f(ones)), np.array(f(ones))
    assert set(np.unique(first)) == {0, 1}
    assert (first != second).any()
    np.random.seed(0)
    again = pytensor.function([x], dropout_layer(x, 0.5))
    assert np.array_equal(again(ones), first)


def test_without_dropout_nothing_is_drawn():
    x = T.matrix()
    np.random.seed(0)
    assert dropout_layer(x, 0.0) is x
    expected = np.random.RandomState(0).random_sample()
    assert np.random.random_sample() == expected


def test_two_dropout_layers_have_streams_of_their_own(float64):
    """Independent masks differ; the original's are equal, although each has its own stream."""
    ones = np.ones((20, 50))
    x = T.matrix()
    for masks, equal in (("independent", False), ("original", True)):
        drops = [dropout_layer(x, 0.5, masks) for _ in range(2)]
        a, b = pytensor.function([x], drops)(ones)
        assert np.array_equal(a, b) == equal


def test_softmax_is_by_row_and_its_cost_does_not_overflow(backend, float32):
    layer = SoftmaxLayer(2, 2)
    layer.w.set_value(np.eye(2, dtype="float32") * 1000)
    x = np.array([[1, 0], [0, 1]], "float32")
    np.testing.assert_allclose(evaluate(layer, "output", x, 2), [[1, 0], [0, 1]], atol=1e-6)

    class net:
        x, y = T.matrix(), T.ivector()

    layer.set_inpt(net.x, net.x, 2)
    cost = layer.cost(net)
    gradient = T.grad(cost, layer.b)
    f = pytensor.function([net.x, net.y], [cost, gradient])
    if backend == "jax":  # JAX must know the number of labels beforehand.
        labels = pytensor.shared(np.array([1, 1], "int32"), shape=(2,))
        f = pytensor.function([net.x], [cost, gradient], givens={net.y: labels})
        value, slope = f(x)
    else:
        value, slope = f(x, np.array([1, 1], "int32"))
    assert value == 500
    np.testing.assert_allclose(slope, [0.5, -0.5], atol=1e-6)


def test_accuracy_is_the_share_of_right_answers(float64):
    layer, y = SoftmaxLayer(2, 2), T.ivector()
    layer.w.set_value(np.eye(2))
    inpt = T.matrix()
    layer.set_inpt(inpt, inpt, 4)
    f = pytensor.function([inpt, y], layer.accuracy(y))
    assert f(np.eye(2)[[0, 1, 1, 0]], np.array([0, 1, 0, 0], "int32")) == 0.75


CONV = {"filter_shape": (20, 1, 5, 5), "image_shape": (10, 1, 28, 28)}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"filter_shape": (20, 2, 5, 5)}, "images with 1 feature maps but filters for 2"),
        ({"filter_shape": (20, 1, 29, 5)}, "filters of 29 x 5 for images of 28 x 28"),
        ({"filter_shape": (20, 1, 5)}, r"filter_shape = \(20, 1, 5\): it must be 4 positive"),
        ({"filter_shape": (20, 1, 5, 2.5)}, "filter_shape .* whole numbers"),
        ({"image_shape": (0, 1, 28, 28)}, "image_shape .* positive whole numbers"),
        ({"image_shape": 28}, "image_shape = 28"),
        ({"poolsize": (25, 1)}, r"poolsize \(25, 1\) but the convolved maps have 24 x 24"),
        ({"poolsize": (2,)}, "poolsize .* 2 positive whole numbers"),
        ({"pool_mode": "mean"}, 'pool_mode = \'mean\': it must be "max", "l2" or "aver'),
    ],
)
def test_a_convolutional_layer_refuses_shapes_that_do_not_fit(change, sentence):
    with pytest.raises(ValueError, match=sentence) as caught:
        ConvPoolLayer(**(CONV | change))
    assert str(caught.value).startswith("ConvPoolLayer")


@pytest.mark.parametrize("p_dropout", [-0.1, 1.5, float("nan"), "half", None])
def test_p_dropout_must_lie_in_0_to_1(p_dropout):
    for layer in (FullyConnectedLayer, SoftmaxLayer):
        with pytest.raises(ValueError, match=r"p_dropout = .*must lie in \[0, 1\)"):
            layer(4, 2, p_dropout=p_dropout)
    with pytest.raises(ValueError, match="p_dropout"):
        dropout_layer(T.matrix(), p_dropout)


def test_masks_are_independent_or_the_originals():
    for layer in (FullyConnectedLayer, SoftmaxLayer):
        assert layer(4, 2).masks == "original"
        with pytest.raises(ValueError, match=f"{layer.__name__} got masks = .theano.: it"):
            layer(4, 2, masks="theano")
    with pytest.raises(ValueError, match="p_dropout of type .*: it must be a number or a scalar"):
        dropout_layer(T.matrix(), T.vector())
    with pytest.raises(ValueError, match="dropout_layer got masks = 1"):
        dropout_layer(T.matrix(), 0.5, masks=1)


def test_the_originals_layers_of_one_width_share_their_masks(float32):
    """RandomState(502633495).binomial(1, 0.5, (1, 16)) is 0 1 0 0 0 1 1 0 0 0 1 0 0 0 1 0."""
    ones = T.ones((1, 16))
    p = pytensor.shared(np.float32(0.5))
    drops = [dropout_layer(ones, share) for share in (0.5, 0.5, p)]
    first, second, third = pytensor.function([], drops, mode="FAST_COMPILE")()
    assert first.tolist() == [[0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0]]
    assert (first == second).all() and (first == third).all()


@pytest.mark.parametrize("n", [0, -3, 2.5, "many", None, float("inf")])
def test_sizes_must_be_positive_whole_numbers(n):
    for layer in (FullyConnectedLayer, SoftmaxLayer):
        with pytest.raises(ValueError, match=f"{layer.__name__} got n_in = "):
            layer(n, 10)
        with pytest.raises(ValueError, match=f"{layer.__name__} got n_out = "):
            layer(10, n)


def test_an_activation_must_be_a_function():
    with pytest.raises(TypeError, match="activation_fn = 'relu': it must be a function"):
        FullyConnectedLayer(4, 2, activation_fn="relu")


def test_relu_has_slope_0_at_0(backend, float64):
    z = T.vector()
    f = pytensor.function([z], T.grad(network3.ReLU(z).sum(), z))
    assert f(np.array([-1.0, 0.0, 2.0])).tolist() == [0, 0, 1]

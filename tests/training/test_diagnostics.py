"""Diagnostics of networks whose units are known to be dead or saturated."""

import numpy as np
import pytest
from small_nets import PIXELS, images, shared, softmax_net, values

from network3 import FullyConnectedLayer, Network, ReLU, SoftmaxLayer, sigmoid, tanh
from network3.training.diagnostics import Diagnostics


def net_with(activation, bias):
    """Build a network with eight hidden units whose inputs are their biases."""
    net = Network([FullyConnectedLayer(PIXELS, 8, activation), SoftmaxLayer(8, 8)], 10)
    net.layers[0].w.set_value(np.zeros((PIXELS, 8), net.x.dtype))
    net.layers[0].b.set_value(np.asarray(bias, net.x.dtype))
    return net


def looked_into(net, epochs=1, eta=0.0, **settings):
    data = shared(60)
    diagnostics = Diagnostics(*data)
    history = net.SGD(
        data, epochs, 10, eta, data, None, verbose="none", callbacks=[diagnostics], **settings
    )
    return diagnostics, history


def test_units_of_relu_that_are_zero_for_all_images_are_dead():
    _, history = looked_into(net_with(ReLU, [-1, -1, -1, 1, 1, 1, 1, 1]))
    assert history["0.dead"] == [3 / 8]
    assert "0.saturated" not in history.columns


def test_a_unit_that_is_active_for_one_image_is_not_dead():
    net = net_with(ReLU, [-0.5, -1, 0, 0, 0, 0, 0, 0])
    w = np.zeros((PIXELS, 8), net.x.dtype)
    w[0, 0] = 1  # the first pixel is bright only in images of class 0
    net.layers[0].w.set_value(w)
    _, history = looked_into(net)
    bright = images(60)[0][:, 0] > 0.5
    assert 0 < bright.sum() < 60
    assert history["0.dead"] == [7 / 8]  # units with bias 0 give 0, too


@pytest.mark.parametrize(("activation", "end"), [(sigmoid, 5.0), (tanh, 2.5)])
def test_units_at_the_ends_of_their_activation_are_saturated(activation, end):
    _, history = looked_into(net_with(activation, [end, -end, 0.1, -0.1, 0, 0, 0, 0]))
    assert history["0.saturated"] == [2 / 8]


def test_norms_of_weights_and_gradients(float64):
    net = softmax_net()
    _, history = looked_into(net, epochs=2, eta=0.5)
    x, labels = (data[:10] for data in images(60))
    w, b = values(net)
    p = np.exp(x @ w + b)
    p /= p.sum(axis=1, keepdims=True)
    p[np.arange(10), labels] -= 1
    assert history["0.weights"][1] == pytest.approx(np.sqrt((w**2).sum()))
    assert history["0.gradients"][1] == pytest.approx(np.sqrt(((x.T @ p / 10) ** 2).sum()))


def test_looking_changes_nothing(backend):
    from small_nets import conv_net

    alone, watched = conv_net(p_dropout=0.5), conv_net(p_dropout=0.5)
    data = shared(60)
    alone.SGD(data, 2, 10, 0.1, data, None, verbose="none")
    looked_into(watched, epochs=2, eta=0.1)
    for a, b in zip(values(alone), values(watched), strict=True):
        np.testing.assert_array_equal(a, b)


def test_the_report_names_layers_and_the_gap():
    diagnostics, history = looked_into(net_with(ReLU, [-1] * 8), training_accuracy=True)
    history.rows[-1]["training_accuracy"], history.rows[-1]["validation_accuracy"] = 1.0, 0.9
    lines = diagnostics.report(history).splitlines()
    assert lines[0].split() == ["layer", "weights", "gradients", "dead", "saturated"]
    assert lines[1].split()[0] == "0"
    assert lines[1].split()[3] == "1"
    assert lines[-1].endswith("a gap of 10.00%, over-fitting")

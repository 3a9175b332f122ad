"""A trained network gives classes, probabilities and feature maps for any number of images."""

import numpy as np
import pytensor
import pytest
from scipy.signal import convolve2d
from small_nets import PIXELS, conv_net, images, shared, softmax_net, values

import network3
from network3 import ConvPoolLayer, FullyConnectedLayer, Network, SoftmaxLayer


def numpy_probabilities(net, x):
    """Return the feature maps and probabilities of conv_net, computed by definition."""
    w, b, w1, b1, w2, b2 = values(net)

    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    maps = np.array(
        [[convolve2d(image, w[k, 0], "valid") for k in range(3)] for image in x.reshape(-1, 8, 8)]
    )
    pooled = maps.reshape(len(x), 3, 3, 2, 3, 2).max(axis=(3, 5))
    features = sigmoid(pooled + b[:, None, None])
    z = sigmoid(features.reshape(len(x), -1) @ w1 + b1) @ w2 + b2
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return features, e / e.sum(axis=1, keepdims=True)


@pytest.fixture
def net():
    net = conv_net()
    data = shared(60)
    net.SGD(data, 2, 10, 0.5, data, None, verbose="none")
    return net


@pytest.mark.parametrize("n", [1, 7, 10, 203])
def test_any_number_of_images(n, net, backend):
    x, _ = images(n, seed=1)
    features, probabilities = numpy_probabilities(net, x)
    np.testing.assert_allclose(net.predict_proba(x), probabilities, rtol=1e-4)
    np.testing.assert_allclose(net.feature_maps(x, 0), features, rtol=1e-4)
    assert net.predict(x).tolist() == probabilities.argmax(axis=1).tolist()


def test_a_few_images_have_exactly_the_results_that_they_have_among_many(net, backend):
    x, _ = images(203, seed=1)
    probabilities, features = net.predict_proba(x), net.feature_maps(x, 0)
    for first, stop in (0, 1), (30, 33), (7, 23), (186, 203):
        np.testing.assert_array_equal(net.predict_proba(x[first:stop]), probabilities[first:stop])
        np.testing.assert_array_equal(net.feature_maps(x[first:stop], 0), features[first:stop])


def test_dropout_scales_and_does_not_drop(backend, float64):
    np.random.seed(1)
    net = Network([FullyConnectedLayer(PIXELS, 8, p_dropout=0.5), SoftmaxLayer(8, 8)], 10)
    x, _ = images(15)
    w, b = values(net)[:2]
    np.testing.assert_allclose(
        net.feature_maps(x, 0), 1 / (1 + np.exp(-(x / 2 @ w + b))), rtol=1e-9
    )


def test_images_in_any_form(net):
    x, _ = images(12, seed=1)
    expected = net.predict_proba(x)
    for given in (x.reshape(12, 8, 8), pytensor.shared(x), x.astype(float), x.tolist()):
        np.testing.assert_array_equal(net.predict_proba(given), expected)
    np.testing.assert_allclose(net.predict_proba(x[0]), expected[:1], rtol=1e-5)


def test_the_rest_that_fills_no_mini_batch_counts(net):
    x, labels = images(23, seed=1)
    labels[:4] = (labels[:4] + 1) % 8
    right = (net.predict(x) == labels).sum()
    assert net.accuracy(x, labels) == right / 23
    assert right <= 19
    found = net.evaluate((pytensor.shared(x), pytensor.shared(labels)))
    assert (found["accuracy"], found["images"]) == (right / 23, 23)
    _, p = numpy_probabilities(net, x)
    assert found["cost"] == pytest.approx(-np.log(p[np.arange(23), labels]).mean(), rel=1e-4)


def test_a_confusion_matrix_has_labels_in_rows_and_classes_in_columns(monkeypatch):
    net = softmax_net()
    monkeypatch.setattr(net, "predict", lambda images: np.array([3, 3, 1]))
    matrix = net.confusion_matrix(None, np.array([3, 2, 1]))
    assert matrix.shape == (8, 8)
    assert matrix[3, 3] == matrix[2, 3] == matrix[1, 1] == 1
    assert matrix.sum() == 3


@pytest.mark.parametrize("dtype", ["uint8", "int8", "uint64"])
def test_a_confusion_matrix_counts_many_classes_of_small_labels(dtype, monkeypatch):
    net, labels = Network([SoftmaxLayer(PIXELS, 26)], 10), np.arange(26)
    monkeypatch.setattr(net, "predict", lambda images: labels)
    matrix = net.confusion_matrix(None, labels.astype(dtype))
    np.testing.assert_array_equal(matrix, np.eye(26))


def test_functions_are_compiled_once(net, monkeypatch):
    x, _ = images(3)
    net.predict(x)
    monkeypatch.setattr("network3.engine.backend.function", None)
    net.predict(images(50)[0])


def test_a_net_predicts_on_the_other_backend_after_training_on_one(net):
    x, _ = images(12)
    pytest.importorskip("jax")
    in_c = net.predict_proba(x)
    network3.GPU = True
    try:
        np.testing.assert_allclose(net.predict_proba(x), in_c, rtol=1e-4)
    finally:
        network3.GPU = False
    np.testing.assert_array_equal(net.predict_proba(x), in_c)


@pytest.mark.parametrize(
    ("given", "error", "sentence"),
    [
        (np.zeros((2, 63), np.float32), ValueError, "images of 63 pixels .* takes 64"),
        (np.zeros((2, 64), np.uint8), TypeError, "uint8: divide grey levels by 256"),
        (np.zeros((2, 64), np.int64), TypeError, "int64: divide grey levels by 256"),
        (np.full((2, 64), np.nan), ValueError, "NaN or infinite pixels"),
        (np.zeros((0, 64), np.float32), ValueError, "got no images"),
        ("a picture", TypeError, "got str"),
    ],
)
def test_arguments_that_are_not_images_are_refused(given, error, sentence):
    with pytest.raises(error, match=sentence):
        conv_net().predict(given)


def test_colours_come_first():
    """The three maps of (n, H, W, 3) would be mixed up without a word."""
    layer = ConvPoolLayer((2, 3, 3, 3), (10, 3, 4, 6), (2, 2))
    net = Network([layer, SoftmaxLayer(2 * 1 * 2, 2)], 10)
    x = np.random.rand(5, 3, 4, 6)
    last = np.moveaxis(x, 1, -1)
    with pytest.raises(ValueError, match=r"shape \(4, 6, 3\), .* takes \(3, 4, 6\): .*moveaxis"):
        net.predict(last)
    expected = net.feature_maps(x.reshape(5, -1), 0)
    np.testing.assert_array_equal(net.feature_maps(np.moveaxis(last, -1, 1), 0), expected)


def test_labels_that_do_not_fit():
    with pytest.raises(ValueError, match=r"labels of shape \(3,\) in int64 for 2 images"):
        softmax_net().accuracy(images(2)[0], np.array([1, 2, 3]))


def test_labels_that_are_no_classes_are_counted_in_one_line(caplog):
    """They are misclassified, as in the original. A negative label has no row in the matrix."""
    net, x = softmax_net(), images(4)[0]  # an untrained network predicts 0 for every image
    labels = np.array([0, -1, 8, 0])  # the classes are 0..7
    assert net.accuracy(x, labels) == 0.5
    assert net.confusion_matrix(x, labels)[:, 0].tolist() == [2, 0, 0, 0, 0, 0, 0, 0, 1]
    assert net.evaluate(network3.share(x, labels))["accuracy"] == 0.5
    said = "Network: 2 of 4 labels lie outside 0..7, the classes of the network."
    assert caplog.messages == 3 * [said]
    net.accuracy(x, np.zeros(4, int))
    assert len(caplog.messages) == 3


def test_sgd_counts_such_labels_in_one_line_for_each_set(caplog):
    x, y = images(40)
    test_data = network3.share(x, np.where(np.arange(40) < 3, 99, y))
    softmax_net().SGD(shared(40), 2, 10, 0.5, shared(40), test_data, verbose="none")
    (said,) = caplog.messages
    assert said.startswith("test_data: 3 of 40 labels lie outside 0..7")


def test_a_layer_that_does_not_exist_is_refused():
    with pytest.raises(IndexError, match="layer = 3: it has 3 layers"):
        conv_net().feature_maps(images(2)[0], 3)


def test_the_summary_counts_parameters_and_operations():
    # The book's first convolutional network, counted by hand: 20 filters of 5 x 5 at 24 x 24
    # places, with a product and a sum each, and 20 * 12 * 12 inputs of 100 neurons.
    from network3.nets import NETS

    summary = NETS["basic_conv"].build().summary()
    assert [row.parameters for row in summary.rows] == [520, 288_100, 1010]
    assert [row.flop for row in summary.rows] == [576_000, 576_000, 2000]
    assert [row.output_shape for row in summary.rows] == [(20, 12, 12), (100,), (10,)]
    assert summary.parameters == 289_630
    lines = str(summary).splitlines()
    assert lines[1].split() == ["ConvPoolLayer", "20", "x", "12", "x", "12", "520", "576,000"]
    assert lines[-1].split() == ["all", "289,630", "1,154,000"]

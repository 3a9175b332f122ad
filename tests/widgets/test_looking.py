"""What the widgets tell their page, without a page. tests/browser has the rest."""

import base64
import importlib
import io
import sys

import numpy as np
import pytest
from matplotlib import image

import network3
from network3 import ConvPoolLayer, FullyConnectedLayer, Network, SoftmaxLayer
from network3.layers import Layer
from network3.layers.conv_pool import POOLING

widgets = pytest.importorskip("network3.widgets", exc_type=ImportError)


def net_for(shape=(1, 28, 28), pool_mode="max"):
    """Return a network for 2 classes with two convolutional layers."""
    np.random.seed(0)
    maps, rows, columns = shape
    first = ConvPoolLayer((3, maps, 5, 3), (10, *shape), (2, 3), pool_mode=pool_mode)
    rows, columns = (rows - 4) // 2, (columns - 2) // 3
    second = ConvPoolLayer((4, 3, 3, 3), (10, 3, rows, columns), (3, 2), pool_mode=pool_mode)
    size = 4 * ((rows - 2) // 3) * ((columns - 2) // 2)
    return Network([first, second, SoftmaxLayer(size, 2)], 10)


@pytest.mark.parametrize(
    "pool_mode", ["max", *(pytest.param(m, marks=pytest.mark.slow) for m in ("l2", "average"))]
)
def test_the_steps_lead_to_the_number_that_the_network_computes(pool_mode):
    net = net_for((3, 20, 26), pool_mode)
    image = np.random.rand(3 * 20 * 26).astype(net.x.dtype)
    before = net.feature_maps(image[None], 0)[0]
    inside = widgets.inside.inside
    found = inside(net, image, 1, 2, 1, 2)
    i, j = found["corner"]
    assert 3 <= i < 6 and 4 <= j < 6
    np.testing.assert_array_equal(found["window"], before[:, i : i + 3, j : j + 3])
    w, b = (p.get_value()[2] for p in net.layers[1].params)
    np.testing.assert_allclose(found["product"], found["window"] * w[:, ::-1, ::-1])
    assert found["sum"] == pytest.approx(found["product"].sum())
    assert found["sums"][found["place"]] == found["sum"]
    expected = {
        "max": found["sums"].max(),
        "l2": np.linalg.norm(found["sums"]),
        "average": found["sums"].mean(),
    }
    assert found["pooled"] == pytest.approx(expected[pool_mode])
    assert found["output"] == pytest.approx(1 / (1 + np.exp(-found["pooled"] - b)), abs=1e-5)
    # Of the image it depends on this part alone.
    top, left, height, width = found["field"]
    outside = np.ones((3, 20, 26), bool)
    outside[:, top : top + height, left : left + width] = False
    changed = np.where(outside, 0, image.reshape(3, 20, 26)).ravel()
    assert inside(net, changed, 1, 2, 1, 2)["output"] == pytest.approx(found["output"], abs=1e-6)
    assert (top, left, height, width) == (6, 12, 14, 14)


def test_a_drawing_gives_probabilities_feature_maps_and_an_image():
    net = net_for()
    w = widgets.DrawDigit({"one": net, "two": net})
    assert (w.image, w.shown["nets"], repr(w)) == (None, [], "<DrawDigit: Draw a digit.>")
    w.strokes = [[[60, 60], [205, 60], [120, 235]]]
    assert w.image.shape == (784,)
    one, two = w.shown["nets"]
    np.testing.assert_allclose(two["output"], net.predict_proba(w.image)[0])
    maps = net.feature_maps(w.image)[0]
    assert one["layers"][0]["shape"] == list(maps.shape)
    pixels = np.frombuffer(w.pixels, np.uint8)[784 : 784 + maps.size].reshape(maps.shape)
    scaled = 255 * (maps - maps.min()) / np.ptp(maps)
    np.testing.assert_allclose(pixels, scaled, atol=0.51)
    w.chosen = [1, 0, 2, 3, 4]
    assert w.steps["output"] == pytest.approx(maps[2, 3, 4])
    w.chosen = [0, 2, 0, 0, 0]
    assert "SoftmaxLayer, computes in its own way" in w.steps["error"]
    for nonsense in [9, 0, 0, 0, 0], ["a"], [0, 0, 99, 0, 0]:
        w.chosen = nonsense
        assert list(w.steps) == ["error"]
    assert w.steps["error"].startswith("There is no place (99, 0, 0) in layer 0")
    w.strokes = []
    assert (w.image, w.pixels) == (None, b"")


def test_test_images_come_from_the_data_that_are_given():
    images = np.random.default_rng(0).random((1, 784))
    w = widgets.DrawDigit(net_for(), network3.share(images, [8]))
    w._on_message(w, {"do": "test image"}, [])
    assert w.shown["source"] == "Image 0 of 1, an 8"
    np.testing.assert_allclose(w.image, images[0], rtol=1e-6)


def test_the_steps_are_those_of_a_pooling_mode_that_is_added(monkeypatch):
    class SumPool2D:
        def __init__(self, ph, pw):
            self.size = ph, pw

        def reference(self, x):
            assert x.shape[2:] == self.size
            return [x.sum(axis=(2, 3), keepdims=True)]

    net = net_for()
    monkeypatch.setitem(POOLING, "sum", SumPool2D)
    monkeypatch.setattr(net.layers[0], "pool_mode", "sum")
    found = widgets.inside.inside(net, np.random.rand(784), 0, 2, 3, 4)
    assert found["pooled"] == pytest.approx(found["sums"].sum())


@pytest.mark.parametrize("weight", [np.nan, np.inf])
def test_a_network_whose_training_has_diverged_gets_a_sentence(weight):
    net = net_for()
    w = widgets.DrawDigit({"one": net_for(), "two": net})
    w.strokes = [[[140, 140], [140, 200]]]
    w.chosen = [1, 0, 0, 0, 0]
    assert len(w.shown["nets"]) == 2 and "output" in w.steps
    for param in net.params:
        param.set_value(np.full_like(param.get_value(), weight))
    w.strokes = [[[140, 140], [140, 210]]]
    assert w.shown["source"].startswith("The network two computes NaN or infinite numbers ")
    assert (w.shown["nets"], w.steps) == ([], {})
    assert len(w.pixels) == 784  # the image is shown
    assert w._text() == w.shown["source"]


def test_networks_without_convolution_and_with_a_layer_of_ones_own():
    class Double(Layer):
        input_shape = (784,)

        def set_inpt(self, inpt, inpt_dropout, mini_batch_size):
            self.output = self.output_dropout = 2 * inpt

    class Own(ConvPoolLayer):
        def set_inpt(self, inpt, inpt_dropout, mini_batch_size):
            super().set_inpt(2 * inpt, inpt_dropout, mini_batch_size)

    w = widgets.DrawDigit(Network([Double(), FullyConnectedLayer(784, 4), SoftmaxLayer(4, 2)], 10))
    w.strokes = [[[140, 140]]]
    assert w.shown["nets"][0]["layers"] == [] and len(w.pixels) == 784
    own = Network([Own((2, 1, 5, 5), (10, 1, 28, 28)), SoftmaxLayer(288, 2)], 10)
    with pytest.raises(TypeError, match="Layer 0, Own, computes in its own way"):
        widgets.inside.inside(own, w.image, 0, 0, 0, 0)


def test_wrong_arguments_are_explained():
    colour, grey = net_for((3, 20, 26)), net_for()
    with pytest.raises(ValueError, match=r"takes 3 x 20 x 26: show images of your own with.*Look"):
        widgets.DrawDigit(colour)
    with pytest.raises(TypeError, match="DrawDigit got nets = 3: it must be a Network"):
        widgets.DrawDigit(3)
    with pytest.raises(ValueError, match="different sizes, .*: show them sep"):
        widgets.LookInside({"a": colour, "b": grey}, np.zeros((1, 784)))
    with pytest.raises(ValueError, match="LookInside got 1 images but 2 labels: every"):
        widgets.LookInside(grey, np.zeros((1, 784)), [1, 2])
    for test_data in np.zeros((5, 784)), 3, (np.zeros((5, 784)),):
        with pytest.raises(TypeError, match="DrawDigit got test_data .*: it must be a pair"):
            widgets.DrawDigit(grey, test_data)


@pytest.mark.slow
def test_a_page_without_a_kernel_gets_a_text_and_a_picture(monkeypatch):
    def read(data):
        file = io.BytesIO(base64.b64decode(data["image/png"]))
        return image.imread(file)[:, :, :3].mean(axis=2)

    net = net_for()
    quarter = np.zeros((1, 28, 28))
    quarter[0, :14, :14] = 1
    w = widgets.LookInside({"one": net, "two": net}, quarter.reshape(1, 784), [1])
    data, _ = w._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    p = net.predict_proba(w.image)[0]
    result = f"{p.argmax()} ({p.max():.1%})"
    assert data["text/plain"] == f"Image 0 of 1, a 1 → one: {result}; two: {result}"
    # The image is on the left: its frame is the first column with much ink.
    grey = read(data)
    left = np.flatnonzero((grey < 0.5).sum(axis=0) > 80)[0]
    rows = np.flatnonzero(grey[:, left] < 0.5)
    side = np.ptp(rows) // 2 * 2
    seen = grey[rows[0] :, left:][:side, :side]
    ink = seen.reshape(2, side // 2, 2, side // 2).mean(axis=(1, 3)) < 0.5
    assert ink.tolist() == [[True, False], [False, False]]
    w.chosen = [1, 0, 2, 3, 1]
    assert len(read(w._repr_mimebundle_()[0])) > len(grey) + 100  # the steps are below
    monkeypatch.setitem(sys.modules, "network3.widgets.still", None)  # as without matplotlib
    assert set(w._repr_mimebundle_()[0]) == set(data) - {"image/png"}


def test_without_anywidget_the_module_says_what_to_install(monkeypatch):
    for name in [*sys.modules]:
        if name.startswith("network3.widgets"):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(vars(network3), "widgets", raising=False)
    monkeypatch.setitem(sys.modules, "anywidget", None)
    with pytest.raises(ImportError, match=r"pip install anywidget"):
        importlib.import_module("network3.widgets")

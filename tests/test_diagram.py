"""The drawing of a network, read as an SVG file: sizes of shapes, and texts."""

from xml.etree import ElementTree

import pytest

from network3 import ConvPoolLayer, FullyConnectedLayer, Network, SoftmaxLayer
from network3.layers import Layer

SVG = "{http://www.w3.org/2000/svg}"


def read(net):
    """Return the sizes of the rectangles, and the texts, of a network's drawing."""
    root = ElementTree.fromstring(net.diagram().svg)
    sizes = [(float(r.get("width")), float(r.get("height"))) for r in root.iter(f"{SVG}rect")]
    return sizes, [text.text for text in root.iter(f"{SVG}text")]


def test_one_number_is_a_square_of_the_same_size_in_every_layer():
    layers = [
        ConvPoolLayer((20, 1, 5, 5), (10, 1, 28, 28)),
        FullyConnectedLayer(20 * 12 * 12, 56),
        SoftmaxLayer(56, 10),
    ]
    sizes, texts = read(Network(layers, 10))
    # In units of a pixel of the image: the image, the map in front, the filter's window on the
    # image, 56 units in two columns, 10 in one.
    assert sizes == [(4 * w, 4 * h) for w, h in [(28, 28), (12, 12), (5, 5), (2, 28), (1, 10)]]
    assert texts[:6] == [
        "input",
        "1 x 28 x 28",
        "ConvPoolLayer",
        "20 x 12 x 12",
        "520 parameters",
        "576,000 FLOP",  # 24 * 24 * 20 sums of 25 products
    ]
    parameters = 520 + 2880 * 56 + 56 + 560 + 10
    flop = 576_000 + 2 * (2880 * 56 + 560)
    assert texts[-1] == f"{parameters:,} parameters, {flop:,} FLOP per image"


def test_a_net_without_convolution_and_one_for_colour_pictures():
    sizes, texts = read(Network([SoftmaxLayer(784, 10)], 10))
    assert sizes == [(112, 112), (4, 40)]
    assert texts[1] == "784"
    colour = [ConvPoolLayer((4, 3, 5, 7), (10, 3, 32, 56), (2, 5)), SoftmaxLayer(4 * 14 * 10, 2)]
    sizes, texts = read(Network(colour, 10))
    assert sizes[:3] == [(112, 64), (20, 28), (14, 10)]
    assert texts[1] == "3 x 32 x 56"


def test_what_a_layer_does_not_say_is_a_question_mark():
    class Ends(Layer):
        def set_inpt(self, inpt, inpt_dropout, mini_batch_size):
            self.output = self.output_dropout = inpt.reshape((mini_batch_size, -1, 3))

    class Bare:
        params = ()

        def set_inpt(self, inpt, inpt_dropout, mini_batch_size):
            self.output = self.output_dropout = inpt[:, :4]

    _, texts = read(Network([Ends(), SoftmaxLayer(9, 4), Bare()], 10))
    assert texts[:4] == ["input", "?", "Ends", "? x 3"]
    assert "FLOP unknown" in texts
    assert texts[-1] == "40 parameters, at least 72 FLOP per image"


@pytest.mark.parametrize("n_out", [1, 100_000])
def test_the_widest_net_still_fits(n_out):
    sizes, _ = read(Network([FullyConnectedLayer(4, n_out), SoftmaxLayer(n_out, 2)], 1))
    assert all(0 < size <= 400 for pair in sizes for size in pair)


def test_a_notebook_shows_the_drawing_and_the_call():
    net = Network([SoftmaxLayer(784, 10)], 10)
    shown = net._repr_html_()
    assert shown.startswith("<svg") and shown.endswith(f"<pre>{net!r}</pre>")
    # It has the notebook's colours, and a file has its own, for light, dark and print.
    assert "<style>" not in shown and "currentColor" in shown
    assert "prefers-color-scheme" in net.diagram().svg
    # Those who do not see the drawing hear the table.
    assert ElementTree.fromstring(net.diagram().svg)[0].text == str(net.summary())

"""What a page without a kernel, such as a code host's, shows of a widget in a saved notebook."""

import re

import numpy as np
import pytest

from network3 import FullyConnectedLayer, Network, SoftmaxLayer

nbformat = pytest.importorskip("nbformat")
nbconvert = pytest.importorskip("nbconvert")
widgets = pytest.importorskip("network3.widgets", exc_type=ImportError)

pytestmark = pytest.mark.notebooks


def test_nbconvert_shows_the_picture_of_a_widget():
    net = Network([FullyConnectedLayer(784, 3), SoftmaxLayer(3, 2)], 10)
    data, _ = widgets.LookInside(net, np.eye(28).reshape(1, 784))._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    cell = nbformat.v4.new_code_cell("", outputs=[nbformat.v4.new_output("display_data", data)])
    page, _ = nbconvert.HTMLExporter().from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))
    (shown,) = re.findall(r'<img [^>]*src="data:image/png;base64,([^"]*)"', page, re.DOTALL)
    assert "".join(shown.split()) == data["image/png"]

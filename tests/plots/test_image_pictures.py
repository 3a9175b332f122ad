"""Plots of images: feature maps, receptive fields, misclassified digits, confusion matrix."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from by_eye import panels
from scipy.signal import convolve2d
from small_nets import conv_net, images, softmax_net

from network3 import ConvPoolLayer, Network, SoftmaxLayer, plots


@pytest.fixture(scope="module")
def rectangular_net():
    """Return a network on 12 x 10 images.

    Layer 0 has 3 x 2 filters and 2 x 3 pooling, layer 1 has 2 x 2 filters and 2 x 1 pooling.
    """
    layers = [
        ConvPoolLayer((2, 1, 3, 2), (5, 1, 12, 10), poolsize=(2, 3)),
        ConvPoolLayer((3, 2, 2, 2), (5, 2, 5, 3), poolsize=(2, 1)),
        SoftmaxLayer(12, 4),
    ]
    return Network(layers, 5)


def test_an_image_stands_over_the_maps_of_each_convolutional_layer(rectangular_net):
    net = rectangular_net
    image = np.random.default_rng(0).random(120).astype(net.x.dtype)
    fig = plots.feature_maps(net, image)
    drawn = panels(fig)
    assert [panel.get_title() for panel in drawn] == ["Image of 12 x 10", *"01", *"012"]
    np.testing.assert_array_equal(drawn[0].images[0].get_array(), image.reshape(12, 10))
    assert {panel.images[0].get_array().shape for panel in drawn[1:3]} == {(5, 3)}
    assert {panel.images[0].get_array().shape for panel in drawn[3:]} == {(2, 2)}
    assert [block.get_suptitle() for block in fig.subfigs[1:]] == [
        "Layer 0: 2 feature maps of 5 x 3",
        "Layer 1: 3 feature maps of 2 x 2",
    ]


def test_the_maps_are_what_numpy_computes():
    """NumPy computes a convolution, the maximum over 2 x 2, and the sigmoid."""
    net = conv_net()
    x, _ = images(1)
    _, *drawn = panels(plots.feature_maps(net, x[0]))
    w, b = (p.get_value() for p in net.params[:2])
    for k, panel in enumerate(drawn):
        convolved = convolve2d(x[0].reshape(8, 8), w[k, 0], "valid")
        pooled = convolved.reshape(3, 2, 3, 2).max(axis=(1, 3))
        np.testing.assert_allclose(
            panel.images[0].get_array(), 1 / (1 + np.exp(-pooled - b[k])), rtol=1e-4
        )
    assert len(drawn) == 3


def test_the_layers_to_draw_can_be_chosen(rectangular_net):
    x = np.zeros((12, 10), rectangular_net.x.dtype)
    assert len(panels(plots.feature_maps(rectangular_net, x, [1]))) == 1 + 3


def test_images_and_layers_that_do_not_fit_are_refused():
    x = np.zeros(64, np.float32)
    with pytest.raises(ValueError, match="has 63 pixels but the network takes 1 x 8 x 8"):
        plots.feature_maps(conv_net(), x[:63])
    with pytest.raises(ValueError, match="feature_maps got layer 1, a FullyConnectedLayer"):
        plots.feature_maps(conv_net(), x, [1])
    with pytest.raises(ValueError, match="the network has none with filters"):
        plots.feature_maps(softmax_net(), x)
    with pytest.raises(TypeError, match="is numbers"):
        plots.feature_maps(conv_net(), "seven.png")


def seen_by(neuron, layer, pooled):
    """Return a mask of the pixels (12, 10) that a neuron of `rectangular_net` depends on.

    These pixels reach it through filters of ones.
    """
    sizes = [((3, 2), (2, 3)), ((2, 2), (2, 1))]
    seen = np.zeros((12, 10), bool)
    for pixel in np.ndindex(12, 10):
        maps = np.zeros((12, 10))
        maps[pixel] = 1
        for k, (window, pool) in enumerate(sizes[: layer + 1]):
            maps = convolve2d(maps, np.ones(window), "valid")
            if k < layer or pooled:
                rows, columns = (n // p for n, p in zip(maps.shape, pool, strict=True))
                maps = maps[: rows * pool[0], : columns * pool[1]]
                maps = maps.reshape(rows, pool[0], columns, pool[1]).max(axis=(1, 3))
        seen[pixel] = maps[neuron] > 0
    return seen


@pytest.mark.parametrize(
    ("layer", "pooled", "neurons"),
    [
        (0, False, [(0, 0), (4, 3), (9, 8)]),
        (0, True, [(0, 0), (2, 1), (4, 2)]),
        (1, False, [(0, 0), (3, 1)]),
        (1, True, [(0, 1), (1, 1)]),
    ],
)
def test_a_frame_is_around_what_a_neuron_depends_on(rectangular_net, layer, pooled, neurons):
    x = np.zeros(120, rectangular_net.x.dtype)
    fig = plots.receptive_fields(rectangular_net, x, layer, neurons, pooled)
    frames = fig.axes[0].patches
    assert len(frames) == len(neurons)
    for neuron, frame in zip(neurons, frames, strict=True):
        left, top = (int(edge + 0.5) for edge in frame.get_xy())
        height, width = int(frame.get_height()), int(frame.get_width())
        inside = np.zeros((12, 10), bool)
        inside[top : top + height, left : left + width] = True
        np.testing.assert_array_equal(inside, seen_by(neuron, layer, pooled))
        assert frame.get_label() == f"neuron {neuron}: {height} x {width} pixels"


def test_the_books_first_two_neurons_look_at_fields_a_pixel_apart():
    """In the book's "Local receptive fields", fields have 5 x 5 pixels and move by one pixel."""
    net = Network(
        [ConvPoolLayer((20, 1, 5, 5), (10, 1, 28, 28)), SoftmaxLayer(20 * 12 * 12, 10)], 10
    )
    fig, ax = plt.subplots()
    assert plots.receptive_fields(net, np.zeros(784), ax=ax) is fig
    first, second = ax.patches
    assert first.get_xy() == (-0.5, -0.5) and second.get_xy() == (0.5, -0.5)
    assert {frame.get_width() for frame in ax.patches} == {5}
    assert first.get_edgecolor() != second.get_edgecolor()
    assert first.get_linestyle() != second.get_linestyle()
    assert ax.images[0].get_array().shape == (28, 28)
    assert ax.get_xlabel() == "column (pixels)"
    plt.close(fig)


def test_neurons_outside_the_feature_map_are_refused(rectangular_net):
    x = np.zeros(120)
    with pytest.raises(ValueError, match=r"row of neuron \(10, 0\) = 10: .* from 0 to 9"):
        plots.receptive_fields(rectangular_net, x, neurons=[(10, 0)])
    with pytest.raises(ValueError, match=r"column of neuron \(0, 3\) = 3: .* from 0 to 2"):
        plots.receptive_fields(rectangular_net, x, neurons=[(0, 3)], pooled=True)
    with pytest.raises(TypeError, match="ax is a int: it must be matplotlib axes"):
        plots.receptive_fields(rectangular_net, x, ax=1)


@pytest.fixture
def net_of_brightest_row():
    """Return a network that predicts the brightest row, so errors are known beforehand."""
    net = softmax_net()
    net.layers[0].w.set_value(np.repeat(np.eye(8, dtype=net.x.dtype), 8, axis=0))
    return net


def test_each_wrong_image_has_a_panel_with_label_above_and_prediction_below(net_of_brightest_row):
    x, labels = images(30)
    right = labels.copy()
    labels[[3, 17]] = (labels[[3, 17]] + 1) % 8
    fig = plots.misclassified(net_of_brightest_row, x, labels)
    drawn = panels(fig)
    assert len(drawn) == 2
    for k, panel in zip((3, 17), drawn, strict=True):
        np.testing.assert_array_equal(panel.images[0].get_array(), x[k].reshape(8, 8))
        above, below = panel.texts
        assert (above.get_text(), below.get_text()) == (str(labels[k]), str(right[k]))
        assert above.get_position()[0] >= 1 and above.get_position()[1] == 1
        assert below.get_position()[0] >= 1 and below.get_position()[1] == 0
    assert fig.get_suptitle().startswith("2 of 30 images misclassified\n")


def test_the_first_are_drawn_where_there_are_more(net_of_brightest_row):
    x, labels = images(150)
    wrong = (labels + 1) % 8
    fig = plots.misclassified(net_of_brightest_row, x.reshape(150, 8, 8), wrong)
    assert len(panels(fig)) == 100
    assert fig.get_suptitle().startswith("150 of 150 images misclassified (the first 100 shown)")
    fig = plots.misclassified(net_of_brightest_row, x, wrong, most=7)
    assert [panel.texts[0].get_text() for panel in panels(fig)] == [str(w) for w in wrong[:7]]


def test_no_wrong_image_is_a_title_alone(net_of_brightest_row):
    fig = plots.misclassified(net_of_brightest_row, *images(30))
    assert fig.get_suptitle() == "None of 30 images is misclassified"
    assert not fig.axes


def test_labels_and_numbers_that_do_not_fit_are_refused(net_of_brightest_row):
    x, labels = images(30)
    with pytest.raises(ValueError, match=r"labels of shape \(29,\)"):
        plots.misclassified(net_of_brightest_row, x, labels[1:])
    with pytest.raises(ValueError, match="most = 0: it must be a positive whole number"):
        plots.misclassified(net_of_brightest_row, x, labels, most=0)


def test_a_confusion_matrix_has_the_counts_and_greys_of_the_errors(net_of_brightest_row):
    x, classes = images(40)
    labels = classes.copy()
    labels[:6] = (classes[:6] + 3) % 8
    counts = np.zeros((8, 8), int)
    np.add.at(counts, (labels, classes), 1)
    fig, ax = plt.subplots()
    assert plots.confusion_matrix(net_of_brightest_row, x, labels, ax=ax) is fig
    written = {text.get_position(): text.get_text() for text in ax.texts}
    assert written == {(c, r): str(counts[r, c]) for r in range(8) for c in range(8)}
    drawn = ax.images[0].get_array()
    assert drawn.mask.tolist() == np.eye(8, dtype=bool).tolist()
    assert drawn.sum() == 6
    errors = counts * (1 - np.eye(8, dtype=int))
    np.testing.assert_array_equal(drawn.filled(0), errors)
    assert ax.images[0].get_clim() == (0, errors.max())
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("predicted class", "label")
    assert ax.get_title() == "34 of 40 images classified correctly"
    plt.close(fig)


def test_a_count_can_be_read_on_its_grey(net_of_brightest_row):
    x, classes = images(40)
    ax = plots.confusion_matrix(net_of_brightest_row, x, (classes + 1) % 8).axes[0]
    most = max(int(text.get_text()) for text in ax.texts)
    colours = {text.get_color() for text in ax.texts if text.get_text() == str(most)}
    assert colours == {"white"}
    assert {text.get_color() for text in ax.texts if text.get_text() == "0"} == {"black"}

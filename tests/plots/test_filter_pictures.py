"""Plots of filters: of one layer, with several input maps, and against epochs."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from by_eye import panels
from scipy.signal import correlate2d
from small_nets import conv_net, shared, softmax_net

from network3 import ConvPoolLayer, Network, SoftmaxLayer, plots


def two_maps_net():
    """Return a network whose layer 1 has three filters of 2 x 3 on two maps each."""
    layers = [
        ConvPoolLayer((2, 1, 3, 3), (5, 1, 12, 10)),
        ConvPoolLayer((3, 2, 2, 3), (5, 2, 5, 4), poolsize=(2, 1)),
        SoftmaxLayer(12, 4),
    ]
    return Network(layers, 5)


def test_a_panel_shows_a_filter_as_it_lies_on_the_image():
    """The drawn filter, laid on the image without rotation, gives the network's feature map."""
    net = conv_net()
    net.layers[0].b.set_value(np.zeros(3, net.x.dtype))
    image = np.random.default_rng(0).random((8, 8)).astype(net.x.dtype)
    drawn = panels(plots.filters(net))
    assert len(drawn) == 3
    for k, panel in enumerate(drawn):
        laid = correlate2d(image, panel.images[0].get_array(), "valid")
        pooled = laid.reshape(3, 2, 3, 2).max(axis=(1, 3))
        computed = net.feature_maps(image.reshape(1, 64))[0, k]
        np.testing.assert_allclose(1 / (1 + np.exp(-pooled)), computed, rtol=1e-4)


def test_the_smallest_weight_is_white_and_the_largest_black_in_all_panels():
    net = conv_net()
    w = net.layers[0].w.get_value()
    for panel in panels(plots.filters(net)):
        (drawn,) = panel.images
        assert drawn.get_clim() == (w.min(), w.max())
        assert drawn.cmap(0.0) == (1, 1, 1, 1)
        assert drawn.cmap(1.0) == (0, 0, 0, 1)


def test_the_filters_of_the_books_first_layer_are_in_twenty_panels_with_their_numbers():
    layer = ConvPoolLayer((20, 1, 5, 5), (10, 1, 28, 28))
    fig = plots.filters(Network([layer, SoftmaxLayer(20 * 12 * 12, 10)], 10))
    assert [panel.get_title() for panel in panels(fig)] == [str(k) for k in range(20)]
    assert {panel.images[0].get_array().shape for panel in panels(fig)} == {(5, 5)}
    assert fig.get_suptitle() == "Layer 0: 20 filters of 5 x 5"
    (scale,) = (axes for axes in fig.axes if axes not in panels(fig))
    assert scale.get_ylabel() == "weight"


def test_several_input_maps_stand_beside_each_other_with_a_gap():
    net = two_maps_net()
    w = np.arange(36, dtype=net.x.dtype).reshape(3, 2, 2, 3)
    net.layers[1].w.set_value(w)
    fig = plots.filters(net, 1)
    assert fig.get_suptitle() == "Layer 1: 3 filters of 2 x 3 on 2 maps"
    first, _, last = (panel.images[0].get_array() for panel in panels(fig))
    x = np.nan
    np.testing.assert_array_equal(
        np.ma.filled(first, np.nan), [[5, 4, 3, x, 11, 10, 9], [2, 1, 0, x, 8, 7, 6]]
    )
    np.testing.assert_array_equal(
        np.ma.filled(last, np.nan), [[29, 28, 27, x, 35, 34, 33], [26, 25, 24, x, 32, 31, 30]]
    )


def test_panels_of_wide_filters_leave_no_empty_rows_between_them():
    fig = plots.filters(two_maps_net(), 1)
    fig.draw_without_rendering()
    first, _, last = panels(fig)
    gap = first.get_window_extent().y0 - last.get_window_extent().y1
    assert gap < 0.5 * fig.dpi  # half an inch, with the number of a panel


def test_they_are_drawn_into_a_figure_that_is_given():
    fig = plt.figure(layout="constrained")
    left, right = fig.subfigures(1, 2)
    assert plots.filters(conv_net(), fig=right) is right
    assert len(panels(right)) == 3 and not panels(left)
    plt.close(fig)


@pytest.mark.parametrize(
    ("net", "layer", "sentence"),
    [
        (conv_net, 1, r"layer 1, a FullyConnectedLayer, which has no filters: .* layers \[0\]"),
        (softmax_net, 0, "layer 0, a SoftmaxLayer, .*: the network has none with filters"),
        (conv_net, 3, "layer = 3: it must be a whole number from 0 to 2"),
        (conv_net, -1, "layer = -1: it must be a whole number from 0 to 2"),
    ],
)
def test_layers_without_filters_are_refused(net, layer, sentence):
    with pytest.raises(ValueError, match=f"filters got {sentence}"):
        plots.filters(net(), layer)


def test_what_is_no_figure_is_refused():
    with pytest.raises(TypeError, match="fig is a str: it must be a matplotlib figure"):
        plots.filters(conv_net(), fig="filters.png")


def test_a_recorder_keeps_the_filters_of_the_start_and_of_each_epoch():
    net, recorder, data = conv_net(), plots.FilterRecorder(), shared(60)
    before = net.layers[0].w.get_value()
    seen = []

    class Watch:
        def on_epoch_end(self, net, history):
            seen.append(net.layers[0].w.get_value())

    net.SGD(data, 2, 10, 0.5, data, None, verbose="none", callbacks=[recorder, Watch()])
    assert recorder.epochs == [0, 1, 2]
    np.testing.assert_array_equal(recorder.filters, [before, *seen])
    assert not np.array_equal(seen[0], seen[1])

    fig = plots.filters_by_epoch(recorder)
    ax = fig.axes[0]
    drawn = np.ma.filled(ax.images[0].get_array(), np.nan)
    assert drawn.shape == (13, 13)  # three times three filters of 3 x 3, with lines around each
    for row, w in enumerate([before, *seen]):
        for k in range(3):
            cell = drawn[4 * row + 1 : 4 * row + 4, 4 * k + 1 : 4 * k + 4]
            np.testing.assert_allclose(cell, w[k, 0, ::-1, ::-1])
    assert np.isnan(drawn[::4]).all() and np.isnan(drawn[:, ::4]).all()
    assert [label.get_text() for label in ax.get_yticklabels()] == ["0", "1", "2"]
    assert ax.get_yticks().tolist() == ax.get_xticks().tolist() == [2, 6, 10]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("filter", "epochs trained")


def test_a_recorder_that_has_kept_nothing_is_refused():
    with pytest.raises(ValueError, match="has recorded nothing: train a network with it"):
        plots.filters_by_epoch(plots.FilterRecorder())
    with pytest.raises(TypeError, match="got a Network: it must be a FilterRecorder"):
        plots.filters_by_epoch(conv_net())

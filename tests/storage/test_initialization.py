"""The spread of a layer's initial weights, by the formulas of the book and of He et al."""

import numpy as np
import pytest

from network3 import ConvPoolLayer, FullyConnectedLayer

# Standard deviations for 20 filters of 5 x 5 on 4 maps, pooled over 2 x 2, and for 300 units with
# 784 inputs.
SPREADS = {
    "n_out": ((2 * 2 / (20 * 5 * 5)) ** 0.5, 300**-0.5),
    "n_in": ((4 * 5 * 5) ** -0.5, 784**-0.5),
    "he": ((2 / (4 * 5 * 5)) ** 0.5, (2 / 784) ** 0.5),
}


def layers(**arguments):
    np.random.seed(5)
    return (
        ConvPoolLayer((20, 4, 5, 5), (10, 4, 12, 12), **arguments),
        FullyConnectedLayer(784, 300, **arguments),
    )


@pytest.mark.parametrize("initialization", SPREADS)
def test_weights_spread_as_the_formula_says(initialization):
    """The relative standard error of n normal numbers' spread is 1 / sqrt(2 n); allow three."""
    made = layers(initialization=initialization)
    for layer, spread in zip(made, SPREADS[initialization], strict=True):
        w = layer.w.get_value()
        assert abs(w.std() / spread - 1) < 3 / np.sqrt(2 * w.size)


def test_the_books_initialization_is_the_default():
    for layer, same in zip(layers(), layers(initialization="n_out"), strict=True):
        assert layer.initialization == "n_out"
        assert np.array_equal(layer.w.get_value(), same.w.get_value())


@pytest.mark.parametrize("initialization", ["n_in", "he"])
def test_the_draws_are_the_same_and_only_scaled(initialization):
    for kind, (book, other) in enumerate(
        zip(layers(), layers(initialization=initialization), strict=True)
    ):
        ratio = SPREADS[initialization][kind] / SPREADS["n_out"][kind]
        np.testing.assert_allclose(other.w.get_value(), book.w.get_value() * ratio, rtol=1e-6)
        assert np.array_equal(other.b.get_value(), book.b.get_value())


@pytest.mark.parametrize("wrong", ["xavier", None, [], 1])
def test_another_initialization_is_refused(wrong):
    for make in (
        lambda: ConvPoolLayer((2, 1, 5, 5), (10, 1, 28, 28), initialization=wrong),
        lambda: FullyConnectedLayer(4, 3, initialization=wrong),
    ):
        with pytest.raises(ValueError, match='initialization = .*must be "n_out", "n_in" or "he"'):
            make()

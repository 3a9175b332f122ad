"""The networks of chapter 6, compared with the book's tables."""

import pytest

from network3 import ReLU, sigmoid
from network3.nets import NETS, Recipe, shallow
from network3.nets.catalogue import EXPERIMENTS

CONV_1, CONV_2 = [(20, 1, 5, 5), (20,)], [(40, 20, 5, 5), (40,)]
BOOK = {  # name: eta, lmbda, epochs, shapes of w and b of each layer
    "shallow": (0.1, 0, 60, [(784, 100), (100,), (100, 10), (10,)]),
    "basic_conv": (0.1, 0, 60, [*CONV_1, (2880, 100), (100,), (100, 10), (10,)]),
    "omit_FC": (0.1, 0, 60, [*CONV_1, (2880, 10), (10,)]),
    "dbl_conv": (0.1, 0, 60, [*CONV_1, *CONV_2, (640, 100), (100,), (100, 10), (10,)]),
    "dbl_conv_relu": (0.03, 0.1, 60, [*CONV_1, *CONV_2, (640, 100), (100,), (100, 10), (10,)]),
    "double_fc_dropout": (
        0.03,
        0,
        40,
        [*CONV_1, *CONV_2, (640, 1000), (1000,), (1000, 1000), (1000,), (1000, 10), (10,)],
    ),
}


def test_every_experiment_is_here_under_its_name():
    assert NETS is EXPERIMENTS
    assert set(BOOK) < set(NETS)


def test_a_recipe_takes_its_arguments_in_the_usual_order():
    recipe = Recipe(shallow, 0.5, 0.1, 3)
    assert recipe == Recipe(build=shallow, eta=0.5, lmbda=0.1, epochs=3)
    assert Recipe(shallow) == Recipe(shallow, eta=0.1, lmbda=0, epochs=60)


@pytest.mark.parametrize("name", BOOK)
def test_a_net_has_the_books_numbers_and_shapes(name):
    recipe = NETS[name]
    net = recipe.build(10)
    shapes = [param.get_value().shape for param in net.params]
    assert (recipe.eta, recipe.lmbda, recipe.epochs, shapes) == BOOK[name]
    assert net.mini_batch_size == 10


@pytest.mark.parametrize(
    ("name", "activations"),
    [
        ("shallow", [sigmoid]),
        ("basic_conv", [sigmoid, sigmoid]),
        ("omit_FC", [sigmoid]),
        ("dbl_conv", [sigmoid, sigmoid, sigmoid]),
        ("dbl_conv_relu", [ReLU, ReLU, ReLU]),
        ("double_fc_dropout", [ReLU, ReLU, ReLU, ReLU]),
    ],
)
def test_a_net_has_the_books_activations(name, activations):
    layers = NETS[name].build(10).layers[:-1]
    assert [layer.activation_fn for layer in layers] == activations


def test_all_fully_connected_layers_have_dropout_of_one_half():
    layers = NETS["double_fc_dropout"].build(10).layers
    assert [getattr(layer, "p_dropout", None) for layer in layers] == [None, None, 0.5, 0.5, 0.5]

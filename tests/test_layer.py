"""The base class of layers: its defaults, and what it refuses to guess."""

import numpy as np
import pytensor
import pytest
from small_nets import PIXELS, images, shared

import network3
from network3 import ConvPoolLayer, FullyConnectedLayer, Network, SoftmaxLayer, load
from network3.layers import Layer
from network3.layers.layer import as_layer


class Scale(Layer):
    """A minimal layer with one parameter, which is not a weight."""

    def __init__(self, start, activation_fn=network3.tanh, names=("a", "b")):
        self.start, self.activation_fn, self.names = start, activation_fn, names
        self.scale = pytensor.shared(np.asarray(start, pytensor.config.floatX), name="scale")
        self.params = [self.scale]

    def set_inpt(self, inpt, inpt_dropout, mini_batch_size):
        self.inpt = inpt
        self.output = self.activation_fn(self.scale * inpt)
        self.output_dropout = self.activation_fn(self.scale * inpt_dropout)


def test_by_default_the_config_is_the_constructors_arguments():
    assert Scale(3.0).config() == {"start": 3.0, "activation_fn": "tanh", "names": ["a", "b"]}
    assert Scale(3.0, lambda z: z).config()["activation_fn"] is None


def test_an_argument_that_is_not_kept_or_that_json_cannot_hold_makes_no_config():
    class Forgetful(Scale):
        def __init__(self, start, forgotten):
            super().__init__(start)

    assert Forgetful(1.0, 2).config() is None
    layer = Scale(1.0)
    for names in (object(), print):
        layer.names = names
        assert layer.config() is None


def test_a_layer_of_ones_own_is_trained_saved_and_loaded(tmp_path, float32):
    network3.GPU = False
    net = Network([Scale(0.5), SoftmaxLayer(PIXELS, 8)], 10)
    net.SGD(shared(60), 2, 10, 0.1, shared(20), None, verbose="none")
    assert net.layers[0].scale.get_value() != 0.5
    net.save(tmp_path / "net")
    again = load(tmp_path / "net", custom={"Scale": Scale})
    x, _ = images(7)
    np.testing.assert_array_equal(again.predict_proba(x), net.predict_proba(x))


class Odd(Scale):
    """A layer with a second parameter, which it adds to its output or not."""

    def __init__(self, second, added):
        super().__init__(1.0)
        self.second, self.added = second, added
        self.params = [self.scale, second]

    def set_inpt(self, inpt, inpt_dropout, mini_batch_size):
        super().set_inpt(inpt, inpt_dropout, mini_batch_size)
        if self.added:
            self.output_dropout = self.output_dropout + self.second


@pytest.mark.parametrize(
    ("dtype", "added", "error", "sentence"),
    [
        ("float64", True, TypeError, "scale float32, second float64, .* which is float32"),
        ("float32", False, ValueError, "does not depend on the parameter 'second': use it in"),
    ],
)
def test_a_parameter_that_cannot_be_trained_is_named(dtype, added, error, sentence, float32):
    network3.GPU = False
    layer = Odd(pytensor.shared(np.zeros((), dtype), name="second"), added)
    net = Network([layer, SoftmaxLayer(PIXELS, 8)], 10)
    with pytest.raises(error, match=sentence):
        net.SGD(shared(60), 1, 10, 0.1, shared(20), None, verbose="none")


def test_what_a_layer_does_not_say_is_not_guessed():
    net = Network([Scale(0.5), SoftmaxLayer(PIXELS, 8)], 10)
    assert [row.flop for row in net.summary().rows] == [None, 2 * PIXELS * 8]
    assert str(net.summary()).splitlines()[1].split() == ["Scale", "?", "1", "?"]


def test_a_layer_that_computes_something_else_does_not_inherit_what_is_said_of_it():
    class Twice(FullyConnectedLayer):
        def set_inpt(self, inpt, inpt_dropout, mini_batch_size):
            super().set_inpt(2 * inpt, 2 * inpt_dropout, mini_batch_size)

    class Renamed(FullyConnectedLayer):
        pass

    for kind, flop in ((Twice, None), (Renamed, 2 * PIXELS * 5)):
        net = Network([kind(PIXELS, 5), SoftmaxLayer(5, 8)], 10)
        assert net.summary().rows[0].flop == flop


def test_a_layer_of_another_class_has_what_it_has_itself():
    class Plain:
        params, n_out = [], 8

        def config(self):
            return {"n": 1}

    layer = as_layer(Plain())
    assert (layer.n_out, layer.w, layer.flop, layer.config()) == (8, None, None, {"n": 1})
    with pytest.raises(ValueError, match="Plain does not define to_onnx"):
        layer.to_onnx(None)


def test_a_layer_that_sets_no_output_is_named():
    class Silent(Layer):
        def set_inpt(self, inpt, inpt_dropout, mini_batch_size):
            self.output = inpt

    with pytest.raises(TypeError, match="Silent did not set output_dropout in set_inpt: it must"):
        Network([Silent(), SoftmaxLayer(PIXELS, 8)], 10)


def test_a_layer_must_say_how_it_is_computed():
    with pytest.raises(NotImplementedError, match="Layer must define set_inpt"):
        Network([Layer()], 10)


@pytest.mark.parametrize("mode", ["max", "l2", "average"])
def test_every_pooling_mode_is_saved_and_loaded(mode, tmp_path, float32):
    network3.GPU = False
    layer = ConvPoolLayer((3, 1, 3, 3), (10, 1, 8, 8), (2, 3), pool_mode=mode)
    net = Network([layer, SoftmaxLayer(3 * 3 * 2, 8)], 10)
    net.layers[1].w.set_value(np.random.normal(size=(18, 8)).astype(np.float32))
    net.save(tmp_path / "net")
    again, (x, _) = load(tmp_path / "net"), images(7)
    assert again.layers[0].pool_mode == mode
    np.testing.assert_array_equal(again.predict_proba(x), net.predict_proba(x))
    assert [row.flop for row in again.summary().rows] == [2 * 3 * 9 * 36, 2 * 18 * 8]


def test_an_unknown_pooling_mode_is_refused_and_the_modes_are_listed():
    with pytest.raises(ValueError, match='"median".* must be "max", "l2" or "average"') as error:
        ConvPoolLayer((3, 1, 3, 3), (10, 1, 8, 8), pool_mode='"median"')
    assert "ConvPoolLayer" in str(error.value)


def test_a_file_whose_weights_have_other_sizes_than_it_says_is_refused_before_it_is_built(
    tmp_path, monkeypatch
):
    from network3.storage import saving, tensors

    Network([FullyConnectedLayer(PIXELS, 5), SoftmaxLayer(5, 8)], 10).save(tmp_path / "net")
    arrays, about = tensors.read(tmp_path / "net", saving.KIND)
    about["layers"][0]["config"]["n_out"] = 10**9
    tensors.write(tmp_path / "net", saving.KIND, arrays, about)
    monkeypatch.setattr(np.random, "normal", None)  # drawing weights would fail
    with pytest.raises(ValueError, match=r"cannot be built, number 0.* not \[\(64, 10{9}\)"):
        load(tmp_path / "net")

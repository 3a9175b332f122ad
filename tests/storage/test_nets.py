"""Saved networks evaluate as before, continue training as before, and refuse what does not fit."""

import json
import pickle
import re

import numpy as np
import pytensor
import pytensor.tensor as T
import pytest
import safetensors.numpy
from processes import run
from small_nets import PIXELS, conv_net, images, shared, softmax_net, values

import network3
from network3 import ConvPoolLayer, FullyConnectedLayer, Network, ReLU, SoftmaxLayer, load
from network3.storage import saving as nets
from network3.storage import tensors


def trained_net():
    net = conv_net(p_dropout=0.5)
    net.SGD(shared(60), 1, 10, 0.1, shared(20), None)
    return net


def of_next_steps(net, x):
    """Return a network's outputs for ten images in evaluation, then with the next three masks."""
    evaluate = pytensor.function([net.x], net.output)
    drop = pytensor.function([net.x], net.output_dropout)
    return [np.asarray(values) for values in (evaluate(x), drop(x), drop(x), drop(x))]


@pytest.mark.process
def test_a_net_is_bit_for_bit_identical_in_a_new_process(tmp_path, backend):
    program = """
        import json, os
        import numpy as np, pytensor
        from small_nets import images
        import network3

        net = network3.load(os.environ["NET"])
        evaluate = pytensor.function([net.x], net.output)
        drop = pytensor.function([net.x], net.output_dropout)
        x = images(10)[0]
        for output in (evaluate(x), drop(x), drop(x), drop(x)):
            print(np.asarray(output).tobytes().hex())
        print(json.dumps(net.history.to_dict()))
    """
    net, path = trained_net(), tmp_path / "net"
    net.save(path)
    expected = of_next_steps(net, images(10)[0])
    assert not np.array_equal(expected[1], expected[2])
    printed, _ = run(program, NET=str(path), NETWORK3_GPU="1" if backend == "jax" else "0")
    *found, history = printed.splitlines()
    assert found == [values.tobytes().hex() for values in expected]
    assert json.loads(history) == net.history.to_dict()
    assert len(net.history) == 1


@pytest.mark.slow
def test_a_net_with_the_originals_masks_goes_on_after_it_was_loaded(tmp_path, backend):
    net = conv_net(p_dropout=0.3)
    net.SGD(shared(60), 1, 10, 0.1, shared(20), None)
    net.save(tmp_path / "net")
    again = load(tmp_path / "net")
    assert [layer.masks for layer in again.layers[1:]] == ["original", "original"]
    x = images(10)[0]
    for found, wanted in zip(of_next_steps(again, x), of_next_steps(net, x), strict=True):
        np.testing.assert_array_equal(found, wanted)


def test_either_backend_reads_what_the_other_wrote(tmp_path, backend):
    pytest.importorskip("jax")
    net = trained_net()
    net.save(tmp_path / "net")
    before = of_next_steps(net, images(10)[0])
    network3.GPU = backend == "c"
    after = of_next_steps(load(tmp_path / "net"), images(10)[0])
    np.testing.assert_allclose(after, before, atol=1e-6)


def test_safetensors_alone_reads_the_parameters(tmp_path):
    net = conv_net()
    net.save(tmp_path / "net")
    arrays = safetensors.numpy.load_file(tmp_path / "net")
    assert sorted(arrays) == ["0.b", "0.w", "1.b", "1.w", "2.b", "2.w"]
    for name, value in zip(["0.w", "0.b", "1.w", "1.b", "2.w", "2.b"], values(net), strict=True):
        assert np.array_equal(arrays[name], value)


def test_all_arguments_of_all_layers_come_back(tmp_path):
    layers = [
        ConvPoolLayer((3, 1, 3, 2), (5, 1, 8, 8), (2, 3), ReLU, "l2", "he"),
        FullyConnectedLayer(18, 7, network3.tanh, 0.25, "n_in"),
        FullyConnectedLayer(7, 6, network3.linear),
        SoftmaxLayer(6, 4, 0.5),
    ]
    Network(layers, 5).save(tmp_path / "net")
    net = load(tmp_path / "net")
    assert net.mini_batch_size == 5
    conv, full, linear, softmax = net.layers
    assert (conv.filter_shape, conv.image_shape) == ((3, 1, 3, 2), (5, 1, 8, 8))
    assert (conv.poolsize, conv.pool_mode, conv.initialization) == ((2, 3), "l2", "he")
    assert (conv.activation_fn, full.activation_fn) == (ReLU, network3.tanh)
    assert (full.n_in, full.n_out, full.p_dropout, full.initialization) == (18, 7, 0.25, "n_in")
    assert (linear.activation_fn, linear.initialization) == (network3.linear, "n_out")
    assert (softmax.n_in, softmax.n_out, softmax.p_dropout) == (6, 4, 0.5)


def test_loading_leaves_numpys_generator_as_it_was(tmp_path):
    conv_net(p_dropout=0.5).save(tmp_path / "net")
    np.random.seed(3)
    expected = np.random.random(4)
    np.random.seed(3)
    load(tmp_path / "net")
    assert np.random.random(4).tolist() == expected.tolist()


def test_a_net_of_float64_is_cast_where_float32_is_used(tmp_path):
    with pytensor.config.change_flags(floatX="float64"):
        net = conv_net()
        net.save(tmp_path / "net")
    with pytensor.config.change_flags(floatX="float32"):
        for param, value in zip(load(tmp_path / "net").params, values(net), strict=True):
            assert param.get_value().dtype == np.float32
            assert np.array_equal(param.get_value(), value.astype(np.float32))


@pytest.mark.slow
def test_a_loaded_net_trains_on_as_the_saved_one(tmp_path):
    net = trained_net()
    net.save(tmp_path / "net")
    loaded = load(tmp_path / "net")
    for each in (net, loaded):
        each.SGD(shared(60, seed=4), 1, 10, 0.1, shared(20), None)
    assert all(np.array_equal(a, b) for a, b in zip(values(net), values(loaded), strict=True))


@pytest.mark.parametrize("activation_fn", [network3.sigmoid, network3.tanh, ReLU, network3.linear])
def test_a_pickled_layer_knows_the_name_of_its_activation(activation_fn):
    layer = FullyConnectedLayer(4, 2, activation_fn)
    again = pickle.loads(pickle.dumps(layer))
    assert again.config() == layer.config()
    assert repr(again) == repr(layer)


class Scaled(FullyConnectedLayer):
    """A user-defined layer with an additional argument."""

    def __init__(self, factor, n_in, n_out, **arguments):
        super().__init__(n_in, n_out, **arguments)
        self.factor = factor

    def config(self):
        return {**super().config(), "factor": self.factor}

    def set_inpt(self, inpt, inpt_dropout, mini_batch_size):
        super().set_inpt(self.factor * inpt, self.factor * inpt_dropout, mini_batch_size)


class Plain:
    """A user-defined layer without `config`."""

    def __init__(self):
        self.params = []

    def set_inpt(self, inpt, inpt_dropout, mini_batch_size):
        self.output, self.output_dropout = inpt, inpt_dropout


def net_after(*layers):
    return Network([*layers, SoftmaxLayer(PIXELS, 8)], 10)


@pytest.mark.slow
def test_a_user_defined_layer_is_loaded_by_its_class(tmp_path):
    net = net_after(Scaled(0.5, PIXELS, PIXELS, activation_fn=ReLU))
    net.save(tmp_path / "net")
    loaded = load(tmp_path / "net", custom={"Scaled": Scaled})
    assert loaded.layers[0].factor == 0.5
    assert loaded.layers[0].activation_fn is ReLU
    x = images(10)[0]
    assert np.array_equal(loaded.predict_proba(x), net.predict_proba(x))


def test_a_user_defined_layer_is_named_if_its_class_is_not_given(tmp_path):
    net_after(Scaled(0.5, PIXELS, PIXELS)).save(tmp_path / "net")
    with pytest.raises(ValueError, match=r'number 0, a Scaled .*custom=\{"Scaled": Scaled\}'):
        load(tmp_path / "net")


def test_a_user_class_with_a_name_of_the_books_is_not_mistaken_for_it(tmp_path):
    own = type("FullyConnectedLayer", (Scaled,), {})
    net_after(own(0.5, PIXELS, PIXELS)).save(tmp_path / "net")
    with pytest.raises(ValueError, match="this class is not known here"):
        load(tmp_path / "net")


@pytest.mark.parametrize(
    "make",
    [Plain, lambda: FullyConnectedLayer(PIXELS, PIXELS, activation_fn=lambda z: z)],
    ids=["no config", "activation function"],
)
def test_a_net_that_a_file_cannot_describe_is_built_by_the_user_and_loads_weights(tmp_path, make):
    net = net_after(make())
    for param in net.params:
        param.set_value(np.full_like(param.get_value(), 0.5))
    net.save(tmp_path / "net")
    with pytest.raises(ValueError, match=r"build the network as before and call net\.load_weights"):
        load(tmp_path / "net", custom={"Plain": Plain})
    again = net_after(make())
    again.load_weights(tmp_path / "net")
    assert all((value == 0.5).all() for value in values(again))


def test_a_class_that_does_not_accept_the_config_is_named(tmp_path):
    net_after(Scaled(0.5, PIXELS, PIXELS)).save(tmp_path / "net")
    with pytest.raises(ValueError, match="a Scaled .*unexpected keyword"):
        load(tmp_path / "net", custom={"Scaled": Plain})


def swish(z):
    return z / (1 + T.exp(-z))


def test_a_user_defined_function_is_saved_by_its_name_and_loaded_from_custom(tmp_path, caplog):
    net = net_after(
        FullyConnectedLayer(PIXELS, PIXELS, swish), Scaled(0.5, PIXELS, PIXELS, activation_fn=swish)
    )
    net.save(tmp_path / "net")
    assert len(caplog.messages) == 2
    assert "layer 0 is a network3.FullyConnectedLayer" in caplog.messages[0]
    assert caplog.messages[0].endswith('load needs custom={"swish": swish}.')
    own = {"Scaled": Scaled}
    again = load(tmp_path / "net", custom={**own, "swish": swish})
    x = images(10)[0]
    assert np.array_equal(again.predict_proba(x), net.predict_proba(x))
    with pytest.raises(ValueError) as refused:
        load(tmp_path / "net", custom=own)
    assert str(refused.value).endswith(
        "number 0, a network3.FullyConnectedLayer (its activation_fn swish is not known here): "
        'load(path, custom={"swish": swish}), or build the network as before and call '
        "net.load_weights(path)"
    )


def test_functions_without_a_unique_name_are_not_saved_by_name(tmp_path, caplog):
    """Another function called ReLU must not be loaded as network3's."""

    def ReLU(z):
        return 2 * z

    for function in ReLU, lambda z: z:
        layer = FullyConnectedLayer(PIXELS, PIXELS, function)
        assert layer.config()["activation_fn"] is None
    net_after(layer).save(tmp_path / "net")
    assert "load_weights reads it" in caplog.text


def test_the_layers_of_the_package_are_saved_without_a_warning(tmp_path, caplog):
    conv_net().save(tmp_path / "net")
    net_after(Scaled(0.5, PIXELS, PIXELS)).save(tmp_path / "net")  # with a config
    assert not caplog.messages


def test_custom_must_be_a_dict_of_classes(tmp_path):
    with pytest.raises(TypeError, match="must be a dict of classes"):
        load(tmp_path / "net", custom=[Scaled])


def test_weights_go_into_a_net_with_another_dropout_and_mini_batch_size(tmp_path):
    net, other = conv_net(p_dropout=0.5), conv_net(mini_batch_size=5, seed=1)
    net.save(tmp_path / "net")
    other.load_weights(tmp_path / "net")
    assert all(np.array_equal(a, b) for a, b in zip(values(net), values(other), strict=True))


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        (lambda: [FullyConnectedLayer(PIXELS, 9), SoftmaxLayer(9, 8)],
         r"w of layer 0 \(FullyConnectedLayer\) has shape \(64, 16\) in the file, but \(64, 9\) "),
        (lambda: [FullyConnectedLayer(PIXELS, 16), SoftmaxLayer(16, 4)],
         r"w of layer 1 \(SoftmaxLayer\) has shape \(16, 8\) in the file, but \(16, 4\) in the"),
        (lambda: [SoftmaxLayer(PIXELS, 8)], r"it has 1\.\w of shape"),
        (lambda: [FullyConnectedLayer(PIXELS, 16), FullyConnectedLayer(16, 8), SoftmaxLayer(8, 8)],
         r"it has no \w of layer 2 \(SoftmaxLayer\)"),
    ],
)  # fmt: skip
def test_weights_of_another_net_are_refused_and_nothing_is_changed(tmp_path, layers, words):
    Network([FullyConnectedLayer(PIXELS, 16), SoftmaxLayer(16, 8)], 10).save(tmp_path / "net")
    net = Network(layers(), 10)
    before = values(net)
    with pytest.raises(ValueError, match=words):
        net.load_weights(tmp_path / "net")
    assert all(np.array_equal(a, b) for a, b in zip(values(net), before, strict=True))


def rewritten(path, change):
    """Change the contents of the file at `path`, and give it a valid checksum."""
    arrays, about = tensors.read(path, nets.KIND)
    change(arrays, about)
    tensors.write(path, nets.KIND, arrays, about)


def setting(key, value):
    return lambda arrays, about: about.update({key: value})


def setting_config(**entries):
    return lambda arrays, about: about["layers"][0]["config"].update(entries)


@pytest.mark.parametrize(
    "change",
    [
        lambda arrays, about: about.clear(),
        setting("mini_batch_size", "10"),
        setting("mini_batch_size", -1),
        setting("mini_batch_size", None),
        setting("layers", {}),
        setting("layers", []),
        setting("layers", [None]),
        setting("layers", [{"class": "os.system", "config": {"command": "true"}}]),
        setting("layers", [{"class": "network3.FullyConnectedLayer", "config": {}}]),
        setting("layers", [{"class": "two\nlines", "config": {}}]),
        setting("layers", [{"class": "long" * 10_000, "config": {}}]),
        setting("history", []),
        setting("history", {"cost": 3}),
        setting("history", {"cost": [0.5]}),
        setting("history", {"validation_accuracy": [0.5]}),
        setting_config(n_out=10**12),
        setting_config(n_in=10**9, n_out=10**9),
        setting_config(n_in="64"),
        setting_config(n_in=32),
        setting_config(p_dropout=1.5),
        setting_config(p_dropout=[]),
        setting_config(initialization="zero"),
        setting_config(activation_fn="name"),
        setting_config(activation_fn=["sigmoid"]),
        setting_config(more=1),
        setting_config(**{"two\nlines": 1}),
        setting_config(activation_fn="long" * 10_000),
        lambda arrays, about: arrays.pop("0.b"),
        lambda arrays, about: arrays.pop("0.w"),
        lambda arrays, about: arrays.update({"0.w": arrays["0.w"].astype(int)}),
        lambda arrays, about: arrays.update({"0.w": arrays["0.w"].T}),
        lambda arrays, about: arrays.update({"0.b": arrays["0.b"][:-1]}),
        lambda arrays, about: arrays.update({"0.stream": np.zeros(3, np.uint32)}),
        lambda arrays, about: arrays.update({"2.w": np.zeros(3)}),
        lambda arrays, about: arrays.update({"two\nlines": np.zeros(3)}),
        lambda arrays, about: arrays.update(
            {f"{k} is one of many": np.zeros(3) for k in range(500)}
        ),
    ],
)
def test_a_file_that_makes_no_sense_is_refused_in_a_sentence(tmp_path, change):
    """A malicious author can compute the checksum, too."""
    layers = [FullyConnectedLayer(PIXELS, 16, p_dropout=0.5), SoftmaxLayer(16, 8)]
    Network(layers, 10).save(tmp_path / "net")
    rewritten(tmp_path / "net", change)
    with pytest.raises(ValueError, match=f"^{re.escape(str(tmp_path / 'net'))} ") as caught:
        load(tmp_path / "net")
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 1500


def test_a_config_that_json_cannot_store_is_refused_and_the_old_file_stays(tmp_path):
    softmax_net().save(tmp_path / "net")
    before = (tmp_path / "net").read_bytes()
    with pytest.raises(TypeError, match="was not written: the config"):
        net_after(Scaled(np.zeros(3), PIXELS, PIXELS)).save(tmp_path / "net")
    assert (tmp_path / "net").read_bytes() == before

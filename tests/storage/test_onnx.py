"""ONNX Runtime computes what the exported network computes."""

import sys

import numpy as np
import onnx
import onnxruntime
import pytensor
import pytest

import network3
from network3 import ConvPoolLayer, FullyConnectedLayer, Network, ReLU, SoftmaxLayer
from network3.layers import Layer

N = 20


def digits(n):
    """Return images like MNIST's, (n, 784) in [0, 1), with four fifths of the pixels black."""
    x = np.random.default_rng(0).random((n, 784))
    return np.maximum(0, 5 * x - 4).astype(np.float32)


def by_onnxruntime(path, x):
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    return session.run(["output"], {"images": x})[0]


def net_of(*layers, n_in):
    return Network([*layers, SoftmaxLayer(n_in, 10)], N)


def conv(**arguments):
    return ConvPoolLayer((4, 1, 5, 5), (N, 1, 28, 28), initialization="n_in", **arguments)


NETS = {
    "max": lambda: net_of(conv(), n_in=576),
    "l2": lambda: net_of(conv(pool_mode="l2"), n_in=576),
    "average": lambda: net_of(conv(pool_mode="average", poolsize=(3, 5)), n_in=4 * 8 * 4),
    "a border that pooling leaves out": lambda: net_of(conv(poolsize=(5, 7)), n_in=4 * 4 * 3),
    "ReLU": lambda: net_of(conv(activation_fn=ReLU), n_in=576),
    "tanh": lambda: net_of(conv(activation_fn=network3.tanh), n_in=576),
    "linear": lambda: net_of(conv(activation_fn=network3.linear), n_in=576),
    "two convolutions": lambda: net_of(
        conv(), ConvPoolLayer((3, 4, 3, 2), (N, 4, 12, 12), (2, 1)), n_in=3 * 5 * 11
    ),
    "fully connected": lambda: net_of(FullyConnectedLayer(784, 30, initialization="n_in"), n_in=30),
    "dropout": lambda: Network(
        [
            FullyConnectedLayer(784, 30, ReLU, p_dropout=0.25, initialization="he"),
            SoftmaxLayer(30, 10, p_dropout=0.5),
        ],
        N,
    ),
}


@pytest.mark.parametrize("name", NETS)
def test_onnxruntime_gives_what_the_net_gives(tmp_path, name):
    np.random.seed(0)
    net = NETS[name]()
    for param in net.layers[-1].params:
        param.set_value(np.random.normal(0, 0.3, param.get_value().shape).astype(np.float32))
    net.to_onnx(tmp_path / "net.onnx")
    x = digits(1000)
    evaluate = pytensor.function([net.x], net.output)
    expected = np.concatenate([evaluate(x[i : i + N]) for i in range(0, 1000, N)])
    assert np.ptp(expected, axis=0).max() > 0.01, "the images make no difference"
    np.testing.assert_allclose(by_onnxruntime(tmp_path / "net.onnx", x), expected, atol=1e-5)


@pytest.mark.parametrize("n", [1, 7])
def test_the_model_takes_any_number_of_images(tmp_path, n):
    net = NETS["two convolutions"]()
    net.to_onnx(tmp_path / "net.onnx")
    assert by_onnxruntime(tmp_path / "net.onnx", digits(n)).shape == (n, 10)


def test_the_feature_maps_are_outputs_too_if_they_are_asked_for(tmp_path):
    net = NETS["two convolutions"]()
    net.to_onnx(tmp_path / "net.onnx", feature_maps=True)
    session = onnxruntime.InferenceSession(tmp_path / "net.onnx")
    assert {out.name: out.shape for out in session.get_outputs()} == {
        "output": ["N", 10],
        "feature_maps_0": ["N", 4, 12, 12],
        "feature_maps_1": ["N", 3, 5, 11],
    }
    x = digits(3)
    output, *maps = session.run(["output", "feature_maps_0", "feature_maps_1"], {"images": x})
    np.testing.assert_allclose(output, net.predict_proba(x), atol=1e-5)
    for k in 0, 1:
        np.testing.assert_allclose(maps[k], net.feature_maps(x, k), atol=1e-5)


def test_feature_maps_have_their_shape_whatever_a_custom_layer_exports(tmp_path):
    class Doubled(Layer):
        """Its `to_onnx` keeps the shape of its input, (N, 784), and its output has another."""

        def set_inpt(self, inpt, inpt_dropout, mini_batch_size):
            self.inpt = inpt.reshape((mini_batch_size, 784))
            self.output = self.output_dropout = 2 * inpt.reshape((mini_batch_size, 1, 28, 28))

        def to_onnx(self, graph):
            graph.add("Mul", np.array(2, np.float32))

    net_of(Doubled(), n_in=784).to_onnx(tmp_path / "net.onnx", feature_maps=True)
    session = onnxruntime.InferenceSession(tmp_path / "net.onnx")
    x = digits(2)
    maps = session.run(["feature_maps_0"], {"images": x})[0]
    np.testing.assert_array_equal(maps, 2 * x.reshape(2, 1, 28, 28))


def test_a_filter_is_flipped_by_eye(tmp_path):
    """One filter that picks the pixel at the lower right, as in the test of the layer."""
    layer = ConvPoolLayer((1, 1, 2, 2), (1, 1, 3, 3), (2, 2), network3.linear)
    layer.w.set_value(np.array([[[[1, 0], [0, 0]]]], np.float32))
    layer.b.set_value(np.array([0.5], np.float32))
    with pytensor.config.change_flags(floatX="float32"):
        Network([layer], 1).to_onnx(tmp_path / "net.onnx")
    image = np.arange(1, 10, dtype=np.float32)[None]
    assert by_onnxruntime(tmp_path / "net.onnx", image).tolist() == [[9.5]]


def test_the_model_says_what_goes_in_and_out(tmp_path):
    NETS["max"]().to_onnx(tmp_path / "net.onnx")
    model = onnx.load(tmp_path / "net.onnx")
    shapes = [
        [dim.dim_param or dim.dim_value for dim in value.type.tensor_type.shape.dim]
        for value in (*model.graph.input, *model.graph.output)
    ]
    assert [value.name for value in model.graph.input] == ["images"]
    assert [value.name for value in model.graph.output] == ["output"]
    assert shapes == [["N", 784], ["N", 10]]
    assert model.producer_name == "network3"


def test_a_net_of_float64_is_written_in_float32(tmp_path, float64):
    net = NETS["fully connected"]()
    net.to_onnx(tmp_path / "net.onnx")
    assert by_onnxruntime(tmp_path / "net.onnx", digits(3)).dtype == np.float32


def test_a_layer_that_is_not_the_books_is_named(tmp_path):
    class Doubled(FullyConnectedLayer):
        """Inherits `to_onnx`, but computes something else."""

        def set_inpt(self, inpt, inpt_dropout, mini_batch_size):
            super().set_inpt(2 * inpt, 2 * inpt_dropout, mini_batch_size)

    class Own(Layer):
        """Has no `to_onnx`."""

        def set_inpt(self, inpt, inpt_dropout, mini_batch_size):
            self.inpt = self.output = self.output_dropout = inpt

    with pytest.raises(ValueError, match="layer 0: Doubled defines set_inpt but inherits to_onnx"):
        net_of(Doubled(784, 30), n_in=30).to_onnx(tmp_path / "net.onnx")
    with pytest.raises(ValueError, match="layer 0: Own does not define to_onnx"):
        net_of(Own(), n_in=784).to_onnx(tmp_path / "net.onnx")
    assert not list(tmp_path.iterdir())


def test_a_layer_derived_from_the_books_is_written_as_that_if_it_computes_the_same(tmp_path):
    own = type("Own", (FullyConnectedLayer,), {})
    net_of(own(784, 30), n_in=30).to_onnx(tmp_path / "net.onnx")
    assert by_onnxruntime(tmp_path / "net.onnx", digits(2)).shape == (2, 10)


def test_a_user_defined_activation_function_is_named(tmp_path):
    def swish(z):
        return z * network3.sigmoid(z)

    with pytest.raises(ValueError, match="layer 0: FullyConnectedLayer has .*swish"):
        net_of(FullyConnectedLayer(784, 30, swish), n_in=30).to_onnx(tmp_path / "net.onnx")


def test_without_onnx_the_extra_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(ImportError, match=r"pip install onnx"):
        NETS["fully connected"]().to_onnx(tmp_path / "net.onnx")

"""A program as a user writes it. `mypy --strict` finds nothing in it: the public names have types.

It is checked, not run, by tox -e type.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, assert_type

import numpy as np
from pytensor.compile.sharedvalue import SharedVariable
from pytensor.tensor.variable import TensorVariable

import network3
import network3.experiments
import network3.nets
import network3.plots
from network3 import (
    ConvPoolLayer,
    Diagnostics,
    Expander,
    FullyConnectedLayer,
    History,
    Network,
    ReLU,
    SoftmaxLayer,
    dropout_layer,
    expand,
    linear,
    load,
    load_data_shared,
    read_digit,
    share,
    sigmoid,
    size,
    tanh,
)
from network3.layers import Layer

MINI_BATCH = 10
Tensor = TensorVariable[Any, Any]


def backend() -> None:
    assert_type(network3.GPU, bool | None)
    for choice in (True, False, None):
        network3.GPU = choice
    network3.GPU = True
    network3.GPU = None


class Scale(Layer):
    """A layer of one's own: its output is `factor` times its input."""

    def __init__(self, factor: float = 2.0) -> None:
        self.factor = factor

    def set_inpt(self, inpt: Tensor, inpt_dropout: Tensor, mini_batch_size: int) -> None:
        self.inpt = inpt
        self.output = self.factor * inpt
        self.output_dropout = dropout_layer(self.factor * inpt_dropout, 0.1)

    @property
    def flop(self) -> int:
        return self.inpt.type.shape[1] or 0

    def config(self) -> dict[str, Any]:
        return {"factor": self.factor}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Scale":
        return cls(config["factor"])

    @classmethod
    def param_shapes(cls, config: dict[str, Any]) -> list[tuple[int, ...]]:
        return []

    def to_onnx(self, graph: Any) -> None:
        graph.add("Mul", np.array(self.factor, np.float32))


class Quadratic(SoftmaxLayer):
    """A last layer with another cost, by Theano's names."""

    def cost(self, net: Network) -> Any:
        T = network3.T
        rows = T.extra_ops.to_one_hot(net.y, self.n_out)
        return T.mean(T.sqr(self.output_dropout - rows))


def build() -> Network:
    return Network(
        [
            ConvPoolLayer(
                filter_shape=(20, 1, 5, 5),
                image_shape=(MINI_BATCH, 1, 28, 28),
                poolsize=(2, 2),
                activation_fn=ReLU,
                pool_mode="max",
                initialization="he",
            ),
            FullyConnectedLayer(n_in=20 * 12 * 12, n_out=100, activation_fn=tanh, p_dropout=0.5),
            FullyConnectedLayer(100, 100, sigmoid, initialization="n_in"),
            FullyConnectedLayer(100, 100, linear),
            FullyConnectedLayer(100, 100, activation_fn=lambda z: 0.5 * z),
            Scale(3),
            SoftmaxLayer(n_in=100, n_out=10, p_dropout=0.5),
        ],
        MINI_BATCH,
    )


class Printer:
    """A callback."""

    def on_train_begin(self, net: Network, history: History) -> None:
        print(net.summary())

    def on_epoch_begin(self, net: Network, history: History) -> None:
        print(len(history))

    def on_epoch_end(self, net: Network, history: History) -> None:
        history.rows[-1]["norm"] = float(np.linalg.norm(net.params[0].get_value()))
        net.stop_training = history.epochs_without_improvement > 5

    def on_train_end(self, net: Network, history: History) -> None:
        print(history)


def falling(epoch: int) -> float:
    return 0.1 / (1 + epoch)


def train(net: Network, folder: Path) -> History:
    training_data, validation_data, test_data = load_data_shared()
    images, labels = training_data
    diagnostics = Diagnostics(images, labels)
    recorder = network3.plots.FilterRecorder(layer=0)
    assert_type(net.SGD(training_data, 1, MINI_BATCH, 0.1, validation_data, test_data), History)
    rate: SharedVariable = images
    net.SGD(training_data, 1, MINI_BATCH, rate, validation_data, test_data, rate)
    SoftmaxLayer(100, 10, rate)
    history = net.SGD(
        training_data,
        60,
        MINI_BATCH,
        falling,
        validation_data,
        test_data=None,
        lmbda=0.1,
        verbose="both",
        callbacks=[Printer(), diagnostics, recorder],
        training_accuracy=True,
        patience=5,
        restore_best_weights=True,
        momentum=0.9,
        global_clipnorm=1.0,
        shuffle=True,
        expander=Expander(shift=1, rotate=10, skew=5, scale=0.1, elastic=1.4, seed=3),
        checkpoint=folder / "checkpoint.safetensors",
        every=5,
        resume=True,
    )
    print(diagnostics.report(history))
    network3.plots.filters_by_epoch(recorder).savefig(folder / "filters.png")
    return history


def look_at(history: History, folder: Path) -> None:
    costs = history["cost"]
    assert_type(costs, list[Any])
    assert_type(history.columns, list[str])
    assert_type(history.best, int | None)
    for row in history:
        print(row["epoch"], row["validation_accuracy"])
    history.to_csv(folder / "history.csv")
    assert_type(history.to_json(folder / "history.json"), str)
    assert_type(History.from_dict(history.to_dict()), History)
    assert_type(History.from_csv(folder / "history.csv"), History)
    assert_type(History.from_json(folder / "history.json"), History)


def use(net: Network, folder: Path) -> None:
    *_, test_data = load_data_shared()
    images, labels = test_data
    assert_type(size(test_data), int)
    assert_type(net.predict(images), np.ndarray)
    assert_type(net.predict_proba(images), np.ndarray)
    assert_type(net.feature_maps(images, layer=0), np.ndarray)
    assert_type(net.confusion_matrix(images, labels), np.ndarray)
    assert_type(net.accuracy(images, labels), float)
    assert_type(net.evaluate(test_data), dict[str, Any])
    assert_type(net.history, History)
    print(net.evaluate(test_data)["cost"], net.summary().parameters)
    for row in net.summary().rows:
        print(row.layer, row.output_shape, row.parameters, row.flop)

    net.save(folder / "net.safetensors")
    net.save(str(folder / "net.safetensors"))
    assert_type(load(folder / "net.safetensors", custom={"Scale": Scale}), Network)
    build().load_weights(folder / "net.safetensors")
    net.to_onnx(folder / "net.onnx")

    digit = read_digit(folder / "seven.png")
    assert_type(digit, np.ndarray)
    print(net.predict(digit)[0])


def data_of_my_own(folder: Path) -> None:
    images = np.zeros((100, 28, 28), np.uint8)
    labels = np.zeros(100, int)
    training_data = share(images, labels)
    more, their_labels = expand(images, labels, shuffle=False)
    assert_type(more, np.ndarray)
    share([[0.0, 0.5], [1.0, 0.0]], [0, 1])
    expander = Expander(elastic=1.4)
    assert_type(expander.images(images, epoch=3), np.ndarray)
    with expander.epochs(images, first=0) as epochs:
        for new_images in epochs:
            assert_type(new_images, np.ndarray)
            break
    print(size(training_data), their_labels, load_data_shared(folder / "digits.npz"))


def theano() -> None:
    T, theano = network3.T, network3.theano
    x = T.dmatrix("x")
    square = theano.function([x], T.sqr(x).sum())
    print(square(np.eye(3)), theano.config.floatX)


def book() -> None:
    for name, recipe in network3.nets.NETS.items():
        build: Callable[[int], Network] = recipe.build
        print(name, build(MINI_BATCH).summary(), recipe.eta, recipe.lmbda, recipe.epochs)
    assert_type(network3.nets.shallow(), Network)
    assert_type(network3.nets.double_fc_dropout(MINI_BATCH, p=(0.1, 0.2, 0.3)), Network)
    nets = network3.experiments.double_fc_dropout(0.5, 0.5, 0.5, repetitions=2, epochs=1)
    assert_type(nets, list[Network])
    wrong, given = network3.experiments.ensemble(nets)
    assert_type(wrong, list[int])
    network3.experiments.plot_errors(wrong, given).savefig("errors.png")
    assert_type(network3.experiments.test_data, tuple[SharedVariable, SharedVariable])


def draw(net: Network, folder: Path) -> None:
    from matplotlib.figure import Figure

    from network3.plots import (
        confusion_matrix,
        feature_maps,
        filters,
        learning_curves,
        misclassified,
        receptive_fields,
    )

    images = np.zeros((30, 784))
    labels = np.zeros(30, int)
    filters(net, layer=0).savefig(folder / "filters.png")
    feature_maps(net, images[0], layers=[0]).savefig(folder / "maps.png")
    receptive_fields(net, images[0], neurons=[(0, 0), (5, 5)], pooled=True).savefig("fields.png")
    learning_curves({"a": net.history, "b": net.history}).savefig(folder / "curves.png")
    figure = Figure(figsize=(10, 5), layout="constrained")
    misclassified(net, images, labels, most=7, fig=figure)
    confusion_matrix(net, images, labels, ax=Figure().subplots()).savefig(folder / "matrix.png")
    figure.savefig(folder / "errors.png")

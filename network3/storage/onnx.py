"""A net as ONNX, for programs that know neither PyTensor nor Python."""

import math
import os
from typing import Any

import numpy as np

import network3
from network3.layers import ConvPoolLayer, FullyConnectedLayer, SoftmaxLayer, activations
from network3.storage import files

# Old enough for programs of 2022 to read, new enough for all that is used here.
OPSET, IR_VERSION = 17, 8

ACTIVATIONS = {"linear": "Identity", "ReLU": "Relu", "sigmoid": "Sigmoid", "tanh": "Tanh"}


def to_onnx(net: Any, path: str | os.PathLike) -> None:
    """Writes the net's evaluation, as it is now, as an ONNX model.

    Its input is "images" (N, pixels), float32, its output "output" (N, outputs), float32, for any
    number N of images. Dropout is what it is in evaluation, a factor; a float64 net is cast.

    Raises
    ------
    ImportError
        Where the package onnx is not installed.
    OSError
        Where the file cannot be written; one that was there is then as it was.
    ValueError
        For a layer that is not one of the book's, and an activation function that is not one of
        network3's.

    Source: https://onnx.ai/onnx/operators.
    """
    onnx = _onnx()
    graph = _Graph()
    for k, layer in enumerate(net.layers):
        if type(layer) not in WRITERS:
            raise ValueError(
                f"to_onnx got a {type(layer).__name__} as layer {k}: it knows ConvPoolLayer, "
                f"FullyConnectedLayer and SoftmaxLayer only; export the net without that layer"
            )
        WRITERS[type(layer)](graph, k, layer)
    float32 = onnx.TensorProto.FLOAT
    first, last = net.layers[0].inpt, net.layers[-1].output
    model = onnx.helper.make_model(
        onnx.helper.make_graph(
            [*graph.nodes, onnx.helper.make_node("Flatten", [graph.last], ["output"])],
            "net",
            [onnx.helper.make_tensor_value_info("images", float32, _shape(first))],
            [onnx.helper.make_tensor_value_info("output", float32, _shape(last))],
            graph.constants,
        ),
        producer_name="network3",
        producer_version=network3.__version__,
        opset_imports=[onnx.helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
    )
    onnx.checker.check_model(model, full_check=True)
    files.replace(path, model.SerializeToString())


class _Graph:
    """Nodes, one after the other."""

    def __init__(self):
        self.nodes, self.constants, self.last = [], [], "images"

    def add(self, kind, *constants, **attributes):
        """A node of what the last one gives, and of constants."""
        onnx = _onnx()
        name = f"{len(self.nodes)}.{kind}"
        inputs = [self.last]
        for value in constants:
            inputs.append(f"{name}.{len(inputs)}")
            self.constants.append(onnx.numpy_helper.from_array(value, inputs[-1]))
        self.nodes.append(onnx.helper.make_node(kind, inputs, [name], name, **attributes))
        self.last = name


def _conv_pool(graph, k, layer):
    w, b = map(_float32, layer.params)
    graph.add("Reshape", np.array([-1, *layer.image_shape[1:]]))
    # ONNX's Conv is a correlation: the filters are flipped.
    graph.add("Conv", np.ascontiguousarray(w[:, :, ::-1, ::-1]))
    window = {"kernel_shape": layer.poolsize, "strides": layer.poolsize}
    if layer.pool_mode == "max":
        graph.add("MaxPool", **window)
    else:
        graph.add("LpPool", p=2, **window)
    graph.add("Add", b.reshape(-1, 1, 1))
    _activation(graph, k, layer)


def _fully_connected(graph, k, layer):
    _gemm(graph, layer)
    _activation(graph, k, layer)


def _softmax(graph, k, layer):
    _gemm(graph, layer)
    graph.add("Softmax", axis=1)


def _gemm(graph, layer):
    graph.add("Reshape", np.array([-1, layer.n_in]))
    graph.add("Gemm", *map(_float32, layer.params), alpha=1 - layer.p_dropout)


def _activation(graph, k, layer):
    name = activations.name(layer.activation_fn)
    if name is None:
        raise ValueError(
            f"to_onnx got layer {k}, a {type(layer).__name__}, with an activation_fn of your own, "
            f"{layer.activation_fn!r}: it knows linear, ReLU, sigmoid and tanh only"
        )
    graph.add(ACTIVATIONS[name])


def _shape(variable):
    """That of a variable whose images are rows, for any number of them."""
    return ["N", math.prod(variable.type.shape[1:])]


def _float32(param):
    return np.asarray(param.get_value(borrow=True), np.float32)


def _onnx():
    """The package, imported only where it is wanted: it takes a while, and is not needed to train.

    Raises ImportError where it is not installed.
    """
    try:
        import onnx
    except ImportError as error:
        raise ImportError(
            "to_onnx needs the package onnx, which is not installed: pip install 'network3[onnx]'"
        ) from error
    return onnx


WRITERS = {
    ConvPoolLayer: _conv_pool,
    FullyConnectedLayer: _fully_connected,
    SoftmaxLayer: _softmax,
}

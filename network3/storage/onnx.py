"""Export a network as ONNX, for programs that use neither PyTensor nor Python."""

import math
import os
from collections.abc import Iterable
from typing import Any

import numpy as np

from network3.data import files
from network3.engine.version import __version__
from network3.layers.layer import as_layer, described, with_maps
from network3.ops import activation

# Readable by programs from 2022, and recent enough for all operators used here.
OPSET, IR_VERSION = 17, 8


def to_onnx(net: Any, path: str | os.PathLike, *, feature_maps: bool = False) -> None:
    """Write the network, as it computes in evaluation, as an ONNX model.

    Its input is "images" (N, pixels), float32, and its output is "output" (N, outputs), float32,
    for any number N of images. Dropout becomes a constant factor, as in evaluation, and float64 is
    cast to float32.

    Parameters
    ----------
    net : Network
    path : path
    feature_maps : bool
        If true, the feature maps of layer k, if it has some, are the output "feature_maps_k"
        (N, filters, rows, columns).

    Raises
    ------
    ImportError
        If the package onnx is not installed.
    OSError
        If the file cannot be written; an existing file is then unchanged.
    ValueError
        If a layer does not define `to_onnx`, or its activation function is not one of network3's.

    References
    ----------
    https://onnx.ai/onnx/operators
    """
    files.replace(path, model(net, feature_maps))


def model(net: Any, feature_maps: bool) -> bytes:
    """Return the content of the file that `to_onnx` writes."""
    onnx = _onnx()
    node, info = onnx.helper.make_node, onnx.helper.make_tensor_value_info
    float32 = onnx.TensorProto.FLOAT
    shown = with_maps(net.layers) if feature_maps else []
    graph, ends, outputs = Graph(), [], []
    for k, layer in enumerate(map(as_layer, net.layers)):
        try:
            described(layer, "to_onnx", ("set_inpt", "activate")).to_onnx(graph)
        except ValueError as error:
            raise ValueError(f"to_onnx cannot write layer {k}: {error}") from error
        if k in shown:
            name, shape = f"feature_maps_{k}", np.array([-1, *layer.output_shape])
            graph.constants.append(onnx.numpy_helper.from_array(shape, f"{name}.shape"))
            ends.append(node("Reshape", [graph.last, f"{name}.shape"], [name]))
            outputs.append(info(name, float32, ["N", *layer.output_shape]))
    first, last = net.layers[0].inpt, net.layers[-1].output
    made = onnx.helper.make_model(
        onnx.helper.make_graph(
            [*graph.nodes, *ends, node("Flatten", [graph.last], ["output"])],
            "net",
            [info("images", float32, _shape(first))],
            [info("output", float32, _shape(last)), *outputs],
            graph.constants,
        ),
        producer_name="network3",
        producer_version=__version__,
        opset_imports=[onnx.helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
    )
    onnx.checker.check_model(made, full_check=True)
    return made.SerializeToString()


class Graph:
    """A chain of ONNX nodes, each of which takes the output of the previous one."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self.last = "images"

    def add(self, operator: str, *constants: np.ndarray, **attributes: Any) -> None:
        """Append a node whose inputs are the output of the last one, then the constants."""
        onnx = _onnx()
        name = f"{len(self.nodes)}.{operator}"
        inputs = [self.last]
        for value in constants:
            inputs.append(f"{name}.{len(inputs)}")
            self.constants.append(onnx.numpy_helper.from_array(value, inputs[-1]))
        self.nodes.append(onnx.helper.make_node(operator, inputs, [name], name, **attributes))
        self.last = name

    def add_activation(self, layer: Any) -> None:
        """Append the activation function of a layer, its `activation_fn`.

        Raises
        ------
        ValueError
            If it is not one of network3's.
        """
        known = activation.of_function(layer.activation_fn)
        if known is None:
            raise ValueError(
                f"{type(layer).__name__} has a custom activation_fn, {layer.activation_fn!r}: "
                f"to_onnx supports only linear, ReLU, sigmoid and tanh"
            )
        self.add(known.onnx)

    def floats(self, params: Iterable[Any]) -> list[np.ndarray]:
        """Return the values of shared variables in float32."""
        return [np.asarray(param.get_value(borrow=True), np.float32) for param in params]


def _shape(variable):
    """Return the ONNX shape of a variable with one row per image, for any number of images."""
    return ["N", math.prod(variable.type.shape[1:])]


def _onnx():
    """Return the package onnx, imported here because it is slow and not needed for training.

    Raises
    ------
    ImportError
        If it is not installed.
    """
    try:
        import onnx
    except ImportError as error:
        raise ImportError(
            "to_onnx needs the package onnx, which is not installed: pip install onnx"
        ) from error
    return onnx

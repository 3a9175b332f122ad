"""The interface of a layer: the base class of the book's layers."""

import inspect
import json
import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from pytensor.compile.sharedvalue import SharedVariable
from pytensor.tensor.variable import TensorVariable

from network3.ops import activation


class Layer:
    """A part of a network, which computes its output from the output of the previous layer.

    A subclass needs an `__init__` that sets `params`, and the method `set_inpt`; the last layer of
    a network also needs `cost` and `accuracy`. Everything else has a default, which fits most
    layers or means that the value is unknown. A class that does not derive from this one can be
    used as a layer if it has `params` and `set_inpt`.

    Attributes
    ----------
    params : list of shared variables
        The trained parameters, weights first; none by default.
    w : shared variable or None
        The weights that regularization shrinks, if the layer has any.
    inpt, output : variables
        The input and the output in evaluation, set by `set_inpt`. The first dimension indexes the
        images of a mini-batch.
    output_dropout : variable
        The output in training, set by `set_inpt`.
    input_shape : tuple of int, or None
        The shape of the input for one image, such as (1, 28, 28) or (784,); None if any will do.
    input_source : str
        The argument that determines `input_shape`, such as "n_in = 784", for error messages.
    n_out : int or None
        The number of outputs per image, if known; for the last layer, the number of classes.
    activation_fn : function of a variable, or None
        The activation function, if the layer has one.
    filter_shape : (filters, input feature maps, height, width), or None
        The shape of `w`, if the weights are filters that can be plotted.
    computes : tuple of str
        The constructor's arguments that change the computation, but no parameter's shape. A
        checkpoint is resumed only if they are equal.
    """

    params: Sequence[SharedVariable] = ()
    w: SharedVariable | None = None
    inpt: TensorVariable
    output: TensorVariable
    output_dropout: TensorVariable
    input_shape: tuple[int, ...] | None = None
    input_source: str = "input_shape"
    n_out: int | None = None
    activation_fn: Callable[[TensorVariable], TensorVariable] | None = None
    filter_shape: tuple[int, ...] | None = None
    computes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Return the call that builds the layer, without the arguments that have their defaults."""
        found = []
        for name, parameter in inspect.signature(type(self)).parameters.items():
            value = getattr(self, name, parameter.default)
            if value is not parameter.default and repr(value) != repr(parameter.default):
                known = activation.of_function(value)
                shown = known.name if known else getattr(value, "__name__", None) or repr(value)
                found.append(f"{name}={shown}")
        return f"{self.class_name}({', '.join(found)})"

    @property
    def class_name(self) -> str:
        """The name of the class, for messages and tables."""
        return type(self).__name__

    def set_inpt(
        self, inpt: TensorVariable, inpt_dropout: TensorVariable, mini_batch_size: int
    ) -> None:
        """Build the layer's part of the graphs for evaluation and for training.

        Parameters
        ----------
        inpt, inpt_dropout : variables
            The output of the previous layer in evaluation and in training, with the images of a
            mini-batch in any shape.
        mini_batch_size : int

        Raises
        ------
        ValueError
            If the input does not match the layer.
        """
        raise NotImplementedError(
            f"{self.class_name} must define set_inpt(self, inpt, inpt_dropout, mini_batch_size)"
        )

    @property
    def output_shape(self) -> tuple[int | None, ...]:
        """The shape of the output for one image; None for a size that is not known."""
        return self.output.type.shape[1:]

    @property
    def flop(self) -> int | None:
        """The floating-point operations of the layer's products per image; None if unknown.

        A multiplication and an addition count as two.
        """
        return None

    def config(self) -> dict[str, Any] | None:
        """Return the constructor's arguments in a form that JSON can store, for saving the layer.

        By default each argument is read from the attribute of the same name. Tuples become lists,
        and an activation function becomes its name, or None if it has none of its own. If such
        an attribute is missing, or JSON cannot store it, the result is None: the layer's parameters
        can be saved, but the layer cannot be built from a file.
        """
        return self.arguments_of(type(self))

    def arguments_of(self, kind: type["Layer"]) -> dict[str, Any] | None:
        """Return the constructor arguments of one of the layer's classes, as `config` does.

        A class whose subclasses extend its `config` passes itself as `kind`.
        """
        names = list(inspect.signature(kind).parameters)
        try:
            found = {name: _for_json(name, getattr(self, name)) for name in names}
            json.dumps(found, default=np.generic.item)
        except (AttributeError, TypeError):
            return None
        return found

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Layer":
        """Return a new layer, built from the result of `config`."""
        return cls(**arguments(config))

    @classmethod
    def param_shapes(cls, config: dict[str, Any]) -> list[tuple[int, ...]]:
        """Return the shapes of the parameters of a layer with this config.

        They are compared with the arrays in a file before the layer is built, so that a damaged
        file cannot cause a huge allocation. A class that does not define this method itself is
        built without the check.
        """
        raise NotImplementedError

    def to_onnx(self, graph: Any) -> None:
        """Append the ONNX nodes that compute the layer in evaluation.

        Parameters
        ----------
        graph : Graph
            Its `add(operator, *constants, **attributes)` appends a node whose input is the output
            of the previous one. See `network3.storage.onnx`.

        Raises
        ------
        ValueError
            If ONNX cannot compute the layer.
        """
        raise ValueError(
            f"{self.class_name} does not define to_onnx(self, graph), which adds its ONNX "
            f"operators: define it, or export the network without this layer"
        )

    def check_input(self, inpt: TensorVariable, mini_batch_size: int) -> None:
        """Raise ValueError unless the previous layer's output has the size of `input_shape`."""
        if self.input_shape is None or None in inpt.type.shape:
            return
        given, size = math.prod(inpt.type.shape), math.prod(self.input_shape)
        if given != mini_batch_size * size:
            shape = " x ".join(map(str, inpt.type.shape[1:]))
            raise ValueError(
                f"{self.class_name} got {given / mini_batch_size:g} numbers per image ({shape}) "
                f"from the previous layer but is built for {size}: {self.input_source}"
            )


class _WrappedLayer(Layer):
    """A wrapper for a layer of another class than `Layer`; it copies the attributes in OWN."""

    class_name = ""
    OWN = ("params", "w", "n_out", "activation_fn", "filter_shape", "output", "config", "to_onnx")

    def __init__(self, layer: Any) -> None:
        self.class_name = type(layer).__name__
        for name in self.OWN:
            if hasattr(layer, name):
                setattr(self, name, getattr(layer, name))

    def __repr__(self) -> str:
        return f"{self.class_name}(...)"

    def config(self) -> None:
        return None


def as_layer(layer: Any) -> Layer:
    """Return a layer, wrapped in a `Layer` if its class does not derive from `Layer`."""
    return layer if isinstance(layer, Layer) else _WrappedLayer(layer)


def described(layer: Layer, name: str, methods: Sequence[str]) -> Layer:
    """Return a layer whose attribute `name` describes what the given methods compute.

    Raises
    ------
    ValueError
        If its class overrides one of the methods but inherits the attribute, which may no longer
        be right.
    """
    classes = type(layer).__mro__
    place = next(k for k, kind in enumerate(classes) if name in vars(kind))
    for kind in classes[:place] if classes[place] is not Layer else ():
        for method in methods:
            if method in vars(kind):
                raise ValueError(
                    f"{layer.class_name} defines {method} but inherits {name}, which may no longer "
                    f"fit: define both"
                )
    return layer


def list_of_layers(given: Any) -> list[Any]:
    """Return the layers that `Network` got as a list, or raise ValueError or TypeError."""
    layers = list(given) if isinstance(given, Iterable) else []
    if not isinstance(given, Iterable) or not all(map(_is_layer, layers)):
        raise TypeError(
            f"Network got {given!r}: it must be a list of layers, each with params and set_inpt, "
            f"such as [FullyConnectedLayer(784, 100), SoftmaxLayer(100, 10)]"
        )
    if not layers:
        raise ValueError("Network got no layers: it needs at least one, such as SoftmaxLayer")
    with_params = [id(layer) for layer in layers if len(layer.params)]
    if len(set(with_params)) < len(with_params):
        raise ValueError("Network got one layer twice: create a second one, with its own weights")
    return layers


def with_maps(layers: Iterable[Any]) -> list[int]:
    """Return the numbers of the layers whose output is feature maps of a known size."""
    shapes = [as_layer(layer).output_shape for layer in layers]
    return [k for k, shape in enumerate(shapes) if len(shape) == 3 and None not in shape]


def connected(
    layers: Sequence[Any], x: TensorVariable, mini_batch_size: int
) -> tuple[TensorVariable, TensorVariable]:
    """Give each layer the output of the previous one, and return the outputs of the last one.

    Raises
    ------
    TypeError
        If a layer's `set_inpt` does not set its outputs.
    """
    output = output_dropout = x
    for layer in layers:
        layer.set_inpt(output, output_dropout, mini_batch_size)
        output, output_dropout = _outputs_of(layer)
    return output, output_dropout


def _outputs_of(layer):
    for name in ("output", "output_dropout"):
        if not hasattr(layer, name):
            raise TypeError(
                f"{type(layer).__name__} did not set {name} in set_inpt: it must set output, for "
                f"evaluation, and output_dropout, for training"
            )
    return layer.output, layer.output_dropout


def function_of_a_variable(layer: str, activation_fn: Any) -> Callable:
    """Return `activation_fn`, or raise TypeError if it cannot be called."""
    if not callable(activation_fn):
        raise TypeError(
            f"{layer} got activation_fn = {activation_fn!r}: it must be a function of a variable, "
            f"such as network3.sigmoid"
        )
    return activation_fn


def arguments(config: dict[str, Any]) -> dict[str, Any]:
    """Return a constructor's arguments from a `config`, with the activation function for its name.

    Raises
    ------
    ValueError
        If the activation function is not one of network3's.
    """
    if "activation_fn" not in config:
        return config
    name = config["activation_fn"]
    if name is None:
        raise ValueError("its activation_fn is not one of network3's and has no name of its own")
    known = activation.of_name(name)
    return {**config, "activation_fn": known.function if known else name}


def _name_of(function):
    """Return the name of a user-defined function, or None if it has none of its own."""
    name = getattr(function, "__name__", "")
    return name if name.isidentifier() and not activation.of_name(name) else None


def _is_layer(layer):
    has_all = hasattr(layer, "set_inpt") and hasattr(layer, "params")
    return has_all and not isinstance(layer, type)


def _for_json(name, value):
    if name == "activation_fn":
        known = activation.of_function(value)
        return known.name if known else _name_of(value)
    return list(value) if isinstance(value, tuple) else value

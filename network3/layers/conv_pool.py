"""A convolutional layer followed by a pooling layer."""

from collections.abc import Callable
from typing import Any

import numpy as np
from pytensor.tensor.sharedvar import TensorSharedVariable
from pytensor.tensor.variable import TensorVariable

from network3.checks.numbers import whole_numbers
from network3.layers.initialization import normal, weight_scale
from network3.layers.layer import Layer, function_of_a_variable
from network3.ops.activation import sigmoid
from network3.ops.average_pool2d import AveragePool2D
from network3.ops.conv2d import Conv2D, conv2d
from network3.ops.l2_pool2d import L2Pool2D
from network3.ops.max_pool2d import MaxPool2D

POOLING = {
    "max": MaxPool2D,
    "l2": L2Pool2D,
    "average": AveragePool2D,
}


class ConvPoolLayer(Layer):
    """Convolve images with filters, pool the result, add a bias and apply an activation function.

    Parameters
    ----------
    filter_shape : (filters, input feature maps, height, width)
    image_shape : (mini-batch size, input feature maps, height, width)
    poolsize : (height, width) of a pooling window
        Rows and columns of the convolved maps that do not fill a window are ignored.
    activation_fn : function of a variable
    pool_mode : "max", "l2" or "average"
        Take the maximum of each window, the square root of the sum of squares, or the mean.
    initialization : "n_out", "n_in" or "he"
        The standard deviation of the initial weights; see `layers.initialization.weight_scale`.

    Attributes
    ----------
    w : shared (filters, input feature maps, height, width) in floatX
        The filters, drawn from a normal distribution.
    b : shared (filters,) in floatX
        The biases, drawn from N(0, 1).
    params : [w, b]
    inpt, output, output_dropout : variables, after `set_inpt`
        `output` has the shape (mini-batch size, filters, rows, columns), with (image height -
        height + 1) // poolsize[0] rows, and columns likewise. `output_dropout` is the same
        variable, because this layer uses no dropout.

    Raises
    ------
    TypeError, ValueError
        If the shapes do not match, or `activation_fn`, `pool_mode` or `initialization` is not
        valid.

    References
    ----------
    Michael Nielsen, "Neural Networks and Deep Learning", chapter 6, "Introducing convolutional
    networks".
    """

    w: TensorSharedVariable
    activation_fn: Callable[[TensorVariable], TensorVariable]
    filter_shape: tuple[int, ...]
    computes = ("activation_fn", "pool_mode", "poolsize")

    def __init__(
        self,
        filter_shape: tuple[int, int, int, int],
        image_shape: tuple[int, int, int, int],
        poolsize: tuple[int, int] = (2, 2),
        activation_fn: Callable[[TensorVariable], TensorVariable] = sigmoid,
        pool_mode: str = "max",
        initialization: str = "n_out",
    ) -> None:
        name = type(self).__name__
        self.filter_shape = whole_numbers(
            name, "filter_shape", filter_shape, 4, "(filters, input feature maps, height, width)"
        )
        self.image_shape = whole_numbers(
            name, "image_shape", image_shape, 4, "(mini-batch, input feature maps, height, width)"
        )
        self.poolsize = whole_numbers(name, "poolsize", poolsize, 2, "(height, width)")
        self.activation_fn = function_of_a_variable(name, activation_fn)
        self.pool_mode = pool_mode
        _check_shapes(name, self.filter_shape, self.image_shape, self.poolsize)
        if pool_mode not in tuple(POOLING):
            *modes, last = (f'"{mode}"' for mode in POOLING)
            raise ValueError(
                f"{name} got pool_mode = {pool_mode!r}: it must be {', '.join(modes)} or {last}"
            )
        self.input_shape = self.image_shape[1:]
        self.input_source = f"image_shape = {self.image_shape}"

        filters, maps, height, width = self.filter_shape
        n_in = maps * height * width
        n_out = filters * height * width / (self.poolsize[0] * self.poolsize[1])
        scale = weight_scale(name, initialization, n_in, n_out)
        self.initialization = initialization
        self.w = normal(scale, self.filter_shape, "w")
        self.b = normal(1.0, (filters,), "b")
        self.params = [self.w, self.b]

    def set_inpt(
        self, inpt: TensorVariable, inpt_dropout: TensorVariable, mini_batch_size: int
    ) -> None:
        """Build the layer's part of the graphs for evaluation and for training.

        Parameters
        ----------
        inpt : variable (mini-batch size, ...) with as many entries as `image_shape`
        inpt_dropout : variable, not used
        mini_batch_size : int

        Raises
        ------
        ValueError
            If `image_shape` does not match the mini-batch size or the previous layer.
        """
        if mini_batch_size != self.image_shape[0]:
            raise ValueError(
                f"{type(self).__name__} is built for mini-batches of {self.image_shape[0]} images "
                f"but the network has mini_batch_size = {mini_batch_size}: image_shape[0] must "
                f"equal it"
            )
        self.check_input(inpt, mini_batch_size)
        self.inpt = inpt.reshape(self.image_shape)
        convolved = conv2d(self.inpt, self.w)
        pooled = POOLING[self.pool_mode](*self.poolsize)(convolved)
        self.output = self.activation_fn(pooled + self.b.dimshuffle("x", 0, "x", "x"))
        self.output_dropout = self.output

    @property
    def flop(self) -> int:
        return Conv2D().flop((1, *self.image_shape[1:]), self.filter_shape)

    @classmethod
    def param_shapes(cls, config: dict[str, Any]) -> list[tuple[int, ...]]:
        return [tuple(config["filter_shape"]), tuple(config["filter_shape"][:1])]

    def config(self) -> dict[str, Any] | None:
        return self.arguments_of(ConvPoolLayer)

    def to_onnx(self, graph: Any) -> None:
        w, b = graph.floats(self.params)
        graph.add("Reshape", np.array([-1, *self.image_shape[1:]]))
        # ONNX's Conv computes a correlation, so the filters are flipped.
        graph.add("Conv", np.ascontiguousarray(w[:, :, ::-1, ::-1]))
        pooling = POOLING[self.pool_mode].onnx
        if pooling is None:
            raise ValueError(f"ONNX has no operator for pool_mode = {self.pool_mode!r}")
        operator, attributes = pooling
        graph.add(operator, kernel_shape=self.poolsize, strides=self.poolsize, **attributes)
        graph.add("Add", b.reshape(-1, 1, 1))
        graph.add_activation(self)


def _check_shapes(name, filter_shape, image_shape, poolsize):
    _, filter_maps, height, width = filter_shape
    _, image_maps, image_height, image_width = image_shape
    if image_maps != filter_maps:
        raise ValueError(
            f"{name} got images with {image_maps} feature maps but filters for {filter_maps}: "
            f"image_shape[1] must equal filter_shape[1]"
        )
    if height > image_height or width > image_width:
        raise ValueError(
            f"{name} got filters of {height} x {width} for images of {image_height} x "
            f"{image_width}: a filter must fit into an image"
        )
    rows, columns = image_height - height + 1, image_width - width + 1
    if poolsize[0] > rows or poolsize[1] > columns:
        raise ValueError(
            f"{name} got poolsize {poolsize} but the convolved maps have {rows} x {columns}: a "
            f"pooling window must fit into a map"
        )

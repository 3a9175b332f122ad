"""A convolutional layer followed by a pooling layer."""

from collections.abc import Callable
from typing import Any

from pytensor.tensor.variable import TensorVariable

from network3.layers import activations, checks
from network3.layers.activations import sigmoid
from network3.layers.initialization import weight_scale
from network3.ops import conv2d, l2_pool2d, max_pool2d
from network3.parameters import normal

POOLING = {"max": max_pool2d, "l2": l2_pool2d}


class ConvPoolLayer:
    """A convolution, then pooling, then bias and activation.

    Parameters
    ----------
    filter_shape : (filters, input feature maps, height, width)
    image_shape : (mini-batch size, input feature maps, height, width)
    poolsize : (height, width) of a pooling window
        Rows and columns of the convolved maps that fill no window are left out.
    activation_fn : function of a variable
    pool_mode : "max" or "l2"
        The largest activation of a window, or the square root of the sum of their squares.
    initialization : "n_out", "n_in" or "he"
        The standard deviation of the first weights: sqrt(1 / n_out) with n_out = filters * height *
        width / (poolsize[0] * poolsize[1]), as in the book's network3.py; sqrt(1 / n_in) with n_in
        = input feature maps * height * width, as in its chapter 3, "Weight initialization"; or
        sqrt(2 / n_in), for rectified linear units, as in K. He, X. Zhang, S. Ren, J. Sun, "Delving
        deep into rectifiers", ICCV 2015. The draws are the same, scaled.

    Attributes
    ----------
    w : shared (filters, input feature maps, height, width) in floatX, drawn from a normal
        distribution as `initialization` says
    b : shared (filters,) in floatX, N(0, 1)
    params : [w, b]
    inpt, output, output_dropout : variables, after `set_inpt`; `output` has the shape (mini-batch
        size, filters, (image height - height + 1) // poolsize[0], likewise the width), and
        `output_dropout` is the same variable, since dropout is not used here

    Raises
    ------
    ValueError
        Where the shapes do not fit each other, or `pool_mode` or `initialization` is not known.

    Source: "Neural Networks and Deep Learning", chapter 6, "Introducing convolutional networks".
    """

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
        self.filter_shape = checks.whole_numbers(
            name, "filter_shape", filter_shape, 4, "(filters, input feature maps, height, width)"
        )
        self.image_shape = checks.whole_numbers(
            name, "image_shape", image_shape, 4, "(mini-batch, input feature maps, height, width)"
        )
        self.poolsize = checks.whole_numbers(name, "poolsize", poolsize, 2, "(height, width)")
        self.activation_fn = checks.function(name, activation_fn)
        self.pool_mode = pool_mode
        _check_shapes(name, self.filter_shape, self.image_shape, self.poolsize)
        if pool_mode not in tuple(POOLING):
            raise ValueError(f'{name} got pool_mode = {pool_mode!r}: it must be "max" or "l2"')

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
        """Builds the layer's part of both graphs.

        Parameters
        ----------
        inpt : variable, `image_shape` or (mini-batch size, its other sizes multiplied)
        inpt_dropout : not used
        mini_batch_size : int

        Raises
        ------
        ValueError
            Where `image_shape` does not fit the mini-batch size or the layer before.
        """
        name = type(self).__name__
        if mini_batch_size != self.image_shape[0]:
            raise ValueError(
                f"{name} is made for mini-batches of {self.image_shape[0]} images but the net has "
                f"mini_batch_size = {mini_batch_size}: image_shape[0] must equal it"
            )
        _, maps, height, width = self.image_shape
        checks.input_fits(
            name, inpt, mini_batch_size, maps * height * width, f"image_shape = {self.image_shape}"
        )
        self.inpt = inpt.reshape(self.image_shape)
        convolved = conv2d(self.inpt, self.w)
        pooled = POOLING[self.pool_mode](convolved, self.poolsize)
        self.output = self.activation_fn(pooled + self.b.dimshuffle("x", 0, "x", "x"))
        self.output_dropout = self.output

    def config(self) -> dict[str, Any]:
        """The constructor's arguments as JSON can say them; `activation_fn` by its name, or None
        for one that is not network3's."""
        return {
            "filter_shape": list(self.filter_shape),
            "image_shape": list(self.image_shape),
            "poolsize": list(self.poolsize),
            "activation_fn": activations.name(self.activation_fn),
            "pool_mode": self.pool_mode,
            "initialization": self.initialization,
        }


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

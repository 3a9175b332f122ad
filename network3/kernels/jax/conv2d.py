"""True convolution and its two gradients, by XLA's correlation.

`conv_general_dilated` computes a correlation, so the filters are flipped first. Its codes such as
NCHW name the role of each dimension of an array: N is the batch, C are the feature maps, I and O
are the input and output maps of the filters, H and W the rows and columns.
"""

from jax.lax import Precision, conv_general_dilated

from network3.kernels.jax.maps_last import maps_first, maps_last


def _correlate(a, b, dimensions, padding="VALID"):
    # HIGHEST rules out the shorter TF32 and bfloat16, so that the results equal Theano's.
    return conv_general_dilated(
        a, b, (1, 1), padding, dimension_numbers=dimensions, precision=Precision.HIGHEST
    )


def conv2d(x, w):
    """Return y (N, K, P, Q) from x (N, C, H, W) and w (K, C, R, S)."""
    return _correlate(x, w[:, :, ::-1, ::-1], ("NCHW", "OIHW", "NCHW"))


def conv2d_input_gradient(dy, w):
    """Return dx (N, C, H, W) from dy (N, K, P, Q) and w (K, C, R, S)."""
    R, S = w.shape[2:]
    border = [(R - 1, R - 1), (S - 1, S - 1)]
    # This one is faster on a CPU with the maps last; the other two are not.
    return maps_first(_correlate(maps_last(dy), w, ("NHWC", "IOHW", "NHWC"), border))


def conv2d_filter_gradient(x, dy):
    """Return dw (K, C, R, S) from x (N, C, H, W) and dy (N, K, P, Q), summed over the images."""
    return _correlate(x, dy, ("CNHW", "IOHW", "CNHW"))[:, :, ::-1, ::-1]

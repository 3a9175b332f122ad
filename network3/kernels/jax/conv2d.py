"""True convolution and its two gradients as XLA's correlations.

`conv_general_dilated` correlates, so filters are flipped by hand. Its three-letter codes say what
each dimension of an array serves as: N batch, C contracted or produced maps, I and O the input and
output maps of the filter.
"""

from jax.lax import Precision, conv_general_dilated

from network3.kernels.jax.maps_last import maps_first, maps_last


def _correlate(a, b, dimensions, padding="VALID"):
    # HIGHEST: no tensor-float or bfloat16 shortcuts, the numbers are to be Theano's.
    return conv_general_dilated(
        a, b, (1, 1), padding, dimension_numbers=dimensions, precision=Precision.HIGHEST
    )


def conv2d(x, w):
    """y (N, K, P, Q) from x (N, C, H, W) and w (K, C, R, S)."""
    return _correlate(x, w[:, :, ::-1, ::-1], ("NCHW", "OIHW", "NCHW"))


def conv2d_input_gradient(dy, w):
    """dx (N, C, H, W) from dy (N, K, P, Q) and w (K, C, R, S)."""
    R, S = w.shape[2:]
    border = [(R - 1, R - 1), (S - 1, S - 1)]
    # With the maps last it is faster on a CPU; the other two convolutions are not.
    return maps_first(_correlate(maps_last(dy), w, ("NHWC", "IOHW", "NHWC"), border))


def conv2d_filter_gradient(x, dy):
    """dw (K, C, R, S) from x (N, C, H, W) and dy (N, K, P, Q), summed over the images."""
    return _correlate(x, dy, ("CNHW", "IOHW", "CNHW"))[:, :, ::-1, ::-1]

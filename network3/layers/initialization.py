"""How wide the first weights of a layer are spread."""

import math

SCALES = {
    "n_out": lambda n_in, n_out: math.sqrt(1.0 / n_out),
    "n_in": lambda n_in, n_out: math.sqrt(1.0 / n_in),
    "he": lambda n_in, n_out: math.sqrt(2.0 / n_in),
}


def weight_scale(layer: str, initialization: str, n_in: int, n_out: float) -> float:
    """The standard deviation of the weights of a `layer` of that name, for its errors.

    Parameters
    ----------
    initialization : "n_out", "n_in" or "he"
        sqrt(1 / n_out), as in the book's network3.py ("Neural Networks and Deep Learning", chapter
        6); sqrt(1 / n_in), as in its chapter 3, "Weight initialization"; or sqrt(2 / n_in), made
        for rectified linear units [1].
    n_in : int
        Inputs of one unit.
    n_out : float
        What the original divides by.

    Raises
    ------
    ValueError
        For another `initialization`.

    References
    ----------
    [1] K. He, X. Zhang, S. Ren, J. Sun, "Delving deep into rectifiers: surpassing human-level
    performance on ImageNet classification", ICCV 2015.
    """
    if initialization not in tuple(SCALES):
        raise ValueError(
            f'{layer} got initialization = {initialization!r}: it must be "n_out", "n_in" or "he"'
        )
    return SCALES[initialization](n_in, n_out)

"""A constant as an array."""


def as_array(x):
    """y (any shape) from x."""
    return x.copy()

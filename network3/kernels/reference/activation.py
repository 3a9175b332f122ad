"""The book's activation functions and their gradients."""

import numpy as np


def activate(activation, z):
    """Return y from z, of any shape."""
    if activation == "ReLU":
        return np.maximum(0, z)
    if activation == "sigmoid":
        with np.errstate(over="ignore"):  # if exp(-z) is inf, 1 / inf is 0, as it should be
            return 1 / (1 + np.exp(-z))
    if activation == "tanh":
        return np.tanh(z)
    return z


def slope(activation, dy, y):
    """Return the gradient with respect to z from dy, the gradient with respect to y = activate(z).

    It is computed from dy and y alone.
    """
    if activation == "ReLU":
        return dy * (y > 0)
    if activation == "sigmoid":
        return dy * (y * (1 - y))
    if activation == "tanh":
        return dy * (1 - y * y)
    return dy

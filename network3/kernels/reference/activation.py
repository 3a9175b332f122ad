"""The book's activation functions, and the gradient that goes back through each."""

import numpy as np


def activate(activation, z):
    """y (any shape) from z."""
    if activation == "ReLU":
        return np.maximum(0, z)
    if activation == "sigmoid":
        with np.errstate(over="ignore"):  # exp(-z) may be inf: 1 / inf is the 0 that is meant
            return 1 / (1 + np.exp(-z))
    if activation == "tanh":
        return np.tanh(z)
    return z


def slope(activation, dy, y):
    """The gradient for z from the gradient dy for y = activate(z), told from y alone."""
    if activation == "ReLU":
        return dy * (y > 0)
    if activation == "sigmoid":
        return dy * (y * (1 - y))
    if activation == "tanh":
        return dy * (1 - y * y)
    return dy

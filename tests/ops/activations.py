"""The activation functions written in NumPy once more, for what applies them itself."""

import numpy as np

# y = f(z), and f'(z) told from y
ACTIVATIONS = {
    "linear": (lambda z: z, np.ones_like),
    "ReLU": (lambda z: z * (z > 0), lambda y: (y > 0) + 0.0),
    "sigmoid": (lambda z: 0.5 + 0.5 * np.tanh(0.5 * z), lambda y: y - y**2),
    "tanh": (lambda z: np.sinh(z) / np.cosh(z), lambda y: (1 - y) * (1 + y)),
}


def images_innermost(array):
    """The same numbers, the first dimension's next to each other in memory."""
    return np.moveaxis(np.ascontiguousarray(np.moveaxis(array, 0, -1)), -1, 0)

"""A fully connected layer, its gradients, and an SGD update of its weights."""

from network3.kernels.reference.activation import activate, slope


def fully_connected(x, w, b, activation):
    """Return y (B, M) from x (B, K), w (K, M) and b (M,)."""
    return activate(activation, x @ w + b)


def fully_connected_gradient(x, w, y, dy, activation):
    """Return dx (B, K), dw (K, M) and db (M,) from x, w, y and dy (B, M)."""
    d = slope(activation, dy, y)
    return d @ w.T, x.T @ d, d.sum(axis=0)


def fully_connected_step(x, y, dy, eta, decay, w, b, activation):
    """Return the new w and b, dx from the old w, and the sum of the squares of the old w."""
    dx, dw, db = fully_connected_gradient(x, w, y, dy, activation)
    return decay * w - eta * dw, b - eta * db, dx, (w * w).sum()

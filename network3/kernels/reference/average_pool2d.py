"""Average pooling, the mean over each window, and its gradient."""

from network3.kernels.reference.windows import spread, windows


def average_pool2d(x, ph, pw):
    """y (N, C, H // ph, W // pw) from x (N, C, H, W)."""
    return windows(x, ph, pw).mean(axis=(3, 5))


def average_pool2d_gradient(x, y, dy, ph, pw):
    """dx (N, C, H, W): every place of a window gets its share of dy; of x and y the shapes."""
    if y.shape != dy.shape:
        raise ValueError("average_pool2d_gradient: dy has another shape than y")
    return spread(dy / (ph * pw), x.shape, ph, pw)

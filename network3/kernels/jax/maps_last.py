"""The layout (N, H, W, C), in which some operations are faster with XLA on a CPU."""


def maps_last(x):
    """Return (N, H, W, C) from (N, C, H, W)."""
    return x.transpose(0, 2, 3, 1)


def maps_first(x):
    """Return (N, C, H, W) from (N, H, W, C)."""
    return x.transpose(0, 3, 1, 2)

"""Feature maps as XLA's convolutions on a CPU want them: (N, H, W, C)."""


def maps_last(x):
    """(N, H, W, C) from (N, C, H, W)."""
    return x.transpose(0, 2, 3, 1)


def maps_first(x):
    """(N, C, H, W) from (N, H, W, C)."""
    return x.transpose(0, 3, 1, 2)

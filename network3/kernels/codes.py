"""The words in the arguments of operators, which compiled kernels receive as numbers."""

# In the order of `enum Activation` in c/activation.h.
ACTIVATIONS = ("linear", "ReLU", "sigmoid", "tanh")

# In the order of `enum Pooling` in c/maps.h.
POOLINGS = ("max", "average")


def code(value: int | str) -> int:
    """Return a number unchanged, and a word as its index in the list that contains it."""
    if not isinstance(value, str):
        return value
    return next(words.index(value) for words in (ACTIVATIONS, POOLINGS) if value in words)

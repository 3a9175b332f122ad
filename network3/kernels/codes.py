"""Words that an operator is given and that compiled kernels know by number."""

# In the order of `enum Activation` in c/activation.h.
ACTIVATIONS = ("linear", "ReLU", "sigmoid", "tanh")

# In the order of `enum Pooling` in c/pool_row.h.
POOLINGS = ("max", "average")


def code(value: int | str) -> int:
    """Return a number as it is, and a word as its place in the list that has it."""
    if not isinstance(value, str):
        return value
    return next(words.index(value) for words in (ACTIVATIONS, POOLINGS) if value in words)

"""What layers ask of their arguments, said in one sentence where it is not so."""

import math


def whole_numbers(layer, name, values, count, meaning):
    """`values` as a tuple of `count` positive ints, or ValueError."""
    try:
        numbers = tuple(int(value) for value in values)
        good = len(numbers) == count and min(numbers) > 0 and numbers == tuple(values)
    except (TypeError, ValueError, OverflowError):
        good = False
    if not good:
        raise ValueError(
            f"{layer} got {name} = {values!r}: it must be {count} positive whole numbers, {meaning}"
        )
    return numbers


def whole_number(layer, name, value):
    """`value` as a positive int, or ValueError."""
    try:
        good = int(value) == value and value > 0
    except (TypeError, ValueError, OverflowError):
        good = False
    if not good:
        raise ValueError(f"{layer} got {name} = {value!r}: it must be a positive whole number")
    return int(value)


def probability(layer, p_dropout):
    """`p_dropout` as a float in [0, 1), or ValueError."""
    try:
        good = 0 <= float(p_dropout) < 1
    except (TypeError, ValueError):
        good = False
    if not good:
        raise ValueError(
            f"{layer} got p_dropout = {p_dropout!r}: it is the share of inputs to drop and "
            f"must lie in [0, 1)"
        )
    return float(p_dropout)


def function(layer, activation_fn):
    """`activation_fn`, or TypeError if it cannot be called."""
    if not callable(activation_fn):
        raise TypeError(
            f"{layer} got activation_fn = {activation_fn!r}: it must be a function of a variable, "
            f"such as network3.sigmoid"
        )
    return activation_fn


def input_fits(layer, inpt, mini_batch_size, size, wanted):
    """ValueError unless the layer before gives `size` numbers for an image, where that is known."""
    if None in inpt.type.shape:
        return
    given = math.prod(inpt.type.shape)
    if given != mini_batch_size * size:
        shape = " x ".join(map(str, inpt.type.shape[1:]))
        raise ValueError(
            f"{layer} got {given / mini_batch_size:g} numbers an image ({shape}) from the layer "
            f"before but is made for {size}: {wanted}"
        )

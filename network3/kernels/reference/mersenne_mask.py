"""A mask of zeros and ones drawn by NumPy's legacy generator."""

import numpy as np


def mersenne_mask(like, state, limit):
    """mask (the shape and dtype of `like`): 1 where the 53 bits drawn are below a number, or, if
    `below` is 0, where they are not; and the state (625,) for the next call.

    limit (3,): the number's bits from 26 on, those before them, and `below`."""
    if state.shape != (625,) or state[624] > 624 or state[624] % 2:
        raise ValueError(
            "mersenne_mask: the state must be 624 words and an even position among them"
        )
    if limit.shape != (3,):
        raise ValueError("mersenne_mask: the limit must have three numbers")
    high, low, below = (int(word) for word in limit)
    if high == 2**31 - 1:
        raise ValueError("mersenne_mask: the probability must lie in [0, 1]")
    generator = np.random.RandomState(0)
    generator.set_state(("MT19937", state[:624], int(state[624])))
    drawn = (generator.random_sample(like.shape) * 2**53).astype("int64")
    less = drawn < (high << 26) + low
    mask = less if below else ~less
    _, words, position, *_ = generator.get_state(legacy=True)
    return mask.astype(like.dtype), np.append(words, np.uint32(position)).astype("uint32")

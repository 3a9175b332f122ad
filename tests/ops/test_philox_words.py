"""philox_words, compared with published numbers of Philox4x32-10 and with Python's integers."""

import numpy as np
import pytensor
import pytensor.tensor as T
import pytest

from network3.ops.philox_words import following, philox_words

KEY = (0xDEADBEEF, 0x01234567)
ALL_ONES = 0xFFFFFFFF
# Key 0, counter 0: the first known answer of the authors' Random123.
PUBLISHED = [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]


def philox4x32_10(counter, key):
    """Return four words: ten rounds of two 32 x 32 bit products, with keys from Weyl sequences.

    Salmon et al., section 4.
    """
    w, k = list(counter), list(key)
    for _ in range(10):
        high0, low0 = divmod(0xD2511F53 * w[0], 2**32)
        high1, low1 = divmod(0xCD9E8D57 * w[2], 2**32)
        w = [high1 ^ w[1] ^ k[0], low1, high0 ^ w[3] ^ k[1], low0]
        k = [(k[0] + 0x9E3779B9) % 2**32, (k[1] + 0xBB67AE85) % 2**32]
    return w


def true_words(size, state):
    """Return word 0 of all blocks, then word 1, and so on."""
    blocks = [philox4x32_10((b, 0, *state[2:]), state[:2]) for b in range(-(-size // 4))]
    return [block[i] for i in range(4) for block in blocks][:size]


def drawn(draw, state, mode=None):
    variable = T.vector(dtype="uint32")
    f = pytensor.function([variable], draw(variable), mode=mode)
    return np.asarray(f(np.array(state, "uint32")))


def test_the_loops_of_this_file_give_the_published_numbers():
    assert philox4x32_10((0, 0, 0, 0), (0, 0)) == PUBLISHED


def test_the_words_of_the_first_block_are_the_published_numbers(backend, float32):
    words = drawn(lambda state: philox_words(state, 4), (0, 0, 0, 0))
    assert (words.dtype, words.tolist()) == ("uint32", PUBLISHED)


STATES = {
    "first call": (*KEY, 0, 0),
    "last call of a low word": (*KEY, ALL_ONES, 5),
    "words with their highest bit": (ALL_ONES, 0x80000000, 0x80000001, 0xF0000000),
}


@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_words_are_bit_for_bit_those_of_the_definition(state, backend, float32):
    shapes = [(), (1,), (3,), (5,), (0,), (2, 0), (5, 7), (2, 3, 4, 3)]
    variable = T.vector(dtype="uint32")
    f = pytensor.function([variable], [philox_words(variable, *shape) for shape in shapes])
    for shape, words in zip(shapes, f(np.array(state, "uint32")), strict=True):
        size = int(np.prod(shape))
        truth = np.array(true_words(size, state), "uint32").reshape(shape)
        np.testing.assert_array_equal(np.asarray(words), truth)


def test_the_reference_gives_the_same_words():
    words = drawn(lambda state: philox_words(state, 5, 7), (*KEY, 6, 2), mode="FAST_COMPILE")
    assert words.ravel().tolist() == true_words(35, (*KEY, 6, 2))


def test_a_size_may_be_that_of_a_variable_of_unknown_size(backend, float32):
    x, state = T.matrix(), T.vector(dtype="uint32")
    f = pytensor.function([x, state], philox_words(state, x.shape[1], x.shape[0]))
    words = np.asarray(f(np.zeros((3, 2), "float32"), np.array((*KEY, 0, 0), "uint32")))
    assert words.shape == (2, 3)
    assert words.ravel().tolist() == true_words(6, (*KEY, 0, 0))


NEXT = {
    "the number of the call grows by one": ((*KEY, 6, 2), (*KEY, 7, 2)),
    "the low word carries into the high one": ((*KEY, ALL_ONES, 2), (*KEY, 0, 3)),
    "the last call is followed by the first": ((*KEY, ALL_ONES, ALL_ONES), (*KEY, 0, 0)),
}


@pytest.mark.parametrize("before, after", NEXT.values(), ids=NEXT)
def test_the_state_advances(before, after, backend, float32):
    result = drawn(following, before)
    assert result.dtype == "uint32"
    assert tuple(result) == after


def test_another_state_is_refused_at_once():
    for wrong in (T.vector(dtype="int32"), T.matrix(dtype="uint32")):
        with pytest.raises(
            TypeError, match="philox_words got a state of type .*: it must have the dtype uint32"
        ):
            philox_words(wrong, 3)


def test_a_state_of_another_size_is_refused_when_it_becomes_known(backend, float32):
    with pytest.raises((TypeError, ValueError), match=r"^philox_words.* (four|\(4)"):
        drawn(lambda state: philox_words(state, 3), (1, 2, 3))

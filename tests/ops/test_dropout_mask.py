"""dropout_mask, compared with published numbers of Philox4x32-10 and with Python's integers."""

import functools
import shutil
import subprocess

import numpy as np
import pytensor
import pytensor.tensor as T
import pytest

from network3.kernels.c.glue import FOLDER
from network3.kernels.reference import dropout_mask as reference
from network3.ops import dropout_mask
from network3.ops.dropout_mask import DropoutMask

# counter, key and result for philox4x32 with 10 rounds, from kat_vectors of the authors' Random123
KNOWN_ANSWERS = {
    "zeros": (
        "00000000 00000000 00000000 00000000",
        "00000000 00000000",
        "6627e8d5 e169c58d bc57ac4c 9b00dbd8",
    ),
    "ones": (
        "ffffffff ffffffff ffffffff ffffffff",
        "ffffffff ffffffff",
        "408f276d 41c83b0e a20bc7c6 6d5451fd",
    ),
    "digits of pi": (
        "243f6a88 85a308d3 13198a2e 03707344",
        "a4093822 299f31d0",
        "d16cfe09 94fdcceb 5001e420 24126ea1",
    ),
}
each_known_answer = pytest.mark.parametrize(
    "counter, key, answer", KNOWN_ANSWERS.values(), ids=KNOWN_ANSWERS
)
KEY = (0xDEADBEEF, 0x01234567)
ALL_ONES = 0xFFFFFFFF


def words(text):
    return [int(word, 16) for word in text.split()]


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
    """Return the words of a mask: word 0 of all blocks, then word 1, and so on."""
    blocks = [philox4x32_10((b, 0, *state[2:]), state[:2]) for b in range(-(-size // 4))]
    return [block[i] for i in range(4) for block in blocks][:size]


@functools.cache
def compiled(backend, floatX, ndim, threshold):
    like, state = T.tensor(dtype=floatX, shape=ndim * (None,)), T.vector(dtype="uint32")
    return pytensor.function([like, state], DropoutMask(threshold)(like, state))


def masks(backend, floatX, shape, state, threshold):
    like = np.full(shape, np.nan, floatX)  # its values are not read
    f = compiled(backend, floatX, like.ndim, threshold)
    mask, after = f(like, np.array(state, "uint32"))
    return np.asarray(mask), np.asarray(after)


@each_known_answer
def test_the_loops_of_this_file_give_the_published_numbers(counter, key, answer):
    assert philox4x32_10(words(counter), words(key)) == words(answer)


@each_known_answer
def test_the_reference_gives_the_published_numbers(counter, key, answer):
    assert reference.philox4x32_10(words(counter), words(key)).tolist() == words(answer)


@each_known_answer
def test_the_jax_kernel_gives_the_published_numbers(counter, key, answer):
    jnp = pytest.importorskip("jax.numpy")
    from network3.kernels.jax import dropout_mask as kernel

    counter, key = (jnp.array(words(text), "uint32") for text in (counter, key))
    assert kernel.philox4x32_10(counter, key).tolist() == words(answer)


@pytest.fixture(scope="module")
def cpp_philox(tmp_path_factory):
    """Compile the generator of the C++ kernel as a separate program, without PyTensor."""
    compiler = shutil.which("g++")
    if not compiler:
        pytest.skip("no g++")
    folder = tmp_path_factory.mktemp("philox")
    (folder / "main.cpp").write_text(
        """
        #include "dropout_mask.cpp"
        #include <cstdio>
        #include <cstdlib>
        int main(int, char **argument)
        {
            std::uint32_t number[6];
            for (int i = 0; i < 6; i++) number[i] = std::strtoul(argument[i + 1], NULL, 16);
            Words word[4];
            for (int i = 0; i < 4; i++) word[i] = Words{} + number[i];
            philox4x32_10(word, number[4], number[5]);
            for (int lane = 0; lane < BLOCKS; lane++)
                for (int i = 0; i < 4; i++) std::printf("%08x ", (std::uint32_t)word[i][lane]);
        }
        """
    )
    program = folder / "philox"
    options = "-std=c++17", "-fopenmp-simd", "-Wall", "-Werror", f"-I{FOLDER}"
    subprocess.run([compiler, *options, folder / "main.cpp", "-o", program], check=True)
    return program


@each_known_answer
def test_the_cpp_kernel_gives_the_published_numbers(counter, key, answer, cpp_philox):
    run = [cpp_philox, *counter.split(), *key.split()]
    printed = subprocess.run(run, check=True, capture_output=True, text=True).stdout
    lanes = len(words(printed)) // 4
    assert lanes >= 2
    assert words(printed) == lanes * words(answer)


def test_a_one_stands_where_the_word_is_at_least_the_threshold(backend, float32):
    """This uses the first published answer: block 0 of call 0 under the key 0, 0."""
    answer = words(KNOWN_ANSWERS["zeros"][2])
    for k, word in enumerate(answer):
        at_word, _ = masks(backend, float32, (4,), (0, 0, 0, 0), word)
        above, _ = masks(backend, float32, (4,), (0, 0, 0, 0), word + 1)
        assert at_word.tolist() == [float(w >= word) for w in answer]
        assert (at_word[k], above[k]) == (1, 0)


STATES = {
    "first call": (*KEY, 0, 0),
    "last call of a low word": (*KEY, ALL_ONES, 5),
    "words with their highest bit": (ALL_ONES, 0x80000000, 0x80000001, 0xF0000000),
}


@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
@pytest.mark.parametrize("shape", [(1,), (3,), (4,), (5,), (0,), (5, 7), (2, 0), (2, 3, 4, 3)])
def test_masks_are_bit_for_bit_those_of_the_definition(shape, state, backend, floatX):
    threshold = 2**31 + 12345
    mask, _ = masks(backend, floatX, shape, state, threshold)
    expected = np.array(true_words(mask.size, state), "uint64").reshape(shape) >= threshold
    assert (mask.dtype, mask.shape) == (floatX, shape)
    assert (mask == expected).all()
    by_numpy, _ = reference.dropout_mask(
        np.zeros(shape, floatX), np.array(state, "uint32"), threshold
    )
    assert (by_numpy.dtype, by_numpy.shape) == (floatX, shape)
    assert (by_numpy == expected).all()


NEXT = {
    "the number of the call grows by one": ((*KEY, 6, 2), (*KEY, 7, 2)),
    "the low word carries into the high one": ((*KEY, ALL_ONES, 2), (*KEY, 0, 3)),
    "the last call is followed by the first": ((*KEY, ALL_ONES, ALL_ONES), (*KEY, 0, 0)),
}


@pytest.mark.parametrize("before, after", NEXT.values(), ids=NEXT)
@pytest.mark.parametrize("size", [0, 1])
def test_the_state_advances(size, before, after, backend, float32):
    _, result = masks(backend, float32, (size,), before, 2**31)
    assert result.dtype == "uint32"
    assert tuple(result) == after
    state = np.array(before, "uint32")
    assert tuple(reference.dropout_mask(np.zeros(size), state, 2**31)[1]) == after
    assert tuple(state) == before


@pytest.mark.parametrize("p_dropout", [0.1, 0.5, 0.9])
def test_the_share_of_ones_is_what_was_asked_for(p_dropout, backend, float32):
    n = 100_000
    mask, _ = masks(backend, float32, (n,), (*KEY, 0, 0), round(p_dropout * 2**32))
    assert set(np.unique(mask)) == {0, 1}
    sigma = (n * p_dropout * (1 - p_dropout)) ** 0.5
    assert abs(mask.sum(dtype="float64") - n * (1 - p_dropout)) < 5 * sigma


def test_different_calls_and_different_keys_give_different_masks(backend, float32):
    n = 1000
    states = [(*KEY, 0, 0), (*KEY, 1, 0), (*KEY, 0, 1), (KEY[0] + 1, KEY[1], 0, 0)]
    states += [(KEY[0], KEY[1] + 1, 0, 0)]
    several = [masks(backend, float32, (n,), state, 2**31)[0] for state in states]
    for i, a in enumerate(several):
        for b in several[:i]:
            # Independent masks agree in half of their places, with a standard deviation of 16.
            assert abs((a == b).sum() - n / 2) < 5 * 16
    again, _ = masks(backend, float32, (n,), states[0], 2**31)
    assert (again == several[0]).all()


@pytest.mark.parametrize(
    "p_dropout, ones",
    [(0, 1000), (1 - 2**-40, 0), (np.nextafter(1, 0), 0)],
    ids=["0", "1 - 2^-40", "the number before 1"],
)
def test_probabilities_at_the_ends_of_the_range(p_dropout, ones, backend, float32):
    like, state = T.vector(dtype=float32), T.vector(dtype="uint32")
    f = pytensor.function([like, state], dropout_mask(like, state, p_dropout))
    mask, _ = f(np.zeros(1000, float32), np.array((*KEY, 0, 0), "uint32"))
    assert mask.sum() == ones


def test_no_gradient_goes_through_the_mask(backend, float64):
    """d/dx of sum(x * mask(like x)) is the mask."""
    x, state = T.vector(), T.vector(dtype="uint32")
    mask, _ = dropout_mask(x, state, 0.5)
    f = pytensor.function([x, state], [T.grad((x * mask).sum(), x), mask])
    gradient, drawn = f(np.arange(50.0), np.array((*KEY, 0, 0), "uint32"))
    assert np.asarray(gradient).tolist() == np.asarray(drawn).tolist()
    assert 0 < drawn.sum() < 50


@pytest.mark.parametrize("p_dropout", [-0.1, 1, 1.5, float("nan")])
def test_a_probability_outside_the_range_is_refused(p_dropout):
    sentence = rf"dropout_mask got p_dropout = {p_dropout}: it must lie in \[0, 1\)"
    with pytest.raises(ValueError, match=sentence):
        dropout_mask(T.vector(dtype="float32"), T.vector(dtype="uint32"), p_dropout)


def test_other_types_are_refused_at_once():
    like, state = T.vector(dtype="float32"), T.vector(dtype="uint32")
    with pytest.raises(TypeError, match="got a variable of dtype int32: it must be one of float32"):
        dropout_mask(T.ivector(), state, 0.5)
    for wrong in (T.vector(dtype="int32"), T.matrix(dtype="uint32")):
        with pytest.raises(
            TypeError, match="got a state of type .*: it must have the dtype uint32"
        ):
            dropout_mask(like, wrong, 0.5)
    with pytest.raises(TypeError, match=r"dtype uint32 and the shape \(4,\)"):
        dropout_mask(like, T.tensor(dtype="uint32", shape=(3,)), 0.5)


def test_a_state_of_another_size_is_refused_when_it_becomes_known(backend, float32):
    with pytest.raises((TypeError, ValueError), match=r"^dropout_mask.* (four|\(4)"):
        masks(backend, float32, (8,), (1, 2, 3), 2**31)

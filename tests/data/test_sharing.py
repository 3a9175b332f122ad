"""share turns a user's arrays, of any type of numbers, into shared variables."""

import numpy as np
import pytensor
import pytest

import network3

rng = np.random.default_rng(5)
LEVELS = rng.integers(0, 256, (4, 2, 3), dtype=np.uint8)
LABELS = [0, 3, 1, 250]


def shared_images(images):
    return network3.share(images, LABELS)[0].get_value()


def test_a_grey_level_k_becomes_k_256ths_as_in_mnist():
    images, labels = network3.share(np.array([[0, 64], [128, 255]], np.uint8), [1, 0])
    np.testing.assert_array_equal(images.get_value(), [[0, 0.25], [0.5, 255 / 256]])
    np.testing.assert_array_equal(labels.get_value(), [1, 0])


@pytest.mark.parametrize("floatX", ["float32", "float64"])
def test_images_have_the_configured_floatx_and_labels_are_int32(floatX):
    with pytensor.config.change_flags(floatX=floatX):
        images, labels = network3.share(LEVELS, LABELS)
        assert images.dtype == images.get_value().dtype == floatX
        assert labels.dtype == labels.get_value().dtype == "int32"


@pytest.mark.parametrize("shape", [(4, 6), (4, 2, 3), (4, 1, 2, 3)])
@pytest.mark.parametrize("dtype", ["u1", "i2", "i8", ">u4"])
def test_whole_numbers_of_every_type_and_shape_give_the_same_rows(shape, dtype):
    images = shared_images(LEVELS.reshape(shape).astype(dtype))
    np.testing.assert_array_equal(images * 256, LEVELS.reshape(4, 6))


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", ">f8"])
def test_floats_from_0_to_1_stay_what_they_are(dtype):
    values = (LEVELS / 255).astype(dtype)
    np.testing.assert_array_equal(
        shared_images(values), values.reshape(4, 6).astype(pytensor.config.floatX)
    )


def test_black_and_white_images_may_be_bools():
    white = LEVELS > 100
    np.testing.assert_array_equal(shared_images(white), white.reshape(4, 6))


def test_lists_are_arrays_too():
    np.testing.assert_array_equal(shared_images(LEVELS.tolist()) * 256, LEVELS.reshape(4, 6))


@pytest.mark.parametrize(
    "labels", [LABELS, np.array(LABELS, "f4"), np.array(LABELS, "u1"), [-1] * 4]
)
def test_labels_are_whole_numbers_in_any_type_and_of_any_number(labels):
    np.testing.assert_array_equal(network3.share(LEVELS, labels)[1].get_value(), labels)


def test_what_is_shared_is_a_copy():
    images = np.zeros((2, 4), pytensor.config.floatX)
    labels = np.zeros(2, np.int32)
    shared = network3.share(images, labels)
    images[:], labels[:] = 1, 1
    assert not shared[0].get_value().any()
    assert not shared[1].get_value().any()


def test_sgd_accepts_shared_pixels_of_the_whole_range():
    images, labels = network3.share(rng.random((20, 1, 2, 2)), rng.integers(0, 3, 20))
    net = network3.Network([network3.SoftmaxLayer(4, 3)], 10)
    net.SGD((images, labels), 1, 10, 0.1, (images, labels), None)


@pytest.mark.parametrize(
    "images, labels, came, remedy",
    [
        (LEVELS.astype(float), LABELS, "floats from", "divide grey levels by 256"),
        (LEVELS / 255 - 0.5, LABELS, "floats from -0.48", "[0, 1]"),
        (LEVELS.astype(int) + 256, LABELS, "whole numbers from", "0..255"),
        (LEVELS.astype(int) - 256, LABELS, "whole numbers from -", "0..255"),
        (np.where(LEVELS > 99, np.nan, 0), LABELS, "NaN or infinite", "finite"),
        ((LEVELS > 99).astype("u1"), LABELS, "whole numbers 0 and 1", "as bool or floats"),
        (LEVELS[0, 0], LABELS, "shape (3,)", "(n, pixels)"),
        (np.zeros((4, 2, 3, 3), "u1"), LABELS, "shape (4, 2, 3, 3)", "grey images"),
        (np.zeros((4, 1, 1, 2, 3), "u1"), LABELS, "shape (4, 1, 1, 2, 3)", "grey images"),
        (LEVELS[:0], [], "shape (0, 2, 3)", "grey images"),
        (LEVELS.astype(complex), LABELS, "complex", "grey images"),
        ([[1, 2], [3]], LABELS, "a list of 2 that does not fit", "same length"),
        ("mnist.pkl.gz", LABELS, "<U12", "grey images"),
        (LEVELS, np.eye(4), "array of float64 with shape (4, 4)", "rows.argmax(axis=1)"),
        (LEVELS, [[0], [1], [2], [3]], "shape (4, 1)", "shape (n,)"),
        (LEVELS, LABELS[:3], "4 images, but 3 labels", "every image must have one label"),
        (LEVELS, [0, 1, 2, 2.5], "labels such as 2.5", "whole numbers"),
        (LEVELS, [0, 1, 2, np.nan], "labels such as nan", "whole numbers"),
        (LEVELS, [0, 1, 2, np.inf], "labels from 0.0 to inf", "classes"),
        (LEVELS, [0, 1, 2, 2**31], "to 2147483648", "classes"),
        (LEVELS, ["0", "1", "2", "3"], "array of <U1", "whole numbers"),
    ],
)
def test_other_data_are_refused_in_one_sentence_with_a_remedy(images, labels, came, remedy):
    with pytest.raises(ValueError) as caught:
        network3.share(images, labels)
    message = str(caught.value)
    assert message.startswith("share got ")
    assert came in message
    assert remedy in message
    assert "\n" not in message


def test_shared_variables_are_refused():
    images, labels = network3.share(LEVELS, LABELS)
    with pytest.raises(TypeError, match=r"PyTensor variable: .* get_value\(\)"):
        network3.share(images, labels)

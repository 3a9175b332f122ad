"""expand creates the book's expanded data: every image, and four copies shifted by one pixel."""

import pickle
import tracemalloc

import numpy as np
import pytest

import network3
from network3.data import pickles
from network3.data.expansion import write_expanded

rng = np.random.default_rng(13)


def five_fold(images, labels, side):
    """Create the five versions of each image, pixel by pixel, in the book's order."""
    all_images, all_labels = [], []
    for image, label in zip(images, labels, strict=True):
        for down, right in ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)):
            moved = np.zeros((side, side), images.dtype)
            for row in range(side):
                for column in range(side):
                    if 0 <= row - down < side and 0 <= column - right < side:
                        moved[row, column] = image[(row - down) * side + column - right]
            all_images.append(moved.ravel())
            all_labels.append(label)
    return np.array(all_images), np.array(all_labels)


def test_one_image_checked_by_eye():
    image = [[1, 2, 3, 4, 5, 6, 7, 8, 9]]
    images, labels = network3.expand(image, [5], shuffle=False)
    assert images.tolist() == [
        [1, 2, 3, 4, 5, 6, 7, 8, 9],
        [0, 0, 0, 1, 2, 3, 4, 5, 6],  # down
        [4, 5, 6, 7, 8, 9, 0, 0, 0],  # up
        [0, 1, 2, 0, 4, 5, 0, 7, 8],  # to the right
        [2, 3, 0, 5, 6, 0, 8, 9, 0],  # to the left
    ]
    assert labels.tolist() == [5] * 5


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.uint8])
@pytest.mark.parametrize("n", [1, 7, 2003])  # the last is more than two blocks
def test_the_set_is_the_one_that_a_loop_over_pixels_makes(n, dtype):
    images = rng.integers(1, 256, (n, 16)).astype(dtype)
    labels = rng.integers(0, 10, n)
    expanded = network3.expand(images, labels, shuffle=False)
    for given, wanted in zip(expanded, five_fold(images, labels, 4), strict=True):
        assert given.dtype == wanted.dtype
        np.testing.assert_array_equal(given, wanted)


def test_the_shuffled_set_is_the_same_set_in_the_order_that_numpys_generator_gives():
    images, labels = rng.random((500, 9)), rng.integers(0, 10, 500)
    np.random.seed(3)
    given = network3.expand(images, labels)
    np.random.seed(3)
    order = np.random.permutation(2500)
    for shuffled, ordered in zip(given, five_fold(images, labels, 3), strict=True):
        np.testing.assert_array_equal(shuffled, ordered[order])


def test_images_in_two_dimensions_come_back_as_rows():
    images = rng.random((3, 4, 5))
    expanded, _ = network3.expand(images, [1, 2, 3], shuffle=False)
    assert expanded.shape == (15, 20)
    np.testing.assert_array_equal(expanded[3].reshape(4, 5)[:, 1:], images[0, :, :-1])


def test_the_result_is_nearly_all_the_memory_that_it_takes():
    images, labels = np.zeros((8000, 784), np.float32), np.zeros(8000, np.int32)
    tracemalloc.start()
    try:
        expanded, _ = network3.expand(images, labels)
        assert tracemalloc.get_traced_memory()[1] < 1.1 * expanded.nbytes
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "images, labels, sentence",
    [
        (np.zeros((2, 10)), [1, 2], "the pixels form a square such as 28 x 28"),
        (np.zeros(9), [1], r"shape \(9,\)"),
        (np.zeros((2, 1, 3, 3)), [1, 2], r"shape \(2, 1, 3, 3\)"),
        (np.zeros((0, 9)), [], r"shape \(0, 9\)"),
        (["a", "b"], [1, 2], "they must be numbers"),
        (np.zeros((2, 9)), [1, 2, 3], "2 images, but 3 labels"),
        (np.zeros((2, 9)), 1, "2 images, but an array of int64 with shape"),
    ],
)
def test_other_data_are_refused(images, labels, sentence):
    with pytest.raises(ValueError, match=sentence) as caught:
        network3.expand(images, labels)
    assert str(caught.value).startswith("expand got ")


def test_for_shared_variables_the_error_names_get_value():
    with pytest.raises(TypeError, match=r"get_value\(\)"):
        network3.expand(*network3.share(np.zeros((2, 9)), [1, 2]))


# The file


@pytest.fixture
def source(tmp_path):
    pairs = [
        (rng.integers(0, 256, (n, 9)).astype(np.float32) / 256, rng.integers(0, 10, n))
        for n in (20, 4, 3)
    ]
    path = tmp_path / "own.pkl.gz"
    pickles.write(path, tuple(pairs))
    return path, pairs


def test_the_books_file_is_read_by_load_data_shared(source, tmp_path):
    path, pairs = source
    expanded = tmp_path / "mnist_expanded.pkl.gz"
    np.random.seed(1)
    write_expanded(expanded, path)
    np.random.seed(1)
    order = np.random.permutation(100)
    (images, labels), *rest = network3.load_data_shared(expanded)
    true_images, true_labels = five_fold(*pairs[0], 3)
    np.testing.assert_array_equal(images.get_value(), true_images[order])
    np.testing.assert_array_equal(labels.get_value(), true_labels[order])
    for given, true in zip(rest, pairs[1:], strict=True):
        np.testing.assert_array_equal(given[0].get_value(), true[0])
        np.testing.assert_array_equal(given[1].get_value(), true[1])


def test_an_interrupted_write_leaves_what_was_there(source, tmp_path, monkeypatch):
    expanded = tmp_path / "mnist_expanded.pkl.gz"
    expanded.write_bytes(b"what was there")

    def interrupted(triple, file, protocol):
        file.write(bytes(1 << 20))
        raise KeyboardInterrupt

    monkeypatch.setattr(pickle, "dump", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_expanded(expanded, source[0])
    assert expanded.read_bytes() == b"what was there"
    assert sorted(p.name for p in tmp_path.iterdir()) == [expanded.name, source[0].name]


def test_a_folder_that_does_not_exist_is_named_before_anything_is_read(tmp_path):
    with pytest.raises(FileNotFoundError, match="no folder .*nowhere for x.pkl.gz: create it"):
        write_expanded(tmp_path / "nowhere" / "x.pkl.gz")


def test_a_place_that_cannot_be_written_is_refused_before_the_data_are_read(tmp_path):
    with pytest.raises(OSError, match="cannot be written: it must be a file"):
        write_expanded(tmp_path, tmp_path / "no such data")

"""load_data_shared finds MNIST, or a user's file, validates it, and shares it."""

import gzip
import hashlib
import os
import pickle
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytensor
import pytensor.tensor as pt
import pytest

from network3.cli import main
from network3.data import download, mnist
from network3.data.mnist import load_data_shared, size

SHIPPED = Path(__file__).parents[2] / "data" / "mnist.pkl.gz"

PYTHON = pytensor.compile.Mode(linker="py")  # nothing here is worth compiling

rng = np.random.default_rng(3)


def pair(n, dtype=np.float32):
    """Return n images of six pixels and their labels."""
    return rng.integers(0, 256, (n, 6)).astype(dtype) / 256, rng.integers(0, 10, n)


def triple(**changed):
    """Return a small valid triple, with the given sets replaced."""
    sets = {"training": pair(5), "validation": pair(3), "test": pair(2)}
    return tuple((sets | changed).values())


@pytest.fixture
def save(tmp_path):
    def save(content, name="own.pkl.gz", protocol=4):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        with gzip.open(path, "wb") as file:
            pickle.dump(content, file, protocol)
        return path

    return save


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """Use an empty folder as the user's cache, and allow no download."""
    folder = tmp_path / "cache"
    monkeypatch.setattr("pooch.os_cache", lambda project: folder / project)

    def no_download(path):
        raise AssertionError(f"{path} would be downloaded")

    monkeypatch.setattr(mnist, "download_mnist", no_download)
    return folder / "network3"


# The shipped file


@pytest.fixture(scope="module")
def shipped():
    return load_data_shared(SHIPPED)


def test_the_shipped_file_is_the_one_that_was_checked():
    sha256 = hashlib.sha256(SHIPPED.read_bytes()).hexdigest()
    assert sha256 == "31d19fa1889ca5bc66fbfabbfe6baeba0009f33a9d6e9192bc0827c5495dd571"
    assert sha256 in (SHIPPED.parent / "README.md").read_text()


def test_the_shipped_images_and_labels_are_bit_for_bit_mnists(shipped):
    """Rebuild the four files of MNIST's authors, whose MD5 sums are published."""
    (a, a_labels), (b, b_labels), (test, test_labels) = [
        (images.get_value(), labels.get_value()) for images, labels in shipped
    ]

    def md5(magic, shape, values):
        header = struct.pack(f">{1 + len(shape)}I", magic, *shape)
        return hashlib.md5(header + values.astype(np.uint8).tobytes()).hexdigest()

    training, training_labels = np.concatenate([a, b]), np.concatenate([a_labels, b_labels])
    assert [
        md5(0x803, (60000, 28, 28), training * 256),
        md5(0x801, (60000,), training_labels),
        md5(0x803, (10000, 28, 28), test * 256),
        md5(0x801, (10000,), test_labels),
    ] == [
        "6bbc9ace898e44ae57da46a324031adb",
        "a25bea736e30d166cdddb491f175f624",
        "2646ac647ad5339dbf082846283269ea",
        "27ae3e4e09519cfbb04c329615203637",
    ]


def test_the_shipped_data_have_the_books_form(shipped):
    assert isinstance(shipped, list)
    assert [size(data) for data in shipped] == [50000, 10000, 10000]
    for images, labels in shipped:
        assert images.get_value(borrow=True).shape[1] == 784
        assert images.dtype == pytensor.config.floatX
        assert labels.dtype == "int32"
        pixels, digits = images.get_value(borrow=True), labels.get_value(borrow=True)
        assert (pixels.min(), pixels.max()) == (0, 255 / 256)
        assert np.array_equal(np.unique(digits), np.arange(10))


# The result


def test_the_images_and_labels_in_the_file_are_the_shared_values(save):
    content = triple()
    data = load_data_shared(save(content))
    for (images, labels), (true_images, true_labels) in zip(data, content, strict=True):
        np.testing.assert_array_equal(images.get_value(), true_images)
        np.testing.assert_array_equal(labels.get_value(), true_labels)
        np.testing.assert_array_equal(images.eval(), true_images)
        np.testing.assert_array_equal(labels.eval(), true_labels)
    assert data[1][0].name == "validation_images"
    assert data[1][1].name == "validation_labels"


@pytest.mark.parametrize("in_file", [np.float16, np.float32, np.float64, ">f4"])
@pytest.mark.parametrize("floatX", ["float32", "float64"])
def test_images_have_the_configured_floatx_and_labels_are_int32(floatX, in_file, save):
    path = save(triple(training=pair(4, in_file)))
    with pytensor.config.change_flags(floatX=floatX):
        images, labels = load_data_shared(path)[0]
    assert images.dtype == floatX
    assert images.get_value().dtype == floatX
    assert labels.get_value().dtype == np.int32


def test_the_original_cast_of_the_labels_is_no_operation(save):
    labels = load_data_shared(save(triple()))[0][1]
    assert pt.cast(labels, "int32") is labels


def test_a_slice_of_the_data_can_be_given_to_a_function_as_the_original_does(save):
    content = triple()
    images, labels = load_data_shared(save(content))[0]
    i, x, y = pt.lscalar(), pt.matrix(dtype=pytensor.config.floatX), pt.ivector()
    batch = {x: images[i * 2 : (i + 1) * 2], y: labels[i * 2 : (i + 1) * 2]}
    sums = pytensor.function([i], [x.sum(axis=1), y * 2], givens=batch, mode=PYTHON)(1)
    np.testing.assert_allclose(sums[0], content[0][0][2:4].sum(axis=1), rtol=1e-6)
    np.testing.assert_array_equal(sums[1], content[0][1][2:4] * 2)


@pytest.mark.parametrize("protocol", range(6))
def test_every_pickle_protocol_is_read_and_the_values_can_be_written_to(protocol, save):
    content = pair(50, pytensor.config.floatX)
    content[0].setflags(write=False)  # so that protocol 5 does not write it as a bytearray
    images, labels = load_data_shared(save(triple(training=content), protocol=protocol))[0]
    np.testing.assert_array_equal(images.get_value(), content[0])
    assert images.get_value(borrow=True).flags.writeable
    assert labels.get_value(borrow=True).flags.writeable
    assert type(images.get_value(borrow=True)) is np.ndarray


def test_lists_are_read_too_as_the_books_expanded_data_hold_them(save):
    images, labels = pair(4)
    as_lists = [list(images), list(labels)]
    as_numbers = [images.tolist(), labels.tolist()]
    data = load_data_shared(save([as_lists, as_numbers, (images, labels)]))
    for shared_images, shared_labels in data:
        np.testing.assert_array_equal(shared_images.get_value(), images)
        np.testing.assert_array_equal(shared_labels.get_value(), labels)


def test_images_in_fortran_order_are_stored_in_rows(save):
    images, labels = pair(4)
    data = load_data_shared(save(triple(test=(np.asfortranarray(images), labels))))
    assert data[2][0].get_value(borrow=True).flags.c_contiguous
    np.testing.assert_array_equal(data[2][0].get_value(), images)


def test_size_also_counts_images_that_live_in_a_jax_array(save):
    jax = pytest.importorskip("jax")
    data = load_data_shared(save(triple()))[0]
    data[0].container.storage[0] = jax.numpy.asarray(data[0].get_value())
    assert size(data) == 5


# The places that are searched


def test_a_path_that_exists_is_taken_as_given(save):
    path = save(triple(), "mnist.pkl.gz")
    assert size(load_data_shared(str(path))[0]) == 5
    assert size(load_data_shared(path)[0]) == 5


def test_a_relative_path_starts_at_the_working_directory(save, monkeypatch):
    folder = save(triple(), "data/mnist.pkl.gz").parents[1] / "src"
    folder.mkdir()
    monkeypatch.chdir(folder)
    assert size(load_data_shared()[0]) == 5, "the default is ../data/mnist.pkl.gz"


def test_the_default_finds_the_shipped_file_from_any_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert size(load_data_shared()[0]) == 50000


def test_the_users_cache_comes_last(tmp_path, cache, save, monkeypatch):
    package = tmp_path / "package"
    monkeypatch.setattr(mnist, "__file__", str(package / "network3" / "data" / "mnist.py"))
    cache.mkdir(parents=True)
    save(triple(training=pair(8)), cache / "own.pkl.gz")
    assert size(load_data_shared("nowhere/own.pkl.gz")[0]) == 8
    (package / "data").mkdir(parents=True)
    save(triple(training=pair(7)), package / "data" / "own.pkl.gz")
    assert size(load_data_shared("nowhere/own.pkl.gz")[0]) == 7
    assert size(load_data_shared(save(triple(training=pair(6))))[0]) == 6


def test_mnist_that_is_nowhere_is_downloaded_once(tmp_path, cache, save, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        mnist, "__file__", str(tmp_path / "package" / "network3" / "data" / "mnist.py")
    )
    downloads = []

    def play_download(path):
        downloads.append(path)
        path.parent.mkdir(parents=True)
        save(triple(), path)

    monkeypatch.setattr(mnist, "download_mnist", play_download)
    assert size(load_data_shared()[0]) == 5
    assert size(load_data_shared()[0]) == 5
    assert downloads == [cache / "mnist.pkl.gz"]


def test_without_mirrors_the_sentence_says_where_to_put_the_file(tmp_path, cache, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        mnist, "__file__", str(tmp_path / "package" / "network3" / "data" / "mnist.py")
    )
    dead = ["http://127.0.0.1:9/"]  # the port of "discard": nobody listens
    monkeypatch.setattr(
        mnist, "download_mnist", lambda path: download.download_mnist(path, mirrors=dead)
    )
    with pytest.raises(OSError, match="put mnist.pkl.gz into") as caught:
        load_data_shared()
    assert str(cache) in str(caught.value)


def test_another_name_that_is_nowhere_is_not_downloaded(cache):
    with pytest.raises(FileNotFoundError) as caught:
        load_data_shared("digits/mine.pkl.gz")
    for place in (Path("digits"), SHIPPED.parent, cache):
        assert str(place / "mine.pkl.gz") in str(caught.value)
    assert str(caught.value).endswith("give the path of your data, or no path to get MNIST.")


def test_the_books_paths_find_files_in_the_current_folder(tmp_path, save, monkeypatch):
    """`network3 data expand` writes there, beside the MNIST that it finds."""
    monkeypatch.chdir(tmp_path)
    save(triple(training=(np.eye(9)[:8], [1] * 8)), "mnist.pkl.gz")  # of 3 x 3 pixels
    assert size(load_data_shared("../data/mnist.pkl.gz")[0]) == 8
    assert main(["data", "expand"]) == 0
    assert size(load_data_shared("../data/mnist_expanded.pkl.gz")[0]) == 40


def test_if_the_expanded_data_are_missing_the_error_names_the_command(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(mnist, "__file__", str(tmp_path / "package" / "network3" / "data" / "m.py"))
    with pytest.raises(FileNotFoundError, match="run network3 data expand to create it"):
        load_data_shared("../data/mnist_expanded.pkl.gz")


def test_importing_network3_mnist_imports_no_downloader_and_reads_nothing():
    modules = ("pooch", "requests", "PIL", "scipy.ndimage")
    code = f"import sys, network3.data.mnist; print([m for m in {modules} if m in sys.modules])"
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=SHIPPED.parents[1],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout == "[]\n"


# Files that are damaged, foreign or hostile


def refusal(path):
    """Return the error message, one sentence, for a file that is refused."""
    with pytest.raises(ValueError) as caught:
        load_data_shared(path)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert message.count("\n") == 0
    return message


def test_a_truncated_file_is_refused(save):
    path = save(triple())
    whole = path.read_bytes()
    for length in (0, 5, 30, len(whole) // 2, len(whole) - 9, len(whole) - 1):
        path.write_bytes(whole[:length])
        assert "is damaged" in refusal(path), length


@pytest.mark.parametrize(
    "bit", [0, *(pytest.param(bit, marks=pytest.mark.slow) for bit in range(1, 7)), 7]
)
def test_a_flipped_bit_is_found_or_does_not_matter(bit, save):
    path = save(triple())
    whole = path.read_bytes()
    content = gzip.decompress(whole)
    body = 10 + len(b"own.pkl") + 1  # gzip's header: flags, date and a name, without a checksum
    for i in range(body, len(whole)):
        flipped = whole[:i] + bytes([whole[i] ^ 1 << bit]) + whole[i + 1 :]
        path.write_bytes(flipped)
        try:
            load_data_shared(path)
        except ValueError as error:
            assert "is damaged" in str(error), i
        else:
            assert gzip.decompress(flipped) == content, "padding, or another equal copy"


def test_a_file_that_is_not_gzipped_is_refused(tmp_path):
    path = tmp_path / "own.pkl.gz"
    path.write_bytes(pickle.dumps(triple()))
    assert "is not a gzip file, as the book's pickle is" in refusal(path)


def test_for_a_picture_the_error_names_the_functions_that_read_it(tmp_path):
    path = tmp_path / "seven.PNG"
    path.write_bytes(b"")
    message = refusal(path)
    assert "is a picture, not images with labels" in message
    assert "network3 predict" in message


def test_a_gzipped_file_that_is_no_pickle_is_refused(tmp_path):
    path = tmp_path / "own.gz"
    for text in (b"5,0,0,12\n", b"label,pixel0\n", b"\x00\x00\x08\x03", b"(lp0\nS'x'\n", b"0."):
        path.write_bytes(gzip.compress(text))
        message = refusal(path)
        assert "is not a pickle" in message or "is damaged" in message


def test_a_pickle_of_something_else_is_refused_by_name(save):
    assert "pathlib" in refusal(save(Path("x")))
    assert "only numbers" in refusal(save(triple(test=np.array([{}], dtype=object))))


def test_a_hostile_pickle_is_refused_and_does_not_run(save, tmp_path):
    ran = tmp_path / "ran"

    class Hostile:
        def __reduce__(self):
            return os.system, (f'echo > "{ran}"',)

    message = refusal(save(triple(test=(Hostile(), [1]))))
    assert f"{os.name}.system" in message
    assert not ran.exists()


def test_the_cause_of_a_refusal_is_kept(save):
    path = save(Path("x"))
    with pytest.raises(ValueError) as caught:
        load_data_shared(path)
    assert isinstance(caught.value.__cause__, pickle.UnpicklingError)


def test_a_file_that_may_not_be_read_stays_a_permission_error(save, monkeypatch):
    path = save(triple())

    def forbidden(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(gzip, "open", forbidden)  # chmod would not stop root
    with pytest.raises(PermissionError):
        load_data_shared(path)


# Contents of another form

IMAGES, LABELS = pair(3)


@pytest.mark.parametrize(
    "content, came",
    [
        (pair(3), "a tuple of 2"),
        ([pair(3)] * 4, "a list of 4"),
        ({"training": pair(3)}, "a dict"),
        (np.zeros((3, 2, 6)), "an array of float64 with shape (3, 2, 6)"),
        (None, "a NoneType"),
    ],
)
def test_the_file_must_hold_three_sets(content, came, save):
    message = refusal(save(content))
    assert came in message
    assert "three pairs" in message


@pytest.mark.parametrize(
    "validation, came, remedy",
    [
        (IMAGES, "an array of float32 with shape (3, 6) as validation data", "a pair"),
        ((IMAGES,), "a tuple of 1 as validation data", "a pair"),
        (([], LABELS), "validation images as an array of float64 with shape (0,)", "floats"),
        ((IMAGES.reshape(3, 2, 3, 1), LABELS), "shape (3, 2, 3, 1)", "(n, 1, H, W)"),
        ((["one", "two"], LABELS), "array of <U3", "floats"),
        (([[0.5, 0.5], [0.5]], LABELS[:2]), "a list of 2 that does not fit", "same length"),
        ((np.where(IMAGES > 0, np.nan, IMAGES), LABELS), "NaN or infinite", "finite"),
        ((np.where(IMAGES > 0, -np.inf, IMAGES), LABELS), "NaN or infinite", "finite"),
        ((IMAGES, np.eye(10)[LABELS]), "array of float64 with shape (3, 10)", "argmax"),
        ((IMAGES, [3, 2**31, 4]), "validation labels from 3 to 2147483648", "classes"),
        ((IMAGES, None), "validation labels as an array of object", "whole numbers"),
    ],
)
def test_a_set_of_another_form_is_refused_with_a_remedy(validation, came, remedy, save):
    message = refusal(save(triple(validation=validation)))
    assert came in message
    assert remedy in message


def test_a_pixel_that_floatx_cannot_hold_is_refused(save):
    path = save(triple(training=(np.full((2, 6), 1e300), [1, 2])))
    with pytensor.config.change_flags(floatX="float32"):
        assert "infinite" in refusal(path)

"""load_data_shared reads MNIST, and user data, in all formats that MNIST is distributed in."""

import gzip
import struct
import tracemalloc
import zipfile

import numpy as np
import pytest

from network3.data import bounded, csv, idx, npz
from network3.data.mnist import load_data_shared

rng = np.random.default_rng(11)


def digits(n, shape=(2, 3)):
    """Return n images of grey levels, and their labels."""
    return rng.integers(0, 256, (n, *shape), np.uint8), rng.integers(0, 10, n, np.uint8)


TRAINING, TEST = digits(12), digits(3)


def loaded(path):
    return [tuple(variable.get_value() for variable in pair) for pair in load_data_shared(path)]


def assert_holds(path, *expected):
    """Compare the data in a file with pairs of grey levels and labels."""
    for (images, labels), (levels, true_labels) in zip(loaded(path), expected, strict=True):
        np.testing.assert_array_equal(images * 256, levels.reshape(len(levels), -1))
        np.testing.assert_array_equal(labels, true_labels)


def part(pair, start, stop):
    return pair[0][start:stop], pair[1][start:stop]


def refusal(path):
    with pytest.raises(ValueError) as caught:
        load_data_shared(path)
    message = str(caught.value)
    assert "\n" not in message
    return message


# NumPy archives


def save(path, **arrays):
    np.savez_compressed(path, **arrays)
    return path


def named(training=TRAINING, test=TEST):
    arrays = {"x_train": training[0], "y_train": training[1]}
    return arrays | {"x_test": test[0], "y_test": test[1]}


def test_an_archive_like_kerass_gives_its_last_sixth_for_validation(tmp_path):
    path = save(tmp_path / "mnist.npz", **named())
    assert_holds(path, part(TRAINING, 0, 10), part(TRAINING, 10, 12), TEST)


@pytest.mark.parametrize("names", [("x_val", "y_val"), ("x_validation", "y_validation")])
def test_an_archive_with_validation_data_is_taken_as_it_is(names, tmp_path):
    validation = digits(4)
    path = save(tmp_path / "own.npz", **named(), **dict(zip(names, validation, strict=True)))
    assert_holds(path, TRAINING, validation, TEST)


@pytest.mark.parametrize("names", [("images", "labels"), ("x_train", "y_train")])
def test_an_archive_of_one_set_is_split_five_to_one_to_one(names, tmp_path):
    whole = digits(15)
    path = save(tmp_path / "own.npz", **dict(zip(names, whole, strict=True)))
    assert_holds(path, part(whole, 0, 11), part(whole, 11, 13), part(whole, 13, 15))


@pytest.mark.parametrize("write", [np.savez, np.savez_compressed])
@pytest.mark.parametrize("dtype", ["f4", ">f8", "i8"])
def test_arrays_of_every_type_and_order_are_read(write, dtype, tmp_path):
    images, labels = TRAINING
    stored = images.astype(dtype) / 256 if "f" in dtype else images.astype(dtype)
    arrays = named((np.asfortranarray(stored.astype(dtype)), labels.astype(dtype)))
    path = tmp_path / "own.npz"
    write(path, **arrays)
    assert_holds(path, part(TRAINING, 0, 10), part(TRAINING, 10, 12), TEST)


def test_an_archive_with_objects_is_refused_and_not_unpickled(tmp_path):
    objects = np.array([{}, None], dtype=object)
    path = save(tmp_path / "own.npz", images=objects, labels=objects)
    assert "an array of object" in refusal(path)


@pytest.mark.parametrize("names", ["", "x_test y_test", "images labels x_val y_val"])
def test_for_an_archive_with_other_names_the_error_lists_the_right_ones(names, tmp_path):
    path = save(tmp_path / "own.npz", **dict.fromkeys(names.split(), TEST[1]), other=TEST[1])
    message = refusal(path)
    assert str(path) in message
    assert "x_train, y_train, x_test and y_test" in message


@pytest.mark.parametrize("name", named())
def test_an_archive_with_half_a_pair_is_refused(name, tmp_path):
    arrays = named()
    del arrays[name]
    assert "only" in refusal(save(tmp_path / "own.npz", **arrays))


# MNIST's own four files


def idx_bytes(array):
    header = bytes((0, 0, 8, array.ndim)) + struct.pack(f">{array.ndim}I", *array.shape)
    return header + array.tobytes()


def write_four(folder, prefix="", test="t10k", dot="-", zipped=False, training=TRAINING):
    paths = []
    for kind, pair in (("train", training), (test, TEST)):
        for name, number, array in zip(("images", "labels"), (3, 1), pair, strict=True):
            path = folder / f"{prefix}{kind}-{name}{dot}idx{number}-ubyte"
            content = idx_bytes(array)
            if zipped:
                path, content = path.with_name(path.name + ".gz"), gzip.compress(content)
            path.write_bytes(content)
            paths.append(path)
    return paths


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize(
    "form", [{}, {"dot": "."}, {"prefix": "emnist-digits-", "test": "test"}], ids=str
)
def test_the_four_files_are_read_by_their_folder_or_any_of_them(form, zipped, tmp_path):
    for path in (tmp_path, *write_four(tmp_path, zipped=zipped, **form)):
        assert_holds(path, part(TRAINING, 0, 10), part(TRAINING, 10, 12), TEST)


def test_unzipped_files_beside_the_zipped_ones_are_no_contradiction(tmp_path):
    write_four(tmp_path)
    write_four(tmp_path, zipped=True)
    assert_holds(tmp_path, part(TRAINING, 0, 10), part(TRAINING, 10, 12), TEST)


def test_of_two_sets_in_a_folder_one_must_be_named(tmp_path):
    write_four(tmp_path, prefix="emnist-digits-", training=digits(6))
    paths = write_four(tmp_path)
    assert "the path of the file you mean" in refusal(tmp_path)
    assert_holds(paths[0], part(TRAINING, 0, 10), part(TRAINING, 10, 12), TEST)


def test_a_missing_file_is_named(tmp_path):
    paths = write_four(tmp_path)
    paths[3].unlink()
    with pytest.raises(FileNotFoundError, match="no test labels in MNIST's format"):
        load_data_shared(tmp_path)


def test_images_and_labels_that_do_not_belong_together_are_refused(tmp_path):
    paths = write_four(tmp_path)
    paths[1].write_bytes(idx_bytes(TRAINING[1][:-1]))
    assert "12 training images, but 11 labels" in refusal(tmp_path)


def test_five_images_are_too_few_to_give_one_for_validation(tmp_path):
    write_four(tmp_path, training=digits(5))
    assert "at least 6 are needed" in refusal(tmp_path)


# Tables


def table(pair, header=""):
    images, labels = pair
    rows = np.column_stack([labels, images.reshape(len(labels), -1)])
    return header + "".join(",".join(map(str, row)) + "\n" for row in rows)


@pytest.mark.parametrize("header", ["", "label,1x1,1x2,1x3,2x1,2x2,2x3\n"])
@pytest.mark.parametrize("name", ["digits.csv", "digits.csv.gz", "DIGITS.CSV"])
def test_a_table_is_split_five_to_one_to_one(name, header, tmp_path):
    whole = digits(15)
    path = tmp_path / name
    text = table(whole, header).encode()
    path.write_bytes(gzip.compress(text) if name.endswith("gz") else text)
    assert_holds(path, part(whole, 0, 11), part(whole, 11, 13), part(whole, 13, 15))


def test_a_table_for_training_finds_the_one_for_testing_beside_it(tmp_path):
    path = tmp_path / "mnist_train.csv"
    path.write_text(table(TRAINING))
    (tmp_path / "mnist_test.csv").write_text(table(TEST))
    assert_holds(path, part(TRAINING, 0, 10), part(TRAINING, 10, 12), TEST)


def test_tables_of_other_programs_with_their_line_ends_and_marks_are_read(tmp_path):
    whole = digits(7)
    path = tmp_path / "digits.csv"
    path.write_bytes(b"\xef\xbb\xbf" + table(whole).replace("\n", "\r\n").encode())
    assert_holds(path, part(whole, 0, 5), part(whole, 5, 6), part(whole, 6, 7))


def test_labels_beyond_255_are_classes_too(tmp_path):
    path = tmp_path / "signs.csv"
    path.write_text("70000,1,2\n" * 7)
    assert loaded(path)[0][1].tolist() == [70000] * 5


@pytest.mark.parametrize(
    "line",
    [
        "7,256,0",
        "7,-1,0",
        "7,0.5,0",
        "7,1.0,0",
        "-7.5,1,0",
        "7,x,0",
        "7,,0",
        "7,0",
        "7,0,0,0",
        "7 0 0",
    ],
)
def test_a_line_that_is_no_image_is_refused(line, tmp_path):
    path = tmp_path / "digits.csv"
    path.write_text("7,0,255\n" * 9 + line + "\n")
    message = refusal(path)
    assert message.startswith(f"{path} is not a table of images")
    assert "separated by commas" in message


@pytest.mark.parametrize("text", ["", "\n", "label,pixel\n", "label\n5\n", "5\n"])
def test_a_table_without_images_is_refused(text, tmp_path):
    path = tmp_path / "digits.csv"
    path.write_text(text)
    assert "is not a table of images" in refusal(path)


def test_six_lines_are_too_few_for_three_parts(tmp_path):
    path = tmp_path / "digits.csv"
    path.write_text("7,0,255\n" * 6)
    assert "at least 7 are needed" in refusal(path)


# Files that claim more than they hold


def peak(read, path):
    """Return the peak memory of reading, in bytes, and the message of the error that ends it."""
    tracemalloc.start()
    try:
        with pytest.raises(ValueError) as caught:
            read(path)
        return tracemalloc.get_traced_memory()[1], str(caught.value)
    finally:
        tracemalloc.stop()


HUGE = bytes((0, 0, 8, 3)) + struct.pack(">3I", 60000, 10000, 10000)  # six terabytes


def npz_of(path, header, content, said=None):
    """Write an archive of two arrays, whose directory says that each member has `said` bytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("images", "labels"):
            text = header.ljust(117) + "\n"
            archive.writestr(f"{name}.npy", b"\x93NUMPY\x01\x00\x76\x00" + text.encode() + content)
        for info in archive.infolist():
            info.file_size = said or info.file_size


@pytest.mark.parametrize("zipped", [False, True])
def test_idx_headers_that_promise_terabytes_are_refused_from_the_files_size(zipped, tmp_path):
    path = tmp_path / "train-images-idx3-ubyte"
    path.write_bytes(gzip.compress(HUGE + bytes(1000)) if zipped else HUGE + bytes(1000))
    memory, message = peak(lambda path: idx.read_array(path, 3), path)
    assert "is too small" in message
    assert memory < 1 << 20


def test_an_npz_header_too_deep_for_pythons_parser_is_refused(tmp_path):
    """Python 3.11 raises a MemoryError then, which elsewhere says nothing about the file."""
    path = tmp_path / "own.npz"
    with zipfile.ZipFile(path, "w") as archive:
        header = b"-" * 9000 + b"1\n"
        start = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header))
        for name in ("images", "labels"):
            archive.writestr(f"{name}.npy", start + header)
    with pytest.raises(ValueError, match="is not an archive of NumPy arrays"):
        npz.read(path)


def test_npz_headers_that_promise_terabytes_are_refused_from_the_files_size(tmp_path):
    path = tmp_path / "own.npz"
    shape = "(60000, 10000, 10000)"
    npz_of(path, f"{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}, }}", bytes(1000))
    memory, message = peak(npz.read, path)
    assert "the file is too small" in message
    assert memory < 1 << 20


def test_an_npz_size_that_deflate_could_hold_takes_only_the_memory_of_the_bytes(tmp_path):
    """The archive's directory claims the same as the header. NumPy's reader would take 1 GB."""
    path = tmp_path / "own.npz"
    there, count = 1 << 23, 1000**3
    header = "{'descr': '|u1', 'fortran_order': False, 'shape': (1000, 1000, 1000), }"
    npz_of(path, header, rng.bytes(there), said=128 + count)
    assert bounded.DEFLATE * path.stat().st_size > count
    memory, message = peak(npz.read, path)
    assert f"holds only {there} bytes" in message
    assert memory < 2 * there


def test_a_gzip_bomb_is_read_only_up_to_the_size_in_its_header(tmp_path):
    path = tmp_path / "train-images-idx3-ubyte.gz"
    small = bytes((0, 0, 8, 3)) + struct.pack(">3I", 1, 2, 2)
    path.write_bytes(gzip.compress(small + bytes(1 << 26), 1))
    memory, message = peak(lambda path: idx.read_array(path, 3), path)
    assert "holds more bytes" in message
    assert memory < 1 << 20


def test_an_idx_size_that_gzip_could_hold_takes_only_the_memory_of_the_bytes(tmp_path):
    path = tmp_path / "train-images-idx3-ubyte.gz"
    there = 1 << 23
    large = bytes((0, 0, 8, 3)) + struct.pack(">3I", 1000, 1000, 1000)
    noise = rng.bytes(there)
    path.write_bytes(gzip.compress(large + noise, 1))
    assert bounded.most(path) > 1000**3
    memory, message = peak(lambda path: idx.read_array(path, 3), path)
    assert f"holds only {there} bytes" in message
    assert memory < 2 * there


def test_a_line_without_end_is_cut_off(tmp_path):
    path = tmp_path / "digits.csv.gz"
    path.write_bytes(gzip.compress(b"0," * (1 << 24), 1))
    memory, message = peak(csv.read, path)
    assert f"more than {csv.LONGEST_LINE} characters" in message
    assert memory < 1 << 24

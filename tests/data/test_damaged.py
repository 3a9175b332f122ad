"""A damaged or hostile file is refused with one sentence, or gives its real contents.

A generator with a visible seed damages hundreds of files, in every format: it cuts them off, flips
bits and overwrites bytes.
"""

import builtins
import gzip
import io
import os
import pickle
import struct
import tracemalloc
import zipfile
import zlib

import numpy as np
import pytest
from PIL import Image, ImageFile

import network3
from network3.data import unpickling

COPIES = 60  # of each file
rng = np.random.default_rng(19)
IMAGES = rng.integers(0, 256, (42, 3, 4), np.uint8)
LABELS = rng.integers(0, 10, 42, np.uint8)


def pickled():
    rows = IMAGES.reshape(42, -1).astype(np.float32) / 256
    parts = [(rows[a:b], LABELS[a:b].astype(int)) for a, b in ((0, 30), (30, 36), (36, 42))]
    return gzip.compress(pickle.dumps(parts, 4), mtime=0)


def archive(write):
    file = io.BytesIO()
    write(file, images=IMAGES, labels=LABELS)
    return file.getvalue()


def table():
    rows = np.column_stack([LABELS, IMAGES.reshape(42, -1)])
    return "".join(",".join(map(str, row)) + "\n" for row in rows).encode()


def idx(array):
    header = bytes((0, 0, 8, array.ndim)) + struct.pack(f">{array.ndim}I", *array.shape)
    return header + array.tobytes()


def picture(form, mode="L"):
    image = Image.new("L", (40, 60), 255)
    image.paste(0, (10, 10, 16, 50))
    image.paste(0, (10, 10, 30, 16))
    file = io.BytesIO()
    image.convert(mode).save(file, form)
    return file.getvalue()


# {name: content}. Files with a checksum over all relevant bytes give their data or nothing.
CHECKED = {
    "own.pkl.gz": pickled(),
    "own.npz": archive(np.savez),
    "zipped.npz": archive(np.savez_compressed),
    "own.csv.gz": gzip.compress(table(), mtime=0),
    "train-images-idx3-ubyte.gz": gzip.compress(idx(IMAGES), mtime=0),
}
UNCHECKED = {"own.csv": table(), "train-images-idx3-ubyte": idx(IMAGES)}
PICTURES = {
    "digit.png": picture("PNG"),
    "palette.gif": picture("GIF", "P"),
    "digit.jpg": picture("JPEG"),
    "digit.tif": picture("TIFF"),
    "digit.bmp": picture("BMP"),
    "digit.webp": picture("WEBP", "RGBA"),
}
FILES = CHECKED | UNCHECKED | PICTURES


def damaged(name, content):
    """Yield copies of a file, each damaged differently."""
    damage = np.random.default_rng(list(name.encode()))
    for number in range(COPIES):
        copy = bytearray(content)
        at = int(damage.integers(len(copy)))
        if number % 3 == 0:
            del copy[at:]
        elif number % 3 == 1:
            copy[at] ^= 1 << int(damage.integers(8))
        else:
            copy[at : at + 8] = damage.bytes(8)
        yield bytes(copy)


@pytest.fixture
def load(tmp_path):
    """Return a function that writes a file and loads it: the arrays, or None if it is refused."""
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(idx(LABELS))
    (tmp_path / "t10k-images-idx3-ubyte").write_bytes(idx(IMAGES[:5]))
    (tmp_path / "t10k-labels-idx1-ubyte").write_bytes(idx(LABELS[:5]))

    def load(name, content):
        path = tmp_path / name
        path.write_bytes(content)
        try:
            if name in PICTURES:
                return network3.read_digit(path)
            data = network3.load_data_shared(path)
        except ValueError as error:
            assert name in str(error), "the message names the file"
            assert "\n" not in str(error)
            assert len(str(error)) < 600
            return None
        return [tuple(variable.get_value() for variable in pair) for pair in data]

    return load


def test_there_are_at_least_four_hundred_damaged_files():
    assert len(FILES) * COPIES >= 400


@pytest.mark.parametrize("name", CHECKED)
def test_a_damaged_file_with_a_checksum_gives_its_own_data_or_none(name, load):
    honest = load(name, CHECKED[name])
    refused = 0
    for content in damaged(name, CHECKED[name]):
        data = load(name, content)
        if data is None:
            refused += 1
            continue
        for given, true in zip(data, honest, strict=True):
            np.testing.assert_array_equal(given[0], true[0])
            np.testing.assert_array_equal(given[1], true[1])
    assert refused >= COPIES / 2


@pytest.mark.parametrize("name", UNCHECKED)
def test_a_damaged_file_without_a_checksum_gives_numbers_in_their_ranges_or_none(name, load):
    assert load(name, UNCHECKED[name]) is not None
    refused = 0
    for content in damaged(name, UNCHECKED[name]):
        data = load(name, content)
        if data is None:
            refused += 1
            continue
        for images, labels in data:
            assert len(images) == len(labels) > 0
            assert images.shape[1] == 12
            assert 0 <= images.min() <= images.max() < 1
            assert labels.min() >= 0
    assert refused >= COPIES / 4


@pytest.mark.parametrize("name", PICTURES)
def test_a_damaged_picture_gives_an_image_or_none(name, load):
    assert load(name, PICTURES[name]) is not None
    refused = 0
    for content in damaged(name, PICTURES[name]):
        digit = load(name, content)
        if digit is None:
            refused += 1
            continue
        assert digit.shape == (784,)
        assert digit.min() == 0
        assert digit.max() == 255 / 256
    assert refused >= COPIES / 6


@pytest.mark.parametrize("name", FILES)
def test_the_content_of_one_format_under_the_name_of_another_is_refused(name, load):
    kinds = {"pkl", "npz", "csv", "idx3", "digit"}
    for other, content in FILES.items():
        kind, other_kind = (
            next((kind for kind in kinds if kind in n), "digit") for n in (name, other)
        )
        if kind != other_kind:
            assert load(name, content) is None, other


# Hostile files


class Hostile:
    """Runs a command when it is unpickled."""

    def __init__(self, ran):
        self.ran = ran

    def __reduce__(self):
        return os.system, (f'echo > "{self.ran}"',)


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("place", ["file", "part", "images", "labels"])
def test_a_hostile_pickle_does_not_run(protocol, place, load, tmp_path):
    hostile = Hostile(tmp_path / "ran")
    good = (IMAGES[:3].reshape(3, -1) / 256, LABELS[:3])
    content = {
        "file": hostile,
        "part": (good, good, hostile),
        "images": (good, good, (hostile, good[1])),
        "labels": (good, good, (good[0], hostile)),
    }[place]
    assert load("own.pkl.gz", gzip.compress(pickle.dumps(content, protocol))) is None
    assert not (tmp_path / "ran").exists()


def test_a_hostile_pickle_in_an_archive_does_not_run(load, tmp_path):
    file = io.BytesIO()
    hostile = np.array([Hostile(tmp_path / "ran")] * 7, dtype=object)
    np.savez(file, images=hostile, labels=hostile)
    assert load("own.npz", file.getvalue()) is None
    assert not (tmp_path / "ran").exists()


# Pickle's codes of long strings, byte arrays and frames, and how many bytes their length has.
LONG = {b"\x8e": 8, b"\x96": 8, b"\x8d": 8, b"\x95": 8, b"B": 4, b"T": 4, b"X": 4}


@pytest.mark.parametrize("code", LONG)
def test_a_pickle_that_promises_more_than_it_holds_takes_no_memory(code, load):
    tracemalloc.start()
    try:
        for bits in (30, 40, 62):
            promise = (1 << bits).to_bytes(8, "little")[: LONG[code]] + bytes(100)
            assert load("own.pkl.gz", gzip.compress(b"\x80\x05" + code + promise)) is None
        assert tracemalloc.get_traced_memory()[1] < 1 << 22
    finally:
        tracemalloc.stop()


def test_a_name_with_line_ends_makes_no_second_line(load):
    name = b"\n".join([b"os"] * 200)
    code = b"\x80\x04X" + len(name).to_bytes(4, "little") + name + b"\x8c\x06system\x93."
    assert load("own.pkl.gz", gzip.compress(code)) is None


def test_lists_within_lists_without_end_are_refused(load):
    endless = []
    endless.append(endless)
    for content in (endless, [endless] * 3, [(endless, endless)] * 3):
        assert load("own.pkl.gz", gzip.compress(pickle.dumps(content))) is None
    deep = gzip.compress(b"]" * 100_000 + b"a" * 99_999 + b".")
    assert load("own.pkl.gz", deep) is None


def test_a_small_pickle_of_many_objects_takes_little_memory(load, monkeypatch):
    monkeypatch.setattr(unpickling, "SPARE", 4 << 20)
    content = gzip.compress(b"\x80\x04" + b"]" * 12_000_000 + b".")
    tracemalloc.start()
    try:
        assert load("own.pkl.gz", content) is None
        assert tracemalloc.get_traced_memory()[1] < 64 << 20  # and not 900 MB
    finally:
        tracemalloc.stop()


def test_lists_that_share_their_lists_are_not_unfolded_into_memory(load):
    """Five nested lists, each with a thousand references to the next: 10**15 numbers in 4 kB."""
    numbers = [1.0] * 1000
    for _ in range(4):
        numbers = [numbers] * 1000
    content = [(numbers, [0] * 1000)] * 3
    assert load("own.pkl.gz", gzip.compress(pickle.dumps(content))) is None


@pytest.mark.parametrize(
    ("width", "refused"), [(9000, "too large"), (1000, "is not a picture|shows no ink")]
)
def test_a_small_file_that_says_it_is_a_huge_picture_is_refused(width, refused, tmp_path):
    """9000 x 9000 pixels would take a gigabyte; the smaller picture is read, but has no pixels."""
    size, kind = struct.pack(">II", width, width), b"\x08\x06\x00\x00\x00"  # RGBA
    chunks = [(b"IHDR", size + kind), (b"IDAT", zlib.compress(bytes(100))), (b"IEND", b"")]
    path = tmp_path / "digit.png"
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + b"".join(
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
            for name, data in chunks
        )
    )
    with pytest.raises(ValueError, match=refused):
        network3.read_digit(path)


# Interrupted


class BreaksOff(io.RawIOBase):
    """A file that returns 16 bytes at a time; reading `number` loses them and raises an error."""

    def __init__(self, path, number, error):
        self.file, self.number, self.error, self.readings = io.FileIO(path), number, error, 0

    def readable(self):
        return True

    def seekable(self):
        return True

    def seek(self, *where):
        return self.file.seek(*where)

    def fileno(self):
        return self.file.fileno()

    def readinto(self, room):
        self.readings += 1
        piece = self.file.read(min(len(room), 16))
        if self.readings == self.number:
            raise self.error
        room[: len(piece)] = piece
        return len(piece)

    def close(self):
        self.file.close()
        super().close()


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError, SystemExit])
@pytest.mark.parametrize("name", FILES)
def test_an_interrupt_while_reading_is_not_mistaken_for_damage(name, error, load, monkeypatch):
    """Ctrl-C, or a lack of memory, ends every reader at any point and is passed on."""
    opened = []

    def breaking_off(path, mode="r", *arguments, **named):
        if os.path.basename(os.fspath(path)) != name or "w" in mode:
            return open_(path, mode, *arguments, **named)
        opened.append(BreaksOff(path, number, error))
        return io.BufferedReader(opened[-1], 16)

    open_ = builtins.open
    for number in (2, 4, 7):
        with monkeypatch.context() as patch:
            patch.setattr(builtins, "open", breaking_off)
            with pytest.raises(error):
                load(name, FILES[name])
        assert max(file.readings for file in opened) == number, "nothing is read after the error"
        opened.clear()


@pytest.mark.parametrize("name", CHECKED)
def test_zlib_without_memory_is_no_damage(name, load, monkeypatch):
    """Python raises the same zlib.error for a lack of memory and for damage."""

    def fail(*_):
        raise zlib.error("Error -4 while decompressing data: insufficient memory")

    monkeypatch.setattr(gzip.GzipFile, "read", fail)
    monkeypatch.setattr(gzip.GzipFile, "readline", fail)
    monkeypatch.setattr(gzip.GzipFile, "read1", fail)
    monkeypatch.setattr(zipfile.ZipExtFile, "read", fail)
    with pytest.raises(MemoryError):
        load(name, CHECKED[name])


def test_pillow_without_memory_is_no_damage(load, monkeypatch):
    """Pillow raises the same OSError for a lack of memory and for damage."""

    def fail(image):
        raise ImageFile._get_oserror(-9, encoder=False)

    monkeypatch.setattr(ImageFile.ImageFile, "load", fail)
    with pytest.raises(MemoryError):
        load("digit.png", PICTURES["digit.png"])

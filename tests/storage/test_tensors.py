"""Files of arrays: arrays and metadata are read as written, and damaged files are refused."""

import hashlib
import json
import struct

import numpy as np
import pytest
import safetensors.numpy
from processes import run

from network3.storage import tensors

KIND = "network3 net"
ARRAYS = {
    "0.w": np.arange(6, dtype=np.float32).reshape(2, 3),
    "0.b": np.array([1e300, -0.0, np.inf]),
    "1.stream": np.array([1, 2, 2**32 - 1, 4], np.uint32),
    "step": np.array(7, np.int64),
    "none": np.zeros((0, 3), np.float32),
}
ABOUT = {"layers": [{"class": "Ä"}], "cost": [0.1, None], "eta": 0.1}


@pytest.fixture
def path(tmp_path):
    tensors.write(tmp_path / "net", KIND, ARRAYS, ABOUT)
    return tmp_path / "net"


def parts(content):
    """Return the header, as a dict, and the data of a safetensors file."""
    length = struct.unpack("<Q", content[:8])[0]
    return json.loads(content[8 : 8 + length]), content[8 + length :]


def joined(header, data):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def refused(path, content, words="net"):
    """Return true if a file of this content is refused with one sentence that names it."""
    path.write_bytes(content)
    with pytest.raises(ValueError, match=words) as caught:
        tensors.read(path, KIND)
    return str(caught.value).startswith(str(path)) and "\n" not in str(caught.value)


def same(a, b):
    return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()


def test_arrays_and_metadata_are_read_as_written(path):
    arrays, about = tensors.read(path, KIND)
    assert about == ABOUT
    assert arrays.keys() == ARRAYS.keys()
    assert all(same(arrays[name], ARRAYS[name]) for name in ARRAYS)


def test_safetensors_alone_reads_the_arrays(path):
    arrays = safetensors.numpy.load_file(path)
    assert all(same(arrays[name], ARRAYS[name]) for name in ARRAYS)


def test_an_array_that_is_a_view_is_written_as_it_looks(tmp_path):
    array = np.arange(6.0).reshape(2, 3).T
    tensors.write(tmp_path / "net", KIND, {"w": array}, {})
    assert tensors.read(tmp_path / "net", KIND)[0]["w"].tolist() == [[0, 3], [1, 4], [2, 5]]


def test_metadata_may_contain_numpy_scalars(tmp_path):
    tensors.write(tmp_path / "net", KIND, {}, {"cost": np.float32(0.5), "epoch": np.int64(3)})
    assert tensors.read(tmp_path / "net", KIND)[1] == {"cost": 0.5, "epoch": 3}


def test_a_history_of_twenty_thousand_epochs_fits(tmp_path):
    numbers = np.random.default_rng(0).random(20_000).tolist()
    about = {"history": {f"column {k}": numbers for k in range(8)}}
    tensors.write(tmp_path / "net", KIND, {}, about)
    assert tensors.read(tmp_path / "net", KIND)[1] == about


@pytest.mark.parametrize(
    ("arrays", "about", "words"),
    [
        ({"w": np.array([object()])}, {}, "w has the dtype object"),
        ({"w": np.zeros(2, complex)}, {}, "w has the dtype complex128"),
        ({}, {"config": {1, 2}}, "must consist of dicts, lists"),
        ({}, {"config": np.zeros(2)}, "must consist of dicts, lists"),
    ],
)
def test_what_a_file_cannot_hold_is_refused_and_nothing_is_written(tmp_path, arrays, about, words):
    with pytest.raises(TypeError, match=words):
        tensors.write(tmp_path / "net", KIND, arrays, about)
    assert not list(tmp_path.iterdir())


def test_too_large_metadata_are_refused_when_they_are_written(tmp_path):
    with pytest.raises(ValueError, match="header of .* bytes is too large"):
        tensors.write(tmp_path / "net", KIND, {}, {"history": [0.5] * 1_000_000})
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        tensors.read(tmp_path / "nowhere", KIND)


def test_a_file_of_another_kind_is_refused_with_both_kinds(path):
    with pytest.raises(ValueError, match="is a network3 net, but must be a network3 checkpoint"):
        tensors.read(path, "network3 checkpoint")


def test_a_newer_format_is_refused_with_what_to_do(path):
    header, data = parts(path.read_bytes())
    header["__metadata__"]["format"] = "2"
    assert refused(path, joined(header, data), "in format '2', but .* reads format 1: install")


def test_a_file_of_another_program_is_not_taken_for_one_of_network3(path):
    assert refused(path, safetensors.numpy.save(ARRAYS), "not a file that network3 wrote")


def test_300_damaged_files_are_each_refused_in_a_sentence(path):
    """Files are cut anywhere, or have one bit flipped, one byte inserted or one removed."""
    whole, rng = path.read_bytes(), np.random.default_rng(1)
    cuts = [0, 7, 8, 9, len(whole) - 1, *rng.integers(0, len(whole), 95)]
    damaged = [whole[:cut] for cut in cuts]
    for bit in rng.integers(0, 8 * len(whole), 160):
        content = bytearray(whole)
        content[bit // 8] ^= 1 << bit % 8
        damaged.append(bytes(content))
    for place in rng.integers(0, len(whole), 20):
        damaged.append(whole[:place] + b"0" + whole[place:])
        damaged.append(whole[:place] + whole[place + 1 :])
    assert len(damaged) >= 300
    assert all(refused(path, content) for content in damaged)


def test_every_changed_byte_of_the_numbers_is_detected(path):
    whole = path.read_bytes()
    _, data = parts(whole)
    for byte in range(len(whole) - len(data), len(whole)):
        content = bytearray(whole)
        content[byte] ^= 1
        assert refused(path, bytes(content), "checksum")


def changed(name, **entry):
    def change(header):
        header[name] |= entry

    return change


def renamed(header):
    header["0.v"] = header.pop("0.w")


def promising(shape):
    """Return a change that adds an array of this shape to the header, without data."""

    def change(header):
        header["z"] = {"dtype": "F64", "shape": shape, "data_offsets": [0, 8 * int(np.prod(shape))]}

    return change


@pytest.mark.parametrize(
    "change",
    [
        changed("0.w", shape=[3, 2]),
        changed("0.w", shape=[6]),
        changed("0.w", shape=[2, 3, 1]),
        changed("0.w", shape=[2, 4]),
        changed("0.w", shape=[-2, -3]),
        changed("0.w", shape=[2**63, 2**63]),
        changed("0.w", dtype="I32"),
        changed("0.w", dtype="BF16"),
        changed("0.w", dtype="F8_E4M3"),
        changed("0.w", dtype=["F32"]),
        changed("0.w", data_offsets=[0, 2**62]),
        changed("0.w", data_offsets=[24, 0]),
        changed("__metadata__", kind="network3 checkpoint"),
        changed("__metadata__", about="[]"),
        changed("__metadata__", about=ABOUT),
        changed("__metadata__", more="x"),
        changed("__metadata__", **{"made by": "{}"}),
        renamed,
        promising([10**12]),
        promising([2**31, 2**31]),
        lambda header: header.pop("0.w"),
        lambda header: header.pop("__metadata__"),
        lambda header: header["__metadata__"].pop("checksum"),
    ],
)
def test_an_altered_header_is_refused(path, change):
    header, data = parts(path.read_bytes())
    change(header)
    assert refused(path, joined(header, data))


def test_a_duplicate_name_is_refused(path):
    header, data = parts(path.read_bytes())
    text = json.dumps(header)
    twice = text[:-1] + ', "0.w": ' + json.dumps(header["0.w"]) + "}"
    assert refused(path, joined(twice.encode(), data), "has a name twice")


@pytest.mark.parametrize(
    "header",
    [
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"[]",
        b"1" * 10_000,
        b"\xff\xfe{}",
        b'{"__metadata__": ' + b"[" * 5_000 + b"]" * 5_000 + b"}",
        b'{"__metadata__": null}',
    ],
)
def test_an_invalid_header_is_refused(path, header):
    assert refused(path, joined(header, b""))


def test_deep_json_with_a_valid_checksum_is_refused(path):
    """A malicious author can compute the checksum, too."""
    header, data = parts(path.read_bytes())
    labels = header.pop("__metadata__")
    del labels["checksum"]
    labels["about"] = "[" * 100_000 + "]" * 100_000
    numbers = {"F32": "<f4", "F64": "<f8", "U32": "<u4", "I64": "<i8"}
    table = [
        [name, numbers[header[name]["dtype"]], header[name]["shape"]] for name in sorted(header)
    ]
    digest = hashlib.sha256(json.dumps([labels, table], sort_keys=True).encode())
    for name in sorted(header):
        start, stop = header[name]["data_offsets"]
        digest.update(data[start:stop])
    header["__metadata__"] = {**labels, "checksum": digest.hexdigest()}
    # Python says "maximum recursion depth exceeded" up to 3.13, then "Stack overflow".
    assert refused(path, joined(header, data), "recursion|Stack overflow")


@pytest.mark.posix
def test_a_hostile_header_takes_no_memory_and_no_time(tmp_path):
    """Headers of 40 MB whose parsed lists would take a gigabyte, and one that claims a terabyte.

    The test counts Python's allocations and the other memory of the process.
    """
    program = """
        import os, resource, struct, time, tracemalloc
        from network3.storage import tensors

        def refused(header, length=None):
            with open(os.environ["NET"], "wb") as file:
                file.write(struct.pack("<Q", length or len(header)) + header)
            size = os.path.getsize(os.environ["NET"])
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            tracemalloc.start()
            start = time.perf_counter()
            try:
                tensors.read(os.environ["NET"], "network3 net")
            except ValueError:
                seconds = time.perf_counter() - start
                peak = tracemalloc.get_traced_memory()[1]
                tracemalloc.stop()
                grown = 1024 * (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
                print(max(peak, grown) / size, seconds)

        million = 1_000_000
        refused(b"[" + b"[]," * (13 * million) + b"[]]")
        refused(b"[" + b"[]," * (5 * million) + b"[]]")
        entry = b'"%07d":{"dtype":"U8","shape":[],"data_offsets":[0,0]},'
        refused(b"{" + b"".join(entry % k for k in range(250_000)) + b'"x":1}')
        refused(b"{" + b" " * (40 * million), 2**40)
    """
    output, _ = run(program, NET=str(tmp_path / "net"))
    answers = [tuple(map(float, line.split())) for line in output.splitlines()]
    assert len(answers) == 4
    assert all(times <= 2 and seconds < 5 for times, seconds in answers), answers

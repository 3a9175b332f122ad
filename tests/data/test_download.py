"""download_mnist builds the book's file from two mirrors, each of which may be dead or send lies.

A local server plays the mirrors; it serves as many images as MNIST has, but of two pixels.
"""

import gzip
import hashlib
import pickle
import socket
import struct
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from network3.data.download import FILES, MIRRORS, download_mnist

NAMES = list(FILES)


def idx(array):
    header = bytes((0, 0, 8, array.ndim)) + struct.pack(f">{array.ndim}I", *array.shape)
    return header + array.tobytes()


rng = np.random.default_rng(7)
ARRAYS = [
    rng.integers(0, 256, (60000, 1, 2), dtype=np.uint8),
    rng.integers(0, 10, 60000, dtype=np.uint8),
    rng.integers(0, 256, (10000, 1, 2), dtype=np.uint8),
    rng.integers(0, 10, 10000, dtype=np.uint8),
]
SERVED = {
    name: gzip.compress(idx(array), 1, mtime=0) for name, array in zip(NAMES, ARRAYS, strict=True)
}


def describe(served):
    """Return {name: (size, SHA-256)}, as the library knows them for the real files."""
    return {name: (len(body), hashlib.sha256(body).hexdigest()) for name, body in served.items()}


class Mirror:
    """A mirror: the files it serves, the status and length it claims, and the requests it got."""

    def __init__(self, served=SERVED, status=200, claimed=None):
        self.served, self.status, self.claimed = served, status, claimed
        self.asked = []
        self.sent = 0


@pytest.fixture
def serve(monkeypatch):
    """Return a function that serves a Mirror and returns its address."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    mirrors = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            _, number, name = self.path.split("/")
            mirror = mirrors[number]
            mirror.asked.append(name)
            body = mirror.served[name]
            self.send_response(mirror.status)
            if mirror.claimed != "nothing":
                self.send_header("Content-Length", str(mirror.claimed or len(body)))
            self.end_headers()
            try:
                for start in range(0, len(body), 1 << 16):
                    mirror.sent += self.wfile.write(body[start : start + (1 << 16)])
            except ConnectionError:
                pass  # the client has closed the connection

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()

    def put(mirror):
        number = str(len(mirrors))
        mirrors[number] = mirror
        return f"http://127.0.0.1:{server.server_port}/{number}/"

    yield put
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def nobody_listening():
    """Yield the address of a local port that nobody listens on."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}/"


def read(path):
    with gzip.open(path) as file:
        return pickle.load(file)


def test_the_mirrors_are_asked_over_https():
    assert len(MIRRORS) == 2
    assert all(mirror.startswith("https://") and mirror.endswith("/") for mirror in MIRRORS)


def test_four_files_become_the_books_triple(serve, tmp_path):
    path = tmp_path / "cache" / "mnist.pkl.gz"
    download_mnist(path, [serve(Mirror())], describe(SERVED))

    images, labels, test_images, test_labels = ARRAYS
    training, validation, test = read(path)
    for pair, true_images, true_labels in (
        (training, images[:50000], labels[:50000]),
        (validation, images[50000:], labels[50000:]),
        (test, test_images, test_labels),
    ):
        assert pair[0].dtype == np.float32
        assert pair[1].dtype == np.int64
        np.testing.assert_array_equal(pair[0] * 256, true_images.reshape(-1, 2))
        np.testing.assert_array_equal(pair[1], true_labels)
    assert {p.name for p in path.parent.iterdir()} == {path.name, *NAMES}


LIES = {
    "status 404": Mirror(status=404),
    "another file": Mirror(dict.fromkeys(NAMES, b"<html>")),
    "a flipped byte": Mirror(
        {name: body[:50] + bytes([body[50] ^ 1]) + body[51:] for name, body in SERVED.items()}
    ),
    "less than it claims": Mirror(
        {name: body[:-9] for name, body in SERVED.items()}, claimed=len(SERVED[NAMES[0]])
    ),
    "too much": Mirror({name: body + b"!" for name, body in SERVED.items()}, claimed="nothing"),
}


@pytest.mark.parametrize("lie", LIES)
def test_after_a_mirror_that_lies_the_next_one_is_tried(lie, serve, tmp_path):
    good = Mirror()
    path = tmp_path / "mnist.pkl.gz"
    download_mnist(path, [serve(LIES[lie]), serve(good)], describe(SERVED))
    assert good.asked == NAMES
    np.testing.assert_array_equal(read(path)[2][1], ARRAYS[3])


@pytest.mark.parametrize("lie", LIES)
def test_files_from_a_lying_mirror_are_not_kept(lie, serve, tmp_path):
    with pytest.raises(OSError, match="MNIST could not be downloaded") as caught:
        download_mnist(tmp_path / "mnist.pkl.gz", [serve(LIES[lie])], describe(SERVED))
    assert caught.value.__cause__ is not None
    assert list(tmp_path.iterdir()) == []


def test_after_a_dead_mirror_the_next_one_is_tried(serve, tmp_path):
    path = tmp_path / "mnist.pkl.gz"
    with nobody_listening() as dead:
        download_mnist(path, [dead, serve(Mirror())], describe(SERVED))
    assert len(read(path)) == 3


def test_a_stream_without_end_is_cut_off_near_the_known_size(serve, tmp_path):
    endless = Mirror({name: bytes(1 << 28) for name in NAMES}, claimed="nothing")
    with pytest.raises(OSError, match=f"sends more than the {len(SERVED[NAMES[0]])} bytes"):
        download_mnist(tmp_path / "mnist.pkl.gz", [serve(endless)], describe(SERVED))
    assert endless.sent < 1 << 26, "only as much as the sockets buffer"


def test_all_mirrors_dead_is_one_sentence_that_says_what_to_do(serve, tmp_path):
    with nobody_listening() as dead:
        gone = serve(Mirror(status=404))
        with pytest.raises(OSError) as caught:
            download_mnist(tmp_path / "mnist.pkl.gz", [dead, gone], describe(SERVED))
    message = str(caught.value)
    assert dead in message
    assert gone in message
    assert "404" in message
    assert f"put mnist.pkl.gz into {tmp_path} yourself" in message
    assert "\n" not in message


def test_an_interrupted_download_continues_with_the_missing_files(serve, tmp_path):
    path = tmp_path / "mnist.pkl.gz"
    with pytest.raises(OSError, match="could not be downloaded"):
        half = dict(SERVED) | {NAMES[2]: b""}
        download_mnist(path, [serve(Mirror(half))], describe(SERVED))
    assert not path.exists()
    good = Mirror()
    download_mnist(path, [serve(good)], describe(SERVED))
    assert good.asked == NAMES[2:]


@pytest.mark.parametrize("before", [None, b"what was there"])
def test_an_interrupted_write_leaves_no_half_file(before, serve, tmp_path, monkeypatch):
    path = tmp_path / "mnist.pkl.gz"
    if before is not None:
        path.write_bytes(before)

    def interrupted(triple, file, protocol):
        file.write(bytes(1 << 20))
        raise KeyboardInterrupt

    monkeypatch.setattr(pickle, "dump", interrupted)
    with pytest.raises(KeyboardInterrupt):
        download_mnist(path, [serve(Mirror())], describe(SERVED))
    assert (path.read_bytes() if path.exists() else None) == before
    assert {p.name for p in tmp_path.iterdir()} - {path.name} == set(NAMES)


@pytest.mark.parametrize(
    "raw, fact",
    [
        (b"", "not an IDX file"),
        (bytes((0, 0, 8, 3)) + bytes(11), "not an IDX file"),
        (bytes((0, 0, 8, 1)) + bytes(20), "with 3 dimensions"),
        (bytes((0, 0, 13, 3)) + bytes(20), "of uint8"),
        (idx(ARRAYS[0])[:-1], "holds only 119999 bytes"),
        (idx(ARRAYS[0]) + b"!", "holds more bytes"),
        (bytes((0, 0, 8, 3)) + b"\xff" * 12, "4294967295, 4294967295, 4294967295"),
        (idx(ARRAYS[2]), "10000 training images, but 60000 labels"),
    ],
    ids=["empty", "short header", "dimensions", "type", "short", "long", "huge", "other number"],
)
def test_a_damaged_idx_file_is_an_error_that_allocates_nothing(raw, fact, serve, tmp_path):
    served = dict(SERVED) | {NAMES[0]: gzip.compress(raw)}
    with pytest.raises(ValueError, match=fact):
        download_mnist(tmp_path / "mnist.pkl.gz", [serve(Mirror(served))], describe(served))
    assert not (tmp_path / "mnist.pkl.gz").exists()

"""ONNX Runtime Web is downloaded once, and nothing else is taken for it.

A local server plays the network that delivers it.
"""

import hashlib
import socket
import threading

import pooch
import pytest
import requests

from network3.page import runtime, serving

FAKES = {name: f"this plays {name}".encode() for name in runtime.FILES}
LAST = [*FAKES][-1]


@pytest.fixture
def cache(monkeypatch, tmp_path):
    """Let the library expect the fakes, and keep them in a fresh folder."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    expected = {n: (len(body), hashlib.sha256(body).hexdigest()) for n, body in FAKES.items()}
    monkeypatch.setattr(runtime, "FILES", expected)
    monkeypatch.setattr(pooch, "os_cache", lambda name: tmp_path / "cache" / name)
    return tmp_path / "cache" / "network3" / "onnxruntime-web-1.22.0"


@pytest.fixture
def served(cache, monkeypatch, tmp_path):
    """Serve a folder with the fakes at the runtime's address; return the folder."""
    folder = tmp_path / "served"
    folder.mkdir()
    for name, body in FAKES.items():
        (folder / name).write_bytes(body)
    server = serving.server(folder)
    thread = threading.Thread(target=server.serve_forever, args=[0.01])
    thread.start()
    monkeypatch.setattr(runtime, "ADDRESS", f"http://127.0.0.1:{server.server_port}/")
    yield folder
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_runtime_is_asked_for_over_https():
    assert runtime.ADDRESS.startswith("https://") and f"@{runtime.VERSION}/" in runtime.ADDRESS


def test_the_files_are_downloaded_once(served, cache):
    assert runtime.files() == FAKES
    for name in FAKES:
        (served / name).unlink()
    assert runtime.files() == FAKES
    assert {path.name for path in cache.iterdir()} == {*FAKES}


@pytest.mark.parametrize(
    "body",
    [FAKES[LAST][:-1], FAKES[LAST] + b"!", b"<html>", None],
    ids=["short", "long", "lie", "404"],
)
def test_another_file_is_refused_and_not_kept(served, cache, body):
    if body is None:
        (served / LAST).unlink()
    else:
        (served / LAST).write_bytes(body)
    with pytest.raises(OSError, match="could not be downloaded .*give the folder with --runtime"):
        runtime.files()
    assert {path.name for path in cache.iterdir()} == {*FAKES} - {LAST}


def test_without_a_network_the_option_is_named(cache, monkeypatch):
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))  # nobody listens
        monkeypatch.setattr(runtime, "ADDRESS", f"http://127.0.0.1:{bound.getsockname()[1]}/")
        with pytest.raises(OSError, match="npm pack onnxruntime-web@1.22.0.* --runtime DIR"):
            runtime.files()


def test_an_interrupted_download_leaves_nothing(served, cache, monkeypatch):
    def interrupted(response, size):
        yield b"this"
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(requests.Response, "iter_content", interrupted)
        with pytest.raises(KeyboardInterrupt):
            runtime.files()
    assert not [*cache.glob("*")]
    assert runtime.files() == FAKES


@pytest.mark.parametrize("inside", [".", "dist", "package/dist"])
def test_a_folder_has_the_files_or_the_unpacked_package(cache, tmp_path, inside):
    place = tmp_path / "given" / inside
    place.mkdir(parents=True)
    for name, body in FAKES.items():
        (place / name).write_bytes(body)
    assert runtime.files(tmp_path / "given") == FAKES
    damaged, *_ = FAKES
    (place / damaged).write_bytes(b"of another version")
    with pytest.raises(ValueError, match=f"{damaged} is damaged, or not of version 1.22.0"):
        runtime.files(tmp_path / "given")
    (place / damaged).unlink()
    with pytest.raises(FileNotFoundError, match=f"given has no file {damaged}: give a folder with"):
        runtime.files(tmp_path / "given")

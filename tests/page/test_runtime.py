"""ONNX Runtime Web is downloaded once, and nothing else is taken for it.

A local server plays npm.
"""

import hashlib
import io
import socket
import tarfile
import threading

import pooch
import pytest
import requests

from network3.page import runtime, serving

FAKES = {name: f"this plays {name}".encode() for name in runtime.FILES}


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def package(files):
    """Return a package of npm with these files."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as made:
        for name, body in files.items():
            info = tarfile.TarInfo(f"package/dist/{name}")
            info.size = len(body)
            made.addfile(info, io.BytesIO(body))
    return content.getvalue()


PACKAGE = package(FAKES)


@pytest.fixture
def cache(monkeypatch, tmp_path):
    """Let the library expect the package of fakes, and keep it in a fresh folder."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(runtime, "FILES", {name: sha256(body) for name, body in FAKES.items()})
    monkeypatch.setattr(runtime, "SIZE", len(PACKAGE))
    monkeypatch.setattr(runtime, "SHA256", sha256(PACKAGE))
    monkeypatch.setattr(pooch, "os_cache", lambda name: tmp_path / "cache" / name)
    return tmp_path / "cache" / "network3"


@pytest.fixture
def npm(cache, monkeypatch, tmp_path):
    """Serve a folder at the address of the package; return the folder."""
    folder = tmp_path / "npm"
    folder.mkdir()
    server = serving.server(folder)
    thread = threading.Thread(target=server.serve_forever, args=[0.01])
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}/runtime.tgz"
    monkeypatch.setattr(runtime, "ADDRESS", address)
    yield folder
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_package_is_asked_for_over_https():
    assert runtime.ADDRESS.startswith("https://") and runtime.VERSION in runtime.ADDRESS


def test_the_package_is_downloaded_once(npm, cache):
    (npm / "runtime.tgz").write_bytes(PACKAGE)
    assert runtime.files() == FAKES
    (npm / "runtime.tgz").unlink()
    assert runtime.files() == FAKES
    assert [path.name for path in cache.iterdir()] == ["runtime.tgz"]


@pytest.mark.parametrize(
    "served", [PACKAGE[:-1], PACKAGE + b"!", b"<html>", None], ids=["short", "long", "lie", "404"]
)
def test_another_file_is_refused_and_not_kept(npm, cache, served):
    if served is not None:
        (npm / "runtime.tgz").write_bytes(served)
    with pytest.raises(OSError, match="could not be downloaded .*give the folder with --runtime"):
        runtime.files()
    assert not [*cache.glob("*")]


def test_without_a_network_the_option_is_named(cache, monkeypatch):
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))  # nobody listens
        address = f"http://127.0.0.1:{bound.getsockname()[1]}/runtime.tgz"
        monkeypatch.setattr(runtime, "ADDRESS", address)
        with pytest.raises(OSError, match="npm pack onnxruntime-web@1.22.0.* --runtime DIR"):
            runtime.files()


def test_an_interrupted_download_leaves_nothing(npm, cache, monkeypatch):
    (npm / "runtime.tgz").write_bytes(PACKAGE)

    def interrupted(response, size):
        yield PACKAGE[:10]
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

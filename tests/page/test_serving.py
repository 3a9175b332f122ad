"""A page is served on the loopback address only, with the types that browsers insist on."""

import threading
import urllib.error
import urllib.request

import pytest

from network3.page import serving

TYPES = {
    "index.html": "text/html",
    "page.js": "text/javascript",
    "ort.mjs": "text/javascript",
    "ort.wasm": "application/wasm",
    "page.json": "application/json",
    "0.onnx": "application/octet-stream",
}


@pytest.fixture
def served(tmp_path):
    """Serve a folder with a file of each type; return the server."""
    for name in TYPES:
        (tmp_path / name).write_text(name)
    with serving.server(tmp_path) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def get(server, path):
    # Without the proxies of the environment.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    return opener.open(f"http://127.0.0.1:{server.server_port}/{path}")


def test_each_file_has_its_type_and_is_not_cached(served):
    for name, kind in TYPES.items():
        with get(served, name) as answer:
            assert answer.read().decode() == name
            assert answer.headers.get_content_type() == kind
            assert answer.headers["Cache-Control"] == "no-cache"
    with get(served, "") as answer:
        assert answer.read() == b"index.html"


def test_nothing_outside_the_folder_is_served(served, tmp_path):
    (tmp_path.parent / "secret").write_text("secret")
    for path in "../secret", "%2e%2e/secret":
        with pytest.raises(urllib.error.HTTPError, match="404"):
            get(served, path)
    assert served.server_address[0] == "127.0.0.1"


def test_if_the_port_is_taken_another_one_serves(served, tmp_path, monkeypatch):
    monkeypatch.setattr(serving, "PORT", served.server_port)
    with serving.server(tmp_path) as other:
        assert other.server_port != served.server_port

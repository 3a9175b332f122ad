"""network3 page: the folder that it writes. tests/browser/test_page.py opens pages in a browser."""

import _thread
import hashlib
import json
import re
import sys
import urllib.request
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

import network3
from network3 import ConvPoolLayer, Network, SoftmaxLayer
from network3.page import runtime, serving

FAKES = {name: f"this plays {name}".encode() for name in runtime.FILES}


@pytest.fixture
def net_file(folder):
    """Save a network without convolutions to net.safetensors."""
    Network([SoftmaxLayer(784, 10)], 10).save("net.safetensors")
    return "net.safetensors"


@pytest.fixture
def conv_net_file(folder):
    layers = [ConvPoolLayer((3, 1, 5, 5), (10, 1, 28, 28)), SoftmaxLayer(3 * 12 * 12, 10)]
    Network(layers, 10).save("conv.safetensors")
    return "conv.safetensors"


@pytest.fixture
def page(run, folder, monkeypatch):
    """Return a function that runs `network3 page` with a fake runtime."""
    (folder / "ort").mkdir()
    for name, body in FAKES.items():
        (folder / "ort" / name).write_bytes(body)
    expected = {n: (len(body), hashlib.sha256(body).hexdigest()) for n, body in FAKES.items()}
    monkeypatch.setattr(runtime, "FILES", expected)
    return lambda line: run(f"page {line} --runtime ort")


def test_the_folder_has_the_networks_images_and_all_files_that_the_page_names(page, conv_net_file):
    code, out, err = page(f"{conv_net_file} --out site")
    site = Path("site")
    files = {path.name: path.read_bytes() for path in site.iterdir()}
    size = sum(map(len, files.values())) / 1e6
    assert (code, err) == (0, "")
    assert out == f"Written to site: {len(files)} files, {size:.1f} MB.\n"
    made = json.loads(files["page.json"])
    layers = [{"layer": 0, "title": "ConvPoolLayer"}]
    assert made["nets"] == [{"name": "conv", "file": "0.onnx", "layers": layers}]
    assert (made["shape"], made["paper"], made["images"]) == ([1, 28, 28], True, 50)
    assert made["labels"] == (np.arange(50) % 10).tolist()

    images = np.frombuffer(files["images.bin"], "<f4").reshape(50, 784)
    np.testing.assert_array_equal(images, network3.load_data_shared()[2][0].get_value())
    session = onnxruntime.InferenceSession(files["0.onnx"])
    computed = session.run(["output", "feature_maps_0"], {"images": images})
    assert [x.shape for x in computed] == [(50, 10), (50, 3, 12, 12)]

    # All files that the page asks for are there, and none of them is on another host.
    texts = {name: files[name].decode() for name in files if name.endswith((".html", "js", "css"))}
    named = re.findall(r'(?:href|src)="([^"]*)"', texts["index.html"])
    named += re.findall(r'(?:from |await get\()"([^"]*)"', texts["page.js"])
    named += re.findall(r'"(ort[^"]*)"', texts["page.js"])
    assert len(named) == 6 + 4 + 3
    for name in named:
        assert name.removeprefix("./") in files or name.startswith("http://neuralnetworksand")
    assert "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'" in texts["index.html"]
    for name, body in FAKES.items():  # many hosts do not know .mjs
        assert files[name.replace(".mjs", ".js")] == body


def test_a_network_whose_training_has_diverged_is_refused(page, conv_net_file):
    net = network3.load(conv_net_file)
    bias = net.layers[0].b
    bias.set_value(np.full_like(bias.get_value(), np.inf))
    net.save(conv_net_file)
    code, out, err = page(f"{conv_net_file} --out site")
    assert (code, out) == (1, "")
    assert err.startswith("network3: The parameters of conv are not all finite")
    assert not Path("site").exists()


def test_several_networks_and_names_of_the_same_files(page, net_file, conv_net_file):
    def names(line):
        assert page(line)[0] == 0
        return [
            net["name"]
            for net in json.loads(Path("site/page.json").read_text(encoding="utf-8"))["nets"]
        ]

    assert names(f"{net_file} {conv_net_file} --out site") == ["net", "conv"]
    assert names(f"{net_file} ./{net_file} --out site --force") == [net_file, f"./{net_file}"]
    code, _, err = page(f"{net_file} {conv_net_file} --net my_net.py --out other")
    assert code == 2 and "--net builds one network: give one FILE" in err


def save_colour_net():
    net = Network([ConvPoolLayer((2, 3, 5, 5), (10, 3, 8, 8)), SoftmaxLayer(8, 2)], 10)
    net.save("colour.safetensors")


def test_of_images_that_nobody_can_draw_the_page_shows_some(page):
    save_colour_net()
    code, _, err = page("colour.safetensors --out site")
    assert code == 1 and "images of 3 x 8 x 8, but a drawing has 1 x 28 x 28: give --data" in err
    assert not Path("site").exists()
    images = np.random.default_rng(0).integers(0, 256, (700, 8, 8, 3), np.uint8)
    images = images.transpose(0, 3, 1, 2).reshape(700, -1)
    np.savez("mine.npz", x_train=images, y_train=np.arange(700) % 2, x_test=images[:120],
             y_test=np.arange(120) % 2)  # fmt: skip
    assert page("colour.safetensors --data mine.npz --out site")[0] == 0
    made = json.loads(Path("site/page.json").read_text(encoding="utf-8"))
    assert (made["paper"], made["images"], len(made["labels"])) == (False, 100, 100)
    assert Path("site/images.bin").stat().st_size == 100 * 3 * 8 * 8 * 4


def test_images_that_do_not_fit_and_a_missing_mnist(page, net_file, folder, monkeypatch):
    np.savez("mine.npz", images=np.zeros((70, 9), np.uint8), labels=np.zeros(70, int))
    code, _, err = page(f"{net_file} --data mine.npz --out site")
    assert code == 1 and "9 pixels" in err
    monkeypatch.setattr("network3.cli.page.mnist_file", lambda: None)
    assert page(f"{net_file} --out site")[0] == 0
    assert json.loads(Path("site/page.json").read_text(encoding="utf-8"))["images"] == 0


def test_a_folder_that_is_not_empty_is_left_unless_forced(page, net_file):
    Path("site").mkdir()
    assert page(f"{net_file} --out site")[0] == 0  # it was empty
    Path("site/CNAME").write_text("mine", encoding="utf-8")
    Path("site/index.html").write_text("mine", encoding="utf-8")
    code, _, err = page(f"{net_file} --out site")
    assert code == 1
    assert err == (
        "network3: site is not empty: give another folder, or --force to replace the page's files "
        "in it\n"
    )
    assert Path("site/index.html").read_text(encoding="utf-8") == "mine"
    assert page(f"{net_file} --out site --force")[0] == 0
    assert "<title>" in Path("site/index.html").read_text(encoding="utf-8")
    assert Path("site/CNAME").read_text(encoding="utf-8") == "mine"
    assert not [*Path("site").glob(".*")] and not [*Path().glob(".*")]


def test_a_file_or_a_folder_without_a_parent_is_no_place(page, net_file):
    code, _, err = page(f"{net_file} --out {net_file}")
    assert code == 1 and f"{net_file} is a file: give the name of a folder" in err
    code, _, err = page(f"{net_file} --out none/site")
    assert code == 1 and "There is no folder none: create it first" in err


@pytest.mark.parametrize("exists", [False, True])
@pytest.mark.parametrize("fault", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_full_disk_and_ctrl_c_leave_nothing_half(page, net_file, exists, fault, monkeypatch):
    if exists:
        Path("site").mkdir()
        Path("site/index.html").write_text("old", encoding="utf-8")
    before = sorted(Path().rglob("*"))
    write, written = Path.write_bytes, []

    def fail(path, content):
        written.append(path)
        if len(written) == 5:
            raise fault
        return write(path, content)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", fail)
        code, _, err = page(f"{net_file} --out site --force")
    assert code == (1 if isinstance(fault, OSError) else 130)
    if isinstance(fault, OSError):
        assert "site could not be written (No space left on device): make room" in err
    assert sorted(Path().rglob("*")) == before
    assert not exists or Path("site/index.html").read_text(encoding="utf-8") == "old"


OWN = """
import network3
from network3 import ConvPoolLayer, Network, SoftmaxLayer

def swish(z):
    return z * network3.sigmoid(z)

net = Network([ConvPoolLayer((2, 1, 5, 5), (10, 1, 28, 28), activation_fn=swish),
               SoftmaxLayer(288, 10)], 10)
"""


def test_networks_that_cannot_be_exported_or_read(page, folder):
    Path("own.py").write_text(OWN, encoding="utf-8")
    network3.cli.own_nets.run_file("own.py").save("own.safetensors")
    code, _, err = page("own.safetensors --out site")
    assert code == 1 and "--net FILE.py" in err
    code, _, err = page("own.safetensors --net own.py --out site")
    assert code == 1 and "layer 0: ConvPoolLayer has a custom activation_fn" in err
    Path("damaged.safetensors").write_bytes(Path("own.safetensors").read_bytes()[:-1])
    code, _, err = page("damaged.safetensors --out site")
    assert code == 1 and err.startswith("network3: damaged.safetensors") and err.count("\n") == 1
    assert not Path("site").exists()


def test_what_is_missing_is_named(page, run, net_file, monkeypatch):
    (Path("ort") / "ort.wasm.min.mjs").unlink()
    code, _, err = page(f"{net_file} --out site")
    assert code == 1 and "ort has no file ort.wasm.min.mjs: give a folder with" in err
    monkeypatch.setitem(sys.modules, "onnx", None)
    code, _, err = page(f"{net_file} --out site")
    needs = "network3 page needs the package onnx, which is not installed: pip install"
    assert code == 1 and err == f"network3: {needs} onnx\n"
    code, _, err = run(f"page {net_file}")
    assert code == 2 and "give --out FOLDER to write the page, --serve to show it, or both" in err
    assert not Path("site").exists()


@pytest.mark.parametrize("out", ["", "--out site"])
def test_the_page_is_served_until_ctrl_c(page, net_file, folder, monkeypatch, out):
    opened = []

    def browse(address):
        try:
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with opener.open(f"{address}page.json") as answer:
                opened.append((address, json.load(answer)["nets"][0]["name"]))
        finally:
            _thread.interrupt_main()

    monkeypatch.setattr(serving.webbrowser, "open", browse)
    monkeypatch.setattr("tempfile.tempdir", str(folder / "ort"))
    code, printed, err = page(f"{net_file} {out} --serve")
    ((address, name),) = opened
    assert (code, name, err) == (0, "net", "")
    assert f"The page is at {address} until you press Ctrl-C.\n" in printed
    assert Path("site").exists() == bool(out)
    assert {path.name for path in Path("ort").iterdir()} == set(FAKES)  # nothing else is left

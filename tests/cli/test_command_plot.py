"""network3 plot: the tests inspect the figures that it saves."""

import gzip
import json
import pickle
import shutil
import sys
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image
from safetensors.numpy import load_file

import network3


@pytest.fixture
def drawn(monkeypatch):
    """Collect the saved figures with their formats."""
    figures = []
    savefig = Figure.savefig

    def saved(figure, file, format):
        figures.append((format, figure))
        savefig(figure, file, format=format)

    monkeypatch.setattr(Figure, "savefig", saved)
    return figures


def panels(figure):
    return [axes for axes in figure.get_axes() if axes.images]


def test_filters_are_those_in_the_file(run, conv_net_file, drawn):
    code, out, err = run(f"plot filters {conv_net_file} --out filters.png")
    assert (code, out, err) == (0, "Drawn to filters.png.\n", "")
    ((kind, figure),) = drawn
    assert kind == "png"
    w = load_file(conv_net_file)["0.w"]
    assert len(panels(figure)) == 20
    for k, panel in enumerate(panels(figure)):
        np.testing.assert_array_equal(panel.images[0].get_array(), w[k, 0, ::-1, ::-1])
    with Image.open("filters.png") as picture:
        assert min(picture.size) > 300


def test_features_are_of_the_test_image_of_that_number(run, conv_net_file, drawn):
    assert run(f"plot features {conv_net_file} --image 7 --out features.pdf")[0] == 0
    with gzip.open("mnist.pkl.gz") as file:
        images, _ = pickle.load(file)[2]
    ((_, figure),) = drawn
    image, *maps = panels(figure)
    np.testing.assert_array_equal(image.images[0].get_array(), images[7].reshape(28, 28))
    assert len(maps) == 20


def test_errors_are_the_test_images_that_evaluate_counts_as_wrong(run, conv_net_file, drawn):
    code, out, _ = run(f"plot errors {conv_net_file} --out errors.png")
    assert code == 0
    net = network3.load(conv_net_file)
    *_, test_data = network3.load_data_shared("mnist.pkl.gz")
    ((_, figure),) = drawn
    wrong = round(50 * (1 - net.evaluate(test_data)["accuracy"]))
    assert wrong > 0
    assert len(panels(figure)) == wrong
    # The numbers are those of the test images, as `features --image N` takes them.
    images, labels = test_data[0].get_value(), test_data[1].eval()
    numbers = [int(number) for number in out.partition("--image N: ")[2].split(",")]
    assert numbers == np.flatnonzero(net.predict(images) != labels).tolist()


def test_more_errors_than_the_picture_shows_and_none(run, conv_net_file, monkeypatch):
    monkeypatch.setattr("network3.cli.plot.MOST", 2)
    monkeypatch.setattr(network3.Network, "predict", lambda self, images: np.full(len(images), 3))
    assert "--image N: 0, 1, ...\n" in run(f"plot errors {conv_net_file} --out some.png")[1]
    every = np.arange(50) % 10  # the labels
    monkeypatch.setattr(network3.Network, "predict", lambda self, images: every)
    assert "--image N: none\n" in run(f"plot errors {conv_net_file} --out none.png")[1]


def test_curves_reads_the_files_that_a_history_and_train_write(run, net_file, folder, drawn):
    history = network3.load(net_file).history
    history.to_csv("a.csv")
    history.to_json("b.json")
    (folder / "c.json").write_text(json.dumps({"net": "shallow", "history": history.to_dict()}))
    for other_name in "a.csv", "b.json":
        shutil.copy(other_name, other_name[0])
    assert run(f"plot curves {net_file} a.csv b.json c.json a b --out curves.png")[0] == 0
    ((_, figure),) = drawn
    for panel in figure.axes:
        net, *others = np.split(np.array([line.get_ydata() for line in panel.lines], float), 6)
        for other in others:
            np.testing.assert_allclose(other, net)


@pytest.mark.parametrize("name", ["table.csv", "table.json"])
@pytest.mark.parametrize(
    "text",
    [
        "",
        "5,0,0\n1,2\n",
        "[]",
        "{}x",
        pytest.param("[" * 99_999, id="deep"),
        pytest.param("9" * 200_000, id="long"),
        "label,pixel\n1,2\n",
    ],
)
def test_what_is_no_history_is_one_sentence(run, folder, name, text):
    (folder / name).write_text(text)
    code, out, err = run(f"plot curves {name} --out curves.png")
    assert (code, out) == (1, "")
    assert err.startswith(f"network3: {name} holds no history") and err.count("\n") == 1
    assert "to unpack" not in err


def test_a_picture_is_no_history(run, folder):
    (folder / "picture.csv").write_bytes(b"\x89PNG\r\n")
    _, _, err = run("plot curves picture.csv --out curves.png")
    assert err == "network3: picture.csv holds no history of a training: it is not a text\n"


@pytest.mark.parametrize("name", ["picture.png", "picture.pdf", "picture.svg"])
def test_a_full_disk_leaves_no_picture(run, conv_net_file, folder, full_disk, name):
    code, out, err = run(f"plot filters {conv_net_file} --out {name}")
    assert (code, out) == (1, "")
    assert err == (
        f"network3: {name} could not be written (No space left on device): make room, or choose "
        f"another place\n"
    )
    assert sorted(path.name for path in folder.iterdir()) == ["conv.safetensors", "mnist.pkl.gz"]


def test_curves_are_named_after_their_files(run, conv_net_file, net_file, folder, drawn):
    (folder / "shallow.safetensors").write_bytes((folder / net_file).read_bytes())
    code, _, err = run(f"plot curves shallow.safetensors {conv_net_file} --out curves.svg")
    assert (code, err) == (0, "")
    ((_, figure),) = drawn
    first, second = figure.axes[0].lines
    assert first.get_label() == "shallow.safetensors"
    assert second.get_label() == conv_net_file
    assert list(first.get_xdata()) == list(range(30))
    assert (folder / "curves.svg").read_text().startswith("<?xml")


@pytest.mark.parametrize("name", ["picture", "picture.doc", "png"])
def test_a_format_that_matplotlib_does_not_write_is_bad_usage(run, name):
    code, out, err = run(f"plot filters net.safetensors --out {name}")
    assert (code, out) == (2, "")
    assert f"--out {name}: it must end in one of ." in err
    assert ".png" in err


def test_only_curves_takes_several_files(run):
    code, _, err = run("plot filters a.safetensors b.safetensors --out filters.png")
    assert code == 2
    assert "filters takes one FILE; curves takes several" in err


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("features {} --image 50", "--image 50: the test data have images 0 to 49 only"),
        ("filters {} --layer 1", "filters got layer 1, a FullyConnectedLayer, which has no"),
        ("filters nothing.safetensors", "nothing.safetensors"),
        ("curves untrained.safetensors", "called 'untrained.safetensors' without epochs"),
    ],
)
def test_what_cannot_be_drawn_is_one_sentence(run, conv_net_file, folder, line, sentence):
    network3.Network([network3.SoftmaxLayer(784, 10)], 10).save(folder / "untrained.safetensors")
    code, out, err = run(f"plot {line.format(conv_net_file)} --out picture.png")
    assert (code, out) == (1, "")
    assert sentence in err
    assert err.startswith("network3: ") and err.count("\n") == 1
    assert not (folder / "picture.png").exists()


def test_a_folder_that_is_not_there_is_one_sentence(run, conv_net_file):
    code, _, err = run(f"plot filters {conv_net_file} --out no/filters.png")
    assert code == 1
    assert err == (
        "network3: no/filters.png could not be written (No such file or directory): there is no "
        "folder no, create it first\n"
    )


def test_curves_of_a_folder_names_the_file_in_it(run, folder):
    (folder / "runs").mkdir()
    code, _, err = run("plot curves runs --out curves.png")
    assert (code, err.count("\n")) == (1, 1)
    assert err.startswith("network3: runs is a folder") and "history.json" in err


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("errors n --image 3", "--image is for features; errors takes no image"),
        ("curves n --layer 0", "--layer is for filters and features; curves takes no layer"),
    ],
)
def test_an_option_of_another_picture_is_refused(run, line, said):
    code, _, err = run(f"plot {line} --out a.png")
    assert code == 2
    assert said in err


def test_net_writes_a_drawing_of_the_layers_without_matplotlib(run, conv_net_file, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.delitem(sys.modules, "network3.plots", raising=False)
    monkeypatch.delitem(vars(network3), "plots", raising=False)
    code, out, err = run(f"plot net {conv_net_file} --out net.svg")
    assert (code, out, err) == (0, "Drawn to net.svg.\n", "")
    texts = [text.text for text in ElementTree.parse("net.svg").iter() if text.text]
    assert "20 x 12 x 12" in texts and "520 parameters" in texts
    code, _, err = run(f"plot net {conv_net_file} --out net.png")
    assert code == 2
    assert "--out net.png: it must end in .svg, the only format of net" in err

"""The how-to guides, followed from top to bottom in one fresh folder, as the README is.

A page's programs share their names, as in one session. Of commands that train for long only the
arguments are checked.
"""

import contextlib
import io
import re
import shlex
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import test_readme

import network3
from network3 import cli

DOCS = Path(__file__).parents[2] / "docs"
PAGES = (
    "install.md",
    "train.md",
    "save-and-resume.md",
    "own-data.md",
    "backends.md",
    "many-runs.md",
    "web-page.md",
    "teachers.md",
)
# Commands that install, copy to other computers, or start JupyterLab.
ELSEWHERE = "jupyter ", "pip wheel ", " --no-index ", "cp -r /srv/", "mkdir ~/", "chmod -R "
LONG = "experiments run", "experiments report", "train basic_conv", "page"

folder = test_readme.folder


def follow(page):
    """What a page prints, and the names that its programs define."""
    names, output = {"__name__": "__main__"}, io.StringIO()
    text = (DOCS / page).read_text(encoding="utf-8")
    with contextlib.redirect_stdout(output):
        for language, code in re.findall(r"^```(\w+)\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
            if language == "python":
                exec(compile(code, page, "exec"), names)
            for command in test_readme.commands(f"```{language}\n{code}```\n"):
                if any(words in command for words in ELSEWHERE):
                    assert set(re.findall(r"\[(\w+)\]", command)) <= test_readme.EXTRAS
                    paths = re.findall(r"(?<=[ /])notebooks\b\S*", command)
                    assert all((DOCS.parent / path).exists() for path in paths)
                elif any(f"network3 {words}" in command for words in LONG):
                    words = shlex.split(command)
                    cli._parser().parse_args(words[words.index("network3") + 1 :])
                else:
                    output.write(test_readme.run(command))
    return output.getvalue(), names


@pytest.fixture
def in_folder(folder, monkeypatch):
    monkeypatch.chdir(folder)
    monkeypatch.setattr(network3, "GPU", False)
    np.random.seed(0)
    return folder


def test_the_pages_are_those_that_are_listed():
    listed = re.findall(r"^- \[.*?\]\((.*?)\)", (DOCS / "howto.md").read_text(), re.MULTILINE)
    tested_elsewhere = {"add-a-layer.md", "add-an-operator.md", "modified-copies.md"}
    others = {"theano.md", "widgets.md", "windows.md", *tested_elsewhere}
    assert set(listed) == {*PAGES, *others}


@pytest.mark.slow
def test_the_book_s_code_and_the_operators_run_once_installed(in_folder):
    printed, names = follow("install.md")
    assert "Epoch 59: validation accuracy" in printed
    assert "\n(1, 20, 12, 12)\n" in printed
    assert (names["maps"] == 25).all()


@pytest.mark.slow
def test_a_network_is_trained_watched_and_used(in_folder):
    printed, names = follow("train.md")
    assert "is the epoch with the best validation accuracy" in printed
    assert "(10, 10)" in printed.splitlines()
    assert len((in_folder / "history.csv").read_text().splitlines()) == 1 + len(names["history"])
    assert names["net"].accuracy(names["images"], names["labels"]) > 0.5


@pytest.mark.slow
def test_a_network_is_saved_and_its_training_resumed(in_folder):
    _, names = follow("save-and-resume.md")
    assert names["scaled"].layers[0].factor == 0.5
    assert names["w"].shape == (784, 30)
    assert (in_folder / "net.onnx").exists()
    checkpointed = len(names["net"].history)
    names["net"].SGD(*names["arguments"], checkpoint="training.safetensors", resume=True)
    assert len(names["net"].history) == checkpointed == 3


@pytest.mark.slow
def test_arrays_and_pictures_become_data(in_folder):
    printed, names = follow("own-data.md")
    assert names["training_data"][0].get_value().shape == (2500, 784)
    assert re.search(r"^\[\d\]$", printed, re.MULTILINE)


@pytest.mark.slow
def test_a_network_moves_from_one_backend_to_another(in_folder):
    pytest.importorskip("jax")
    printed, names = follow("backends.md")
    assert printed.count("Finished training network.") == 2
    assert not network3.GPU


@pytest.mark.slow
def test_the_commands_of_many_runs_have_these_arguments(in_folder):
    printed, _ = follow("many-runs.md")
    assert "double_fc_dropout" in printed


def test_the_commands_of_a_web_page_have_these_arguments():
    assert follow("web-page.md")[0] == ""


@pytest.mark.slow
def test_the_digits_of_a_class_become_a_test_set(in_folder, monkeypatch):
    widgets = pytest.importorskip("network3.widgets", exc_type=ImportError)

    class Drawn(widgets.DrawDigit):
        def __init__(self, net):
            super().__init__(net)
            self.strokes = [[[60, 60], [205, 60], [120, 235]]]

    monkeypatch.setattr(widgets, "DrawDigit", Drawn)
    printed, names = follow("teachers.md")
    assert re.search(r"^1 digits, (0|100)% of them classified correctly$", printed, re.MULTILINE)
    np.testing.assert_array_equal(names["images"], [names["w"].image])
    assert names["labels"].tolist() == [7]


def test_the_cell_that_stores_a_digit_refuses_a_blank_paper_before_it_writes(tmp_path, monkeypatch):
    """Run before or between drawings, the cell neither keeps None nor touches the file."""
    monkeypatch.chdir(tmp_path)
    page = (DOCS / "teachers.md").read_text(encoding="utf-8")
    [cell] = [
        code
        for code in re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
        if "np.savez(" in code
    ]
    paper = SimpleNamespace(image=None)
    names = {"np": np, "w": paper, "mine": {"images": [], "labels": []}}
    with pytest.raises(ValueError, match="^The paper is blank: draw a digit"):
        exec(cell, names)
    assert not list(tmp_path.iterdir())
    paper.image = np.ones(784, np.float32)
    exec(cell, names)
    paper.image = None
    with pytest.raises(ValueError, match="^The paper is blank"):
        exec(cell, names)
    with np.load("ada.npz") as stored:  # without pickles, as the class reads it
        assert stored["images"].shape == (1, 784) and stored["labels"].tolist() == [7]
    assert len(names["mine"]["images"]) == len(names["mine"]["labels"]) == 1


def test_the_times_of_a_lesson_are_those_of_the_benchmarks():
    benchmarks = (DOCS.parent / "benchmarks" / "README.md").read_text(encoding="utf-8")
    page = (DOCS / "teachers.md").read_text(encoding="utf-8")
    for net in "shallow", "basic_conv", "dbl_conv":
        measured = re.search(rf"^\| {net} \|(.*)", benchmarks, re.MULTILINE).group(1).split("|")
        told = re.search(rf"^\| an epoch of `{net}` \|(.*)", page, re.MULTILINE).group(1)
        for seconds, column in zip(re.findall(r"([\d.]+) s ", told), (0, 5), strict=True):
            assert float(seconds) == float(f"{float(measured[column].split()[0]):.2g}")

"""The README from top to bottom, as typed, in a fresh folder.

The folder has the examples, and 600 of MNIST's training images where commands and programs look
first, so that no number of epochs needs to be changed. Left out are the commands that create and
activate the environment, `pip`, of which the extras are checked, and `pytest`.
"""

import contextlib
import gzip
import importlib.metadata
import importlib.util
import io
import os
import pickle
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from matplotlib import image

import network3
from network3.cli import COMMANDS, main

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (.*)\n((?:(?!## ).*\n)*)", README, re.MULTILINE))
EXTRAS = set(importlib.metadata.metadata("network3").get_all("Provides-Extra"))


def blocks(section, language):
    return re.findall(rf"^```{language}\n(.*?)^```", section, re.MULTILINE | re.DOTALL)


def commands(section):
    """The commands of a section, without comments."""
    lines = "".join(blocks(section, "sh")).splitlines()
    texts = [text for line in lines for text in re.sub(r"\s+#.*", "", line).split(" && ")]
    return [text for text in texts if text]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("readme") / "clone"
    shutil.copytree(ROOT / "examples", folder / "examples")
    some = []
    for (images, labels), n in zip(network3.load_data_shared(), (600, 100, 100), strict=True):
        some.append((images.get_value()[:n], labels.get_value()[:n]))
    for place in folder, folder.parent / "data":
        place.mkdir(exist_ok=True)
        with gzip.open(place / "mnist.pkl.gz", "wb", compresslevel=1) as file:
            pickle.dump(some, file)
    return folder


@pytest.fixture(scope="module")
def followed(folder):
    """{section: (what its commands and programs print, the names that its program defines)}."""
    found = {}
    with pytest.MonkeyPatch.context() as patch, contextlib.chdir(folder):
        patch.setattr(sys, "path", sys.path.copy())
        network3.GPU = False
        np.random.seed(0)
        for heading, section in SECTIONS.items():
            names, output = {"__name__": "__main__"}, io.StringIO()
            with contextlib.redirect_stdout(output):
                for code in blocks(section, "python"):
                    exec(compile(code, f"README.md, {heading}", "exec"), names)
                for command in commands(section):
                    output.write(run(command))
            found[heading] = output.getvalue(), names
    return found


def run(command):
    """What a command prints that does not print it to `sys.stdout` of this process."""
    words = shlex.split(command)
    match words:
        case [".", ".venv/bin/activate"] | [
            "python3" | ".venv/bin/python",
            "-m",
            "venv" | "pytest",
            *_,
        ]:
            pass
        case ["pip" | ".venv/bin/pip", "install", "-q", "-e", what]:
            assert what[0] == "." and set(re.findall(r"\w+", what)) <= EXTRAS
        case ["network3", *arguments] | [".venv/bin/python", "-m", "network3", *arguments]:
            assert main(arguments) == 0, command
        case _:
            paths = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
            done = subprocess.run(
                command,
                shell=True,
                env=os.environ | {"PATH": paths},
                capture_output=True,
                text=True,
            )
            assert done.returncode == 0, f"{command}\n{done.stderr}"
            return done.stdout
    return ""


def test_it_is_short():
    assert len(README.splitlines()) <= 150


def test_it_shows_each_command():
    """`network3 page` downloads a program: a comment names it, and docs/web-page.md shows it."""
    words = map(shlex.split, commands(SECTIONS["Commands"]))
    assert {rest[0] for program, *rest in words if program == "network3"} == {*COMMANDS} - {"page"}
    assert "  # or network3 page: " in SECTIONS["Commands"] and "and onnx" in SECTIONS["Start"]
    assert "(docs/web-page.md)" in README


@pytest.mark.slow
def test_the_first_command_prints_the_lines_that_it_shows(followed):
    (shown,) = blocks(SECTIONS["Start"], "text")
    printed, _ = followed["Start"]
    assert re.sub(r"\d+", "N", printed).endswith(re.sub(r"\d+", "N", shown))


@pytest.mark.slow
def test_the_book_s_code_learns(followed):
    printed, names = followed["The book's code"]
    assert "Epoch 59: validation accuracy" in printed
    images, labels = names["test_data"]
    assert names["net"].accuracy(images, labels) > 0.8


@pytest.mark.slow
def test_the_commands_find_the_data_and_read_the_picture(followed, folder):
    printed, _ = followed["Commands"]
    assert re.search(r"^examples/seven.png: \d \(", printed, re.MULTILINE)
    assert "\nmnist.pkl.gz\n" in printed
    assert (folder / "filters.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.slow
def test_a_program_for_theano_learns_exclusive_or(followed):
    printed, _ = followed["Commands"]
    answers = re.search(r"^answers: \[(.*)\]$", printed, re.MULTILINE).group(1)
    assert np.fromstring(answers, sep=" ").round().tolist() == [0, 1, 1, 0]


@pytest.mark.slow
def test_names_for_a_new_program_compute_what_the_table_says(followed):
    (code,) = re.findall(r"`(from network3\.ops import .*?)`", README)
    names = {}
    exec(code, names)
    maps = names["conv2d"](np.ones((1, 1, 6, 6)), np.ones((2, 1, 3, 3)))
    assert names["max_pool2d"](maps, (2, 2)).eval().tolist() == [2 * [2 * [[9, 9]]]]


@pytest.mark.slow
def test_the_filters_are_drawn_by_the_program_that_is_named(folder, monkeypatch, tmp_path):
    (program,) = re.findall(r"`python (\S+/filters\.py)`", README)
    spec = importlib.util.spec_from_file_location("filters", ROOT / program)
    drawing = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(drawing)
    monkeypatch.chdir(folder)  # beside the 600 images
    monkeypatch.setattr(drawing, "EPOCHS", 1)
    monkeypatch.setattr(sys, "argv", [program, str(tmp_path / "filters.png")])
    drawing.main()
    kept = image.imread(ROOT / program.replace(".py", ".png"))
    drawn = image.imread(tmp_path / "filters.png")
    assert drawn.shape == kept.shape
    # The filters before training, left, are drawn as they were; those after it are others.
    left, right = (np.abs(drawn - kept)[30:, part].mean() for part in np.s_[:400, 450:800])
    assert left < 0.01 < right


def test_the_picture_looks_like_the_sevens_of_mnist(folder):
    images, labels = (part.get_value()[:700] for part in network3.load_data_shared()[0])
    digit = network3.read_digit(folder / "examples" / "seven.png")
    distances = np.linalg.norm(images - digit, axis=1)
    assert list(labels[np.argsort(distances)[:3]]) == [7, 7, 7]

"""The README from top to bottom, as typed, in a fresh folder.

The folder has the examples, and 600 of MNIST's training images where commands and programs look
first, so that no number of epochs needs to be changed. Left out are the commands that create and
activate the environment, `pip`, of which the extras are checked, and `pytest`.
"""

import contextlib
import gzip
import importlib.metadata
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


def test_it_shows_each_command():
    shown = {shlex.split(command)[1] for command in commands(SECTIONS["Commands"])}
    assert shown == set(COMMANDS)


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
def test_a_program_for_theano_prints_the_same_on_each_backend(followed):
    printed, _ = followed["Programs for Theano"]
    lines = printed.splitlines()
    assert len(lines) == 12 and lines[:6] == lines[6:]
    assert lines[-1].startswith("answers: [0.")


@pytest.mark.slow
def test_a_training_reports_its_costs_and_leaves_its_files(followed, folder):
    printed, names = followed["Training and using"]
    history, lines = names["history"], printed.splitlines()
    assert [float(line) for line in lines[: len(history)]] == history["cost"]
    assert names["net"].history.to_dict() == history.to_dict()
    assert lines[-1].split() == ["all", "23,860", "47,640"]
    header, *rows = (folder / "history.csv").read_text().splitlines()
    assert header.startswith("epoch,cost,") and len(rows) == len(history)


@pytest.mark.slow
def test_a_layer_of_your_own_is_saved(followed, folder):
    _, names = followed["Saving"]
    assert names["net"].layers[0].factor == 0.5
    assert np.array_equal(names["w"], names["book"].params[0].get_value())
    assert (folder / "net.onnx").stat().st_size > 4 * 784 * 30


@pytest.mark.slow
def test_the_commands_find_the_data_and_read_the_picture(followed, folder):
    printed, _ = followed["Commands"]
    assert re.search(r"^examples/seven.png: \d \(", printed, re.MULTILINE)
    assert "\nmnist.pkl.gz\n" in printed
    assert (folder / "filters.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.slow
def test_your_own_data_become_more(followed):
    printed, names = followed["Your own data"]
    assert names["training_data"][0].get_value().shape == (2500, 784)
    assert "Epoch 2: validation accuracy" in printed


@pytest.mark.slow
def test_the_picture_looks_like_the_sevens_of_mnist(followed):
    _, names = followed["Your own data"]
    distances = np.linalg.norm(names["images"] - names["digit"], axis=1)
    assert list(names["labels"][np.argsort(distances)[:3]]) == [7, 7, 7]

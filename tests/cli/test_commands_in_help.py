"""Run every command that a --help shows, in a folder with the files that it names.

These are 200 images as mnist.pkl.gz, which network3 looks for there first, a network, pictures and
a Python file. tests/docs/test_readme.py runs the README's commands.
"""

import json
import shlex
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from network3.cli import COMMANDS, main
from network3.page import runtime, serving

EXAMPLES = Path(__file__).parents[2] / "examples"


def examples():
    """Return the examples at the end of each command's help, with markers."""
    lines = [line for command in COMMANDS.values() for line in command.EXAMPLES]
    runs = "network3 experiments run"
    return [
        pytest.param(line, marks=pytest.mark.process) if line.startswith(runs) else line
        for line in lines
    ]


def one_run(folder):
    """Write the files of a run that was interrupted after an epoch."""
    folder.mkdir(parents=True)
    (folder / "run.json").write_text('{"experiment": "omit_FC", "seed": 0}')
    history = {"epoch": [0], "validation_accuracy": [0.9], "test_accuracy": [0.8], "seconds": [1.5]}
    (folder / "history.json").write_text(json.dumps(history))


@pytest.fixture
def all_that_is_named(folder, conv_net_file, monkeypatch):
    monkeypatch.setattr(runtime, "files", lambda folder: {})  # or `page` would download 20 MB
    monkeypatch.setattr(serving, "serve", print)  # or it would wait for Ctrl-C
    (folder / conv_net_file).rename(folder / "net.safetensors")
    for name in ("my_net.py", "seven.png"):
        shutil.copy(EXAMPLES / name, folder)
    Image.open(EXAMPLES / "seven.png").save(folder / "three.jpg")
    one_run(folder / "runs" / "omit_FC" / "run-0")
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (70, 28, 28), np.uint8)
    np.savez(folder / "my_images.npz", images=images, labels=np.arange(70) % 10)


def test_each_command_is_shown_in_its_help():
    for name, command in COMMANDS.items():
        assert {line.split()[:2] == ["network3", name] for line in command.EXAMPLES} == {True}


@pytest.mark.parametrize("line", examples())
def test_a_command_works_as_it_is_shown(line, all_that_is_named, capsys):
    _, *arguments = shlex.split(line)
    assert main(arguments) == 0
    assert capsys.readouterr().out

"""Every command that the README or a --help shows is run, in a folder with what it names: 200
images as mnist.pkl.gz, which network3 looks for there first, a net, pictures and a Python file."""

import json
import re
import shlex
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from network3.cli import COMMANDS, main

README = (Path(__file__).parents[2] / "README.md").read_text()
COMMAND = re.compile(rf"\bnetwork3 ((?:{'|'.join(COMMANDS)})\b[^`\n&|>#]*)")

MY_NET = """\
from network3 import FullyConnectedLayer, Network, ReLU, SoftmaxLayer

net = Network([FullyConnectedLayer(784, 30, activation_fn=ReLU), SoftmaxLayer(30, 10)], 10)
"""


def in_help():
    """The examples at the end of each command's help."""
    for command in COMMANDS.values():
        for line in command.EXAMPLES:
            (shown,) = COMMAND.findall(line)
            yield shown.strip()


def in_readme():
    return [line.strip() for line in COMMAND.findall(README)]


def one_run(folder):
    """What a run leaves that was interrupted after an epoch."""
    folder.mkdir(parents=True)
    (folder / "run.json").write_text('{"experiment": "omit_FC", "seed": 0}')
    history = {"validation_accuracy": [0.9], "test_accuracy": [0.8], "seconds": [1.5]}
    (folder / "history.json").write_text(json.dumps(history))


@pytest.fixture
def all_that_is_named(folder, conv_net_file):
    (folder / conv_net_file).rename(folder / "net.safetensors")
    (folder / "my_net.py").write_text(MY_NET)
    for name in ("seven.png", "three.jpg"):
        picture = Image.new("L", (100, 100), 255)
        ImageDraw.Draw(picture).line([(20, 10), (80, 10), (40, 90)], fill=0, width=8)
        picture.save(folder / name)
    one_run(folder / "runs" / "omit_FC" / "run-0")
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (70, 28, 28), np.uint8)
    np.savez(folder / "my_images.npz", images=images, labels=np.arange(70) % 10)


def test_each_command_is_shown_in_its_help():
    assert {line.split()[0] for line in in_help()} == set(COMMANDS)


def test_the_readme_shows_each_command():
    assert {line.split()[0] for line in in_readme()} == set(COMMANDS)


@pytest.mark.parametrize("line", dict.fromkeys([*in_readme(), *in_help()]))
def test_a_command_works_as_it_is_shown(line, all_that_is_named, capsys):
    assert main(shlex.split(line)) == 0
    assert capsys.readouterr().out

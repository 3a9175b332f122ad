"""Control-C amid `network3 train`."""

import os
import shlex
import signal
import subprocess
import sys

from safetensors.numpy import load_file

NET = """\
from network3 import FullyConnectedLayer, Network, SoftmaxLayer
net = Network([FullyConnectedLayer(784, 30, p_dropout=0.5), SoftmaxLayer(30, 10)], 10)
"""

# A shell may have interrupts ignored.
PROGRAM = """\
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from network3.cli import main
sys.exit(main(sys.argv[1:]))
"""

TRAIN = "train my_net.py --no-gpu --seed 3 --epochs 500 --shuffle --momentum 0.5"


def start(*options):
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *shlex.split(TRAIN), *options],
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process):
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


def interrupt(process):
    """Control-C once a few epochs are done."""
    for line in process.stdout:
        if line.startswith("Epoch 3:"):
            break
    process.send_signal(signal.SIGINT)
    return finish(process)


def test_an_interrupted_training_goes_on_as_if_nothing_had_been(folder):
    """With dropout, momentum and shuffling: every number of the net, bit for bit."""
    (folder / "my_net.py").write_text(NET)
    assert finish(start("--save", "undisturbed"))[0] == 0

    checkpoint = ["--checkpoint", "state", "--every", "1000"]
    code, out, err = interrupt(start(*checkpoint))
    assert code == 1
    assert "Finished" not in out
    assert err == (
        "network3: Interrupted; the state is in state: the same command with --resume goes on.\n"
    )

    code, out, _ = finish(start(*checkpoint, "--resume", "--save", "resumed"))
    assert code == 0
    assert "Epoch 2:" not in out
    undisturbed, resumed = load_file("undisturbed"), load_file("resumed")
    assert undisturbed.keys() == resumed.keys()
    assert all(undisturbed[name].tobytes() == resumed[name].tobytes() for name in undisturbed)


def test_without_a_checkpoint_an_interrupt_says_that_nothing_was_kept(folder):
    (folder / "my_net.py").write_text(NET)
    code, _, err = interrupt(start())
    assert code == 1
    assert err == (
        "network3: Interrupted; nothing was kept: --checkpoint FILE keeps the state of a "
        "training.\n"
    )

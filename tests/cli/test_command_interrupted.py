"""Ctrl-C while a command runs."""

import gzip
import os
import re
import shlex
import signal
import subprocess
import sys

import numpy as np
import pytest
from safetensors.numpy import load_file

import network3
from network3.nets import NETS
from network3.training import loop
from network3.training.progress import Progress

NET = """\
from network3 import FullyConnectedLayer, Network, SoftmaxLayer
net = Network([FullyConnectedLayer(784, 30, p_dropout=0.5), SoftmaxLayer(30, 10)], 10)
"""

# A shell may start its processes with SIGINT ignored.
PROGRAM = """\
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from network3.cli import main
sys.exit(main(sys.argv[1:]))
"""

TRAIN = "train my_net.py --no-gpu --seed 3 --shuffle --momentum 0.5"


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


def interrupt(process, number=signal.SIGINT):
    """Send Ctrl-C, or another signal, when three epochs are complete."""
    for line in process.stdout:
        if line.startswith("Epoch 3:"):
            break
    process.send_signal(number)
    return finish(process)


def test_an_interrupted_training_goes_on_as_if_nothing_had_been(folder):
    """With dropout, momentum and shuffling, all parameters are bit-for-bit identical."""
    (folder / "my_net.py").write_text(NET)
    files = ["--checkpoint", "state", "--every", "1000", "--save", "interrupted"]
    code, out, err = interrupt(start("--epochs", "500", *files))
    assert code == 130
    assert "Finished" not in out
    said = re.fullmatch(
        r"network3: Interrupted in epoch (\d+), after mini-batch number (\d+): the network as it "
        r"is now is saved in interrupted; the state of the training is in state; the same command "
        r"with --resume continues it\.\n",
        err,
    )
    assert said, err
    epoch, mini_batch = map(int, said.groups())
    assert epoch == mini_batch // 10 >= 3  # ten mini-batches an epoch
    state, net = load_file("state"), load_file("interrupted")
    assert all(state[name].tobytes() == net[name].tobytes() for name in net)

    epochs = ["--epochs", str(epoch + 3)]
    assert finish(start(*epochs, "--save", "undisturbed"))[0] == 0
    code, out, _ = finish(start(*epochs, *files, "--resume", "--save", "resumed"))
    assert code == 0
    assert "Epoch 2:" not in out
    undisturbed, resumed = load_file("undisturbed"), load_file("resumed")
    assert undisturbed.keys() == resumed.keys()
    assert all(undisturbed[name].tobytes() == resumed[name].tobytes() for name in undisturbed)


def test_sigterm_saves_and_reports_as_control_c_does(folder):
    (folder / "my_net.py").write_text(NET)
    code, _, err = interrupt(start("--epochs", "500", "--save", "net.st"), signal.SIGTERM)
    assert code == 130
    assert err.endswith("the network as it is now is saved in net.st.\n")
    assert sorted(os.listdir()) == ["mnist.pkl.gz", "my_net.py", "net.st"]
    assert len(network3.load("net.st").history) >= 3


# In this process


@pytest.fixture
def control_c():
    """Return a function that presses Ctrl-C, with Python's own handler installed.

    A shell may have switched that handler off.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield lambda *_, **__: signal.raise_signal(signal.SIGINT)
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def at_line(monkeypatch, control_c):
    """Return a function that presses Ctrl-C when the training prints a given line."""

    def interrupt_at(wanted):
        monkeypatch.setattr(loop, "LINES_EVERY", 4)  # mini-batches between two lines
        monkeypatch.setattr(
            Progress, "say", lambda self, line: control_c() if line == wanted else None
        )

    return interrupt_at


TRAIN_SHALLOW = "train shallow --seed 7 --eta 0.5 --lmbda 0 --epochs 9"


def parameters_after(mini_batches):
    """Train a network on this many mini-batches of ten images only; return its parameters."""
    np.random.seed(7)
    net = NETS["shallow"].build(10)
    (images, labels), *others = network3.load_data_shared("mnist.pkl.gz")
    rest = images.get_value()[: 10 * mini_batches], labels.get_value()[: 10 * mini_batches]
    net.SGD(network3.share(*rest), 1, 10, 0.5, *others, verbose="none")
    return [param.get_value().tobytes() for param in net.params]


def test_the_net_is_saved_as_it_is_after_the_last_mini_batch(run, at_line):
    """Its parameters are those of a training on just these eight mini-batches."""
    at_line("Training mini-batch number 8")
    code, _, err = run(f"{TRAIN_SHALLOW} --save net.st")
    assert (code, err) == (
        130,
        "network3: Interrupted in epoch 0, after mini-batch number 7: the network as it is now is "
        "saved in net.st.\n",
    )
    saved = load_file("net.st")
    assert [saved[name].tobytes() for name in ("0.w", "0.b", "1.w", "1.b")] == parameters_after(8)


def test_without_save_it_says_what_would_have_kept_the_net(run, at_line):
    at_line("Training mini-batch number 8")
    code, _, err = run(TRAIN_SHALLOW)
    assert (code, err) == (
        130,
        "network3: Interrupted in epoch 0, after mini-batch number 7: nothing was saved; next "
        "time, --save FILE saves the network and --checkpoint FILE allows --resume.\n",
    )


@pytest.mark.parametrize("net_is_there", [False, True])
def test_a_net_that_is_not_trained_is_not_saved(run, folder, at_line, net_is_there):
    """Otherwise a good network of an earlier training would be lost."""
    if net_is_there:
        (folder / "net.st").write_bytes(b"good")
    at_line("Training mini-batch number 0")
    code, _, err = run(f"{TRAIN_SHALLOW} --save net.st")
    what = "net.st is unchanged" if net_is_there else "nothing was saved"
    assert (code, err) == (130, f"network3: Interrupted before the first mini-batch: {what}.\n")
    assert (folder / "net.st").exists() == net_is_there
    assert not net_is_there or (folder / "net.st").read_bytes() == b"good"


def test_an_older_net_is_left_alone_and_the_interrupted_one_saved_beside_it(run, folder, at_line):
    """Both files, and that of an earlier interruption, may hold hours of training."""
    (folder / "net.st").write_bytes(b"good")
    (folder / "net-interrupted.st").write_bytes(b"earlier")
    at_line("Training mini-batch number 4")
    code, _, err = run(f"{TRAIN_SHALLOW} --save net.st")
    assert (code, err) == (
        130,
        "network3: Interrupted in epoch 0, after mini-batch number 3: the network as it is now is "
        "saved in net-interrupted-2.st; net.st was left alone.\n",
    )
    assert (folder / "net.st").read_bytes() == b"good"
    assert (folder / "net-interrupted.st").read_bytes() == b"earlier"
    assert len(network3.load("net-interrupted-2.st").layers) == 2


def test_if_the_disk_is_full_an_interrupted_net_is_saved_elsewhere(
    run, folder, at_line, full_folder
):
    (folder / "net.st").write_bytes(b"good")
    at_line("Training mini-batch number 4")
    code, _, err = run(f"{TRAIN_SHALLOW} --save net.st")
    saved = full_folder / "net-interrupted.st"
    assert code == 1
    assert err == (
        "network3: net-interrupted.st could not be written (No space left on device): make room, "
        f"or choose another place; until then the network is saved in {saved}: move it to where "
        "there is room\n"
    )
    assert (folder / "net.st").read_bytes() == b"good"
    assert os.listdir(full_folder) == [saved.name]
    assert len(network3.load(saved).layers) == 2


def test_a_second_control_c_does_not_stop_the_saving(run, at_line, control_c, monkeypatch):
    at_line("Training mini-batch number 8")
    fsync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda descriptor: (control_c(), fsync(descriptor)))
    assert run(f"{TRAIN_SHALLOW} --save net.st")[0] == 130
    saved = load_file("net.st")
    assert saved["1.b"].tobytes() == parameters_after(8)[3]
    assert sorted(os.listdir()) == ["mnist.pkl.gz", "net.st"]


def test_a_third_one_stops_it_and_leaves_no_half_file(run, folder, at_line, control_c, monkeypatch):
    (folder / "net.st").write_bytes(b"good")
    at_line("Training mini-batch number 8")
    monkeypatch.setattr(os, "fsync", lambda _: (control_c(), control_c()))
    assert run(f"{TRAIN_SHALLOW} --save net.st")[::2] == (130, "network3: Interrupted.\n")
    assert (folder / "net.st").read_bytes() == b"good"
    assert sorted(os.listdir()) == ["mnist.pkl.gz", "net.st"]


@pytest.mark.parametrize("net_is_there", [False, True])
def test_control_c_amid_the_final_saving_saves_too(
    run, folder, control_c, monkeypatch, net_is_there
):
    """The training is finished, so it replaces an older network."""
    if net_is_there:
        (folder / "net.st").write_bytes(b"older")
    fsync, pressed = os.fsync, []

    def sync(descriptor):
        if not pressed:
            pressed.append(control_c())
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", sync)
    code, _, err = run(f"{TRAIN_SHALLOW} --verbose none --save net.st")
    assert code == 130
    assert "in epoch 8, after mini-batch number 89: the network as it is now is saved" in err
    assert len(network3.load("net.st").history) == 9
    assert sorted(os.listdir()) == ["mnist.pkl.gz", "net.st"]


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (BrokenPipeError, ""),  # a reader such as `head` closed the pipe
        (MemoryError, "network3: There is not enough memory for this.\n"),
    ],
)
@pytest.mark.parametrize("net_is_there", [False, True])
def test_other_errors_save_the_net_too(run, folder, monkeypatch, error, sentence, net_is_there):
    def say(progress, line):
        if line.startswith("Epoch 1"):
            raise error

    monkeypatch.setattr(Progress, "say", say)
    file = "net-interrupted.st; net.st was left alone" if net_is_there else "net.st"
    if net_is_there:
        (folder / "net.st").write_bytes(b"good")
    code, _, err = run(f"{TRAIN_SHALLOW} --save net.st")
    assert code == 1
    assert err == (
        "Stopped in epoch 1, after mini-batch number 19: the network as it is now is saved in "
        f"{file}.\n{sentence}"
    )
    assert len(network3.load(file.partition(";")[0]).history) == 1
    assert not net_is_there or (folder / "net.st").read_bytes() == b"good"


def reading(monkeypatch, act):
    """Call `act` while mnist.pkl.gz is read, and lose bytes of it, as an interrupt does."""
    read = gzip._GzipReader.read

    def lose(reader, size=-1):
        monkeypatch.setattr(gzip._GzipReader, "read", read)
        reader._read_gzip_header()
        reader._new_member = False
        reader._fp.read(64)
        act()

    monkeypatch.setattr(gzip._GzipReader, "read", lose)


@pytest.mark.parametrize(
    "command",
    ["train shallow --epochs 1", "evaluate net.safetensors", "data expand --out five.pkl.gz"],
)
def test_control_c_while_the_data_are_read_says_nothing_about_the_data(
    run, net_file, command, control_c, monkeypatch
):
    before = sorted(os.listdir())
    reading(monkeypatch, control_c)
    code, out, err = run(command)
    assert (code, out) == (130, "")
    assert err.startswith("network3: Interrupted") and err.count("\n") == 1
    assert "mnist" not in err and "damaged" not in err
    assert sorted(os.listdir()) == before


def test_too_little_memory_for_the_data_says_nothing_about_the_data(run, net_file, monkeypatch):
    def fail():
        raise MemoryError

    reading(monkeypatch, fail)
    code, _, err = run("evaluate net.safetensors")
    assert (code, err) == (1, "network3: There is not enough memory for this.\n")

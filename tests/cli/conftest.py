"""Run commands in a folder with 200 images in place of MNIST's 70,000."""

import errno
import gzip
import os
import pickle
import shlex
import shutil
import sys
import tempfile

import numpy as np
import pytest

import network3
from network3.cli import main
from network3.nets import NETS


@pytest.fixture(scope="session")
def mnist_file(tmp_path_factory):
    """Write a file in MNIST's format: 100, 50 and 50 images of 28 x 28 pixels.

    In the images of class k, row 2k + 4 is bright.
    """
    rng = np.random.default_rng(0)

    def images(n):
        labels = np.arange(n) % 10
        rows = rng.random((n, 28, 28), np.float32) * 0.2
        rows[np.arange(n), 2 * labels + 4] += 0.7
        return rows.reshape(n, 784), labels

    path = tmp_path_factory.mktemp("data") / "mnist.pkl.gz"
    with gzip.open(path, "wb") as file:
        pickle.dump([images(100), images(50), images(50)], file)
    return path


@pytest.fixture
def folder(tmp_path, monkeypatch, mnist_file):
    """Change to the folder that commands run in, which is searched for MNIST first."""
    shutil.copy(mnist_file, tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", sys.path.copy())  # `train FILE` adds the file's folder
    network3.GPU = False
    yield tmp_path
    network3.GPU = False


@pytest.fixture
def run(folder, capsys):
    """Return a function that runs a command and returns exit code, output and errors."""

    def run_line(line):
        code = main(shlex.split(line))
        return code, *capsys.readouterr()

    return run_line


@pytest.fixture(scope="session")
def trained(tmp_path_factory, mnist_file):
    """Train a shallow network a little, and return the path of its file."""
    path = tmp_path_factory.mktemp("net") / "net.safetensors"
    np.random.seed(0)
    network3.GPU = False
    net = NETS["shallow"].build(10)
    training_data, validation_data, test_data = network3.load_data_shared(mnist_file)
    net.SGD(training_data, 30, 10, 0.1, validation_data, test_data, verbose="none")
    net.save(path)
    return path


@pytest.fixture(scope="session")
def trained_conv(tmp_path_factory, mnist_file):
    """Train the book's first convolutional network for an epoch; return the path of its file."""
    path = tmp_path_factory.mktemp("conv") / "net.safetensors"
    np.random.seed(0)
    network3.GPU = False
    net = NETS["basic_conv"].build(10)
    training_data, validation_data, test_data = network3.load_data_shared(mnist_file)
    net.SGD(training_data, 1, 10, 0.1, validation_data, test_data, verbose="none")
    net.save(path)
    return path


@pytest.fixture
def full_disk(monkeypatch):
    """Simulate a disk that is too full for the last bytes of a file."""

    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)


@pytest.fixture
def full_folder(folder, monkeypatch):
    """Simulate a full disk; return the folder for temporary files, which is on another one."""
    elsewhere = folder / "tmp"
    elsewhere.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(elsewhere))
    replace = os.replace

    def replace_elsewhere(source, target):
        if os.path.dirname(os.path.abspath(target)) == str(folder):
            raise OSError(errno.ENOSPC, "No space left on device")
        replace(source, target)

    monkeypatch.setattr(os, "replace", replace_elsewhere)
    return elsewhere


@pytest.fixture
def net_file(trained, folder):
    """Copy the shallow network to net.safetensors in the folder that commands run in."""
    shutil.copy(trained, folder / "net.safetensors")
    return "net.safetensors"


@pytest.fixture
def conv_net_file(trained_conv, folder):
    """Copy the convolutional network to conv.safetensors in that folder."""
    shutil.copy(trained_conv, folder / "conv.safetensors")
    return "conv.safetensors"

"""network3 data."""

import errno
import gzip
import os
import pickle
from pathlib import Path

import numpy as np
import pytest

from network3.data import mnist


@pytest.fixture
def nowhere(folder, monkeypatch):
    """Remove MNIST from all places that are searched for it; return these places."""
    (folder / "mnist.pkl.gz").unlink()
    places = [folder / "mnist.pkl.gz", folder / "cache" / "mnist.pkl.gz"]
    monkeypatch.setattr(mnist, "places", lambda path: places)
    return places


def test_where_prints_the_path(run):
    assert run("data where") == (0, "mnist.pkl.gz\n", "")


def test_where_says_what_to_do_if_it_is_nowhere(run, nowhere):
    code, out, err = run("data where")
    assert (code, out) == (1, "")
    assert err == (
        "network3: mnist.pkl.gz is not on this machine: network3 data fetch downloads it.\n"
    )


def test_fetch_downloads_nothing_that_is_there(run, monkeypatch):
    monkeypatch.setattr(mnist, "download_mnist", None)
    assert run("data fetch") == (0, "mnist.pkl.gz\n", "")


def test_fetch_downloads_into_the_cache(run, nowhere, monkeypatch):
    fetched = []
    monkeypatch.setattr(mnist, "download_mnist", fetched.append)
    assert run("data fetch") == (0, f"{nowhere[-1]}\n", "")
    assert fetched == [nowhere[-1]]


def test_a_download_that_fails_is_one_sentence(run, nowhere, monkeypatch):
    def fail(path):
        raise OSError("MNIST could not be downloaded")

    monkeypatch.setattr(mnist, "download_mnist", fail)
    assert run("data fetch") == (1, "", "network3: MNIST could not be downloaded\n")


@pytest.mark.slow
def test_expand_writes_each_training_image_five_times(run, folder):
    """100 images become 500 of the same classes; validation and test data stay the same."""
    code, out, err = run("data expand --out five.pkl.gz")
    assert (code, out, err) == (0, "five.pkl.gz\n", "")
    with gzip.open("mnist.pkl.gz") as file:
        before = pickle.load(file)
    with gzip.open("five.pkl.gz") as file:
        after = pickle.load(file)
    assert after[0][0].shape == (500, 784)
    assert np.array_equal(np.bincount(after[0][1]), 5 * np.bincount(before[0][1]))
    for old, new in zip(before[1:], after[1:], strict=True):
        assert np.array_equal(old[0], new[0]) and np.array_equal(old[1], new[1])
    assert run("train shallow --data five.pkl.gz --epochs 1 --verbose none")[0] == 0


def test_expand_writes_beside_mnist_by_default(run):
    assert run("data expand") == (0, "mnist_expanded.pkl.gz\n", "")
    assert Path("mnist_expanded.pkl.gz").is_file()


def test_out_is_for_expand_alone(run):
    code, _, err = run("data where --out file")
    assert code == 2
    assert "--out is for expand" in err


def test_a_full_disk_leaves_no_part_of_the_expanded_data(run, folder, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pickle, "dump", full)
    code, out, err = run("data expand --out five.pkl.gz")
    assert (code, out) == (1, "")
    assert err.startswith("network3: five.pkl.gz could not be written (No space left on device)")
    assert [path.name for path in folder.iterdir()] == ["mnist.pkl.gz"]


def test_a_folder_that_may_not_be_written_to_is_named_with_the_file_asked_for(run, monkeypatch):
    def refuse(*_):
        raise PermissionError(errno.EACCES, "Permission denied", ".353_48b4.tmp")

    monkeypatch.setattr(os, "replace", refuse)
    assert run("data expand --out five.pkl.gz") == (
        1,
        "",
        "network3: five.pkl.gz could not be written (Permission denied): choose another place\n",
    )

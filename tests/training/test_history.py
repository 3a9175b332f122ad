"""The history of a training, in memory and in files."""

import csv
import errno
import json
import os

import numpy as np
import pytest
from small_nets import images, shared, softmax_net

import network3
from network3.training import History


@pytest.fixture
def history():
    history = History()
    for epoch, accuracy in enumerate([0.5, 0.75, 0.75, 0.25]):
        history.append(epoch=epoch, cost=1.0 - accuracy, validation_accuracy=accuracy)
    return history


def test_a_column_has_an_entry_for_each_epoch(history):
    assert history["validation_accuracy"] == [0.5, 0.75, 0.75, 0.25]
    assert history["test_accuracy"] == [None, None, None, None]
    assert len(history) == 4


def test_a_column_that_does_not_exist_is_named(history):
    with pytest.raises(KeyError, match="'acuracy': a history has the columns epoch, cost"):
        history["acuracy"]


def test_the_best_epoch_is_the_last_of_equal_ones_and_patience_counts_from_the_first(history):
    assert history.best == 2
    assert history.epochs_without_improvement == 2
    assert History().best is None
    assert History().epochs_without_improvement == 0


def test_it_comes_back_from_json(history, tmp_path):
    history.rows[-1]["my_own"] = 7
    text = history.to_json(tmp_path / "history.json")
    assert json.loads((tmp_path / "history.json").read_text()) == json.loads(text)
    again = History.from_dict(json.loads(text))
    assert again["cost"] == history["cost"]
    assert again["my_own"] == [None, None, None, 7]


def test_numpy_scalars_nan_and_infinity_survive(tmp_path):
    class Watch:
        def on_epoch_end(self, net, history):
            history.rows[-1] |= {"norm": np.float32(0.5), "gap": float("nan"), "far": np.inf}

    net, data = softmax_net(), shared(60)
    net.SGD(data, 1, 10, 0.5, data, None, verbose="none", callbacks=[Watch()])
    net.save(tmp_path / "net")
    for history in (
        network3.load(tmp_path / "net").history,
        History.from_dict(json.loads(net.history.to_json())),
    ):
        assert history["norm"] == [0.5]
        assert np.isnan(history["gap"][0])
        assert history["far"] == [np.inf]


def test_what_a_callback_adds_comes_back_from_a_file(tmp_path):
    class Watch:
        def on_epoch_end(self, net, history):
            history.rows[-1] |= {"by_class": np.array([0.5, 1.0]), "note": {"of": ["a", None]}}

    net, data = softmax_net(), shared(60)
    checkpoint = {"verbose": "none", "checkpoint": tmp_path / "state", "resume": True}
    net.SGD(data, 1, 10, 0.5, data, None, callbacks=[Watch()], **checkpoint)
    net.save(tmp_path / "net")
    assert softmax_net().SGD(data, 2, 10, 0.5, data, None, **checkpoint)["note"][1] is None
    history = network3.load(tmp_path / "net").history
    assert history["by_class"] == [[0.5, 1.0]]
    assert history["note"] == [{"of": ["a", None]}]


def test_csv_has_a_line_for_each_epoch(history, tmp_path):
    history.to_csv(tmp_path / "history.csv")
    with (tmp_path / "history.csv").open() as file:
        lines = list(csv.DictReader(file))
    assert [float(line["cost"]) for line in lines] == history["cost"]
    assert lines[0]["test_accuracy"] == ""


def test_it_comes_back_from_its_files(history, tmp_path):
    history.rows[-1]["note"] = "with, a comma"
    history.to_csv(tmp_path / "history.csv")
    history.to_json(tmp_path / "history.json")
    for again in (
        History.from_csv(tmp_path / "history.csv"),
        History.from_json(tmp_path / "history.json"),
    ):
        assert again.to_dict() == history.to_dict()
        assert again.best == 2


def test_a_full_disk_leaves_the_files_of_a_history_as_they_were(history, tmp_path, monkeypatch):
    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    (tmp_path / "history.csv").write_text("old")
    with pytest.raises(OSError, match="the old file is unchanged; make room"):
        history.to_csv(tmp_path / "history.csv")
    with pytest.raises(OSError, match=r"No space left on device\): make room"):
        history.to_json(tmp_path / "history.json")
    assert [path.name for path in tmp_path.iterdir()] == ["history.csv"]
    assert (tmp_path / "history.csv").read_text() == "old"


@pytest.mark.parametrize(
    "columns",
    [
        [],
        {"epoch": 3},
        {"epoch": [0, 1], "validation_accuracy": [0.5]},
        {"epoch": [0], "validation_accuracy": [[]]},
        {"epoch": [0], "validation_accuracy": [None]},
        {"epoch": [0], "validation_accuracy": [float("nan")]},
        {"epoch": [0], "validation_accuracy": [10**400]},
        {"epoch": ["first"], "validation_accuracy": [0.5]},
        {"validation_accuracy": [0.5]},
    ],
)
def test_what_is_no_history_is_refused(columns):
    with pytest.raises(ValueError, match="A history"):
        History.from_dict(columns)


def test_sgd_gives_it(backend):
    net, data = softmax_net(), shared(60)
    history = net.SGD(
        data, 3, 10, 0.5, data, shared(20, 1), 2.0, verbose="none", training_accuracy=True
    )
    assert history is net.history
    assert history["epoch"] == [0, 1, 2]
    assert history["eta"] == [0.5] * 3
    assert history["lmbda"] == [2.0] * 3
    # Trained and validated on the same images:
    assert history["training_accuracy"] == history["validation_accuracy"]
    assert history["cost"][0] > history["cost"][2] > 0
    for row in history:
        assert row["images_per_second"] == pytest.approx(60 / row["seconds"])
    assert repr(history).startswith("<History: 3 epochs, best validation accuracy ")


def test_the_cost_of_an_epoch_is_the_mean_over_its_mini_batches(float64):
    net, data = softmax_net(), shared(60)
    w = np.random.default_rng(0).normal(size=(64, 8))
    net.params[0].set_value(w)
    history = net.SGD(data, 1, 10, 0.0, data, None, verbose="none")  # eta = 0: w stays
    x, labels = images(60)
    p = np.exp(x @ w)
    p /= p.sum(axis=1, keepdims=True)
    assert history["cost"] == [pytest.approx(-np.log(p[np.arange(60), labels]).mean())]


def test_a_history_says_which_columns_it_has(history):
    assert "cost" in history
    assert "loss" not in history

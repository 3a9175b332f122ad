"""The table of runs, checked by eye, in Markdown, CSV and PNG, and the copies of runs."""

import errno
import json
import os
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from network3.cli import main
from network3.experiments import report, runner
from network3.experiments.keep import keep
from network3.experiments.picture import picture
from network3.experiments.run import perform

LABELS = [1, 2, 3, 4, 5]


def write_run(folder, validation, test, predicted=None, seed=0):
    """Write a run with these accuracies by epoch; it is done if there are predictions."""
    folder.mkdir(parents=True)
    settings = {"experiment": folder.parent.name, "seed": seed, "epochs": len(validation)}
    history = {
        "epoch": list(range(len(validation))),
        "validation_accuracy": validation,
        "test_accuracy": test,
        "seconds": [1800.0] * len(validation),
    }
    (folder / "run.json").write_text(json.dumps(settings))
    (folder / "history.json").write_text(json.dumps(history))
    (folder / "log.txt").write_text("Epoch 0")
    if predicted:
        np.savez(folder / "predictions.npz", predicted=predicted, labels=LABELS)
        done = {"backend": "C++", "machine": "x86_64, 2 cores", "network3": "3.0.0"}
        (folder / "done.json").write_text(json.dumps(done))


@pytest.fixture
def three_runs(tmp_path, monkeypatch):
    """Write three runs that are done; the second has the best validation accuracy."""
    monkeypatch.chdir(tmp_path)
    runs = tmp_path / "runs" / "double_fc_dropout"
    write_run(runs / "run-0", [0.90, 0.80], [0.60, None], [9, 2, 3, 4, 0])
    write_run(runs / "run-1", [0.95, 0.95], [0.20, 0.40], [1, 7, 3, 0, 0])
    write_run(runs / "run-2", [0.90, 0.91], [0.10, 0.80], [1, 8, 0, 4, 5])
    return tmp_path / "runs"


def test_the_best_is_that_of_the_run_with_the_best_validation_accuracy(three_runs):
    (row,) = report.rows(three_runs)
    assert row["best by the book's rule, %"] == pytest.approx(40)  # the last of equal epochs
    assert row["mean of the runs, %"] == pytest.approx(60)
    assert row["spread, %"] == pytest.approx(20)
    assert (row["book, %"], row["runs"], row["epochs"]) == (99.60, 3, 2)
    assert (row["seconds for an epoch"], row["hours in all"]) == (1800, 3)


def test_only_finished_runs_vote(three_runs):
    write_run(three_runs / "double_fc_dropout" / "run-3", [0.99, 0.99], [0.99, 0.99])
    (row,) = report.rows(three_runs)
    # The votes are 1, 2 (the first of three in a tie), 3, 4, 0: one error in five.
    assert row["vote of the runs, %"] == pytest.approx(80)
    assert row["errors of the vote"] == 1
    assert row["runs"] == "3 of 4"


def test_a_single_run_does_not_vote(tmp_path):
    write_run(tmp_path / "shallow" / "run-0", [0.9], [0.4], [1, 2, 0, 0, 0])
    (row,) = report.rows(tmp_path)
    assert row["errors of the vote"] is row["spread, %"] is None


def test_report_writes_the_table_in_three_formats(three_runs, capsys):
    assert main(["experiments", "report", "runs"]) == 0
    printed = capsys.readouterr().out
    assert "| double_fc_dropout | 99.60 | 40.00 | 60.00 | 20.00 | 80.00 | 1 | 3 | 2 |" in printed
    assert (three_runs / "table.md").read_text() == printed
    assert (
        "double_fc_dropout,99.6,40.0,60.0,20.0,80.0,1,3,2" in (three_runs / "table.csv").read_text()
    )
    with Image.open(three_runs / "table.png") as image:
        assert image.format == "PNG"
        assert len(np.unique(np.asarray(image.convert("L")))) > 10, "something is drawn"


def test_several_folders_make_one_table(three_runs, tmp_path, capsys):
    write_run(tmp_path / "more" / "shallow" / "run-0", [0.9], [0.4])
    assert main(["experiments", "report", "runs", "more", "--out", "more"]) == 0
    lines = (tmp_path / "more" / "table.md").read_text().splitlines()
    assert [line.split()[1] for line in lines[2:]] == ["shallow", "double_fc_dropout"]
    assert not (three_runs / "table.md").exists()


def test_the_tables_folder_is_made(three_runs, tmp_path):
    out = tmp_path / "tables" / "new"
    assert main(["experiments", "report", str(three_runs), "--out", str(out)]) == 0
    assert (out / "table.md").read_text().startswith("| experiment | book, % |")


def test_the_picture_has_each_number_and_marks_best_and_book(three_runs):
    (row,) = rows = report.rows(three_runs)
    accuracies, table = picture(rows).axes
    marks = {
        marks.get_label(): marks.get_offsets().tolist()
        for marks in accuracies.collections
        if not marks.get_label().startswith("_")
    }
    assert marks == {"best by the book's rule": [[40, 0]], "book": [[99.6, 0]]}
    assert [label.get_text() for label in accuracies.get_yticklabels()] == ["double_fc_dropout"]
    written = [text.get_text().replace("\n", " ") for text in table.texts]
    for column in report.COLUMNS[1:]:
        assert column in written
        assert report.text(row[column]) in written


def test_without_matplotlib_the_other_two_are_written(three_runs, monkeypatch, capsys):
    for name in [name for name in sys.modules if name.startswith("network3.plots")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, "network3.experiments.picture")
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert main(["experiments", "report", "runs"]) == 0
    errors = capsys.readouterr().err
    assert errors.startswith("There is no table.png: ") and errors.count("\n") == 1
    assert "pip install matplotlib" in errors
    assert sorted(path.name for path in three_runs.glob("table.*")) == ["table.csv", "table.md"]


def test_a_damaged_run_is_named(three_runs, tmp_path):
    run = three_runs / "double_fc_dropout" / "run-1"
    (run / "history.json").write_text('{"epoch": [')
    with pytest.raises(ValueError, match=r"run-1/history.json is damaged"):
        report.rows(three_runs)
    keep(three_runs, tmp_path / "kept")
    (run / "run.json").write_text("")
    with pytest.raises(ValueError, match=r"run-1/run.json is damaged"):
        keep(three_runs, tmp_path / "kept")
    with pytest.raises(ValueError, match=r"run-1/run.json is damaged"):
        runner.prepare([runner.Planned(run, {"experiment": "double_fc_dropout"})], resume=True)
    (run / "done.json").unlink()
    with pytest.raises(ValueError, match=r"run-1/run.json is damaged"):
        perform(run)


def test_the_kept_files_give_the_same_table(three_runs, tmp_path, capsys):
    write_run(tmp_path / "runs" / "shallow" / "run-0", [0.9], [0.4])
    assert main(["experiments", "keep", "runs", "--out", "kept"]) == 0
    assert capsys.readouterr().out == "4 runs of runs are kept in kept.\n"
    assert report.rows(tmp_path / "kept") == report.rows(three_runs)
    names = {
        run: sorted(path.name for path in (tmp_path / "kept" / run).iterdir())
        for run in ("double_fc_dropout/run-0", "shallow/run-0")
    }
    assert names == {
        "double_fc_dropout/run-0": ["done.json", "history.json", "predictions.npz", "run.json"],
        "shallow/run-0": ["history.json", "run.json"],
    }


def test_the_copy_of_a_run_is_updated_until_the_run_is_done(tmp_path):
    kept = tmp_path / "kept" / "shallow" / "run-0"
    for k, (accuracies, predicted) in enumerate(
        [([0.1, 0.2], None), ([0.3, 0.4], [1, 2, 0, 0, 0]), ([0.5, 0.6], None)]
    ):
        write_run(tmp_path / f"runs-{k}" / "shallow" / "run-0", accuracies, accuracies, predicted)
        keep(tmp_path / f"runs-{k}", tmp_path / "kept")
        found = json.loads((kept / "history.json").read_text())["test_accuracy"]
        assert found == [[0.1, 0.2], [0.3, 0.4], [0.3, 0.4]][k]


def test_the_copy_of_a_run_is_not_replaced_by_another_run(three_runs, tmp_path):
    write_run(tmp_path / "others" / "shallow" / "run-0", [0.9], [0.4])
    write_run(tmp_path / "others" / "double_fc_dropout" / "run-0", [0.9, 0.9], [1, 1], seed=7)
    keep(three_runs, tmp_path / "kept")
    with pytest.raises(FileExistsError, match="run-0 has another run"):
        keep(tmp_path / "others", tmp_path / "kept")
    assert not (tmp_path / "kept" / "shallow").exists()


@pytest.mark.parametrize("command", ["report runs --out out", "keep runs --out out"])
def test_a_full_disk_leaves_no_part_of_a_file(three_runs, monkeypatch, capsys, command):
    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert main(["experiments", *command.split()]) == 1
    assert "could not be written (No space left on device): make room" in capsys.readouterr().err
    assert not [path for path in Path("out").rglob("*") if path.is_file()]

"""NumPy alone computes the published results from the files of the runs."""

import csv
import json
import re
from pathlib import Path

import numpy as np
import pytest

from network3.nets.catalogue import EXPERIMENTS

ROOT = Path(__file__).parents[2]
README, PAGE, KEPT = ROOT / "README.md", ROOT / "docs" / "results.md", ROOT / "docs" / "results"

# Test accuracies in percent of "Neural Networks and Deep Learning", chapter 6.
BOOK = {
    "shallow": "97.80",
    "basic_conv": "98.78",
    "omit_FC": "",
    "dbl_conv": "99.06",
    "dbl_conv_tanh": "",
    "dbl_conv_relu": "99.23",
    "expanded_data_100": "99.37",
    "expanded_data_300": "99.46",
    "expanded_data_1000": "99.43",
    "expanded_data_double_fc_100": "99.43",
    "expanded_data_double_fc_300": "99.48",
    "expanded_data_double_fc_1000": "99.47",
    "double_fc_dropout": "99.60",
    "deep_and_wide": "",
}
BOOKS_VOTE = "99.67"
EPOCHS = dict.fromkeys(BOOK, 60) | {"double_fc_dropout": 40, "deep_and_wide": 800}
TEST_LABELS = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]  # of MNIST, from 0 to 9

EXPERIMENT_NAMES = sorted({path.parents[1].name for path in KEPT.glob("*/*/run.json")})


def table(page, mark):
    """Return the rows of a Markdown table, {column: cell}."""
    text = page.read_text().partition(f"<!-- {mark}: ")[2].partition(f"<!-- end of {mark} -->")[0]
    head, _, *rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in text.splitlines()
        if line.startswith("|")
    ]
    return [dict(zip(head, row, strict=True)) for row in rows]


def published():
    rows = table(PAGE, "results")
    return {re.match(r"\[(.*)\]\(results/\1\)$", row["experiment"])[1]: row for row in rows}


def read(run):
    """Return the results of a run."""
    begun = (run / "history.json").exists()
    history = json.loads((run / "history.json").read_text()) if begun else {"epoch": []}
    found = {"epochs": len(history["epoch"]), "done": (run / "done.json").exists()}
    if begun:
        validation = np.array(history["validation_accuracy"])
        best = np.flatnonzero(validation == validation.max())[-1]
        found |= {"validation": validation[best], "test": 100 * history["test_accuracy"][best]}
        found["seconds"] = history["seconds"]
    if found["done"]:
        with np.load(run / "predictions.npz") as file:
            found |= {"predicted": file["predicted"], "labels": file["labels"]}
    return found


def vote(predictions):
    """Return, for predictions (runs, images), each image's most frequent class; first in a tie."""
    together = (predictions[:, None] == predictions).sum(axis=1)
    return predictions[together.argmax(axis=0), np.arange(predictions.shape[1])]


def recomputed(name):
    """Return the columns of the table that follow from the files of an experiment."""
    runs = [read(run) for run in sorted(path.parent for path in KEPT.glob(f"{name}/*/run.json"))]
    begun = [run for run in runs if run["epochs"]]
    done = [run for run in runs if run["done"]]
    wanted = EPOCHS[name.partition(",")[0]]
    whole = len(done) == len(runs)
    columns = {
        "runs": str(len(runs)) if whole else f"{len(done)} of {len(runs)}",
        "epochs": str(wanted) if whole else " ".join(f"{run['epochs']}/{wanted}" for run in runs),
    }
    if begun:
        tests = np.array([run["test"] for run in begun])
        columns["best by the book's rule, %"] = tests[np.argmax([r["validation"] for r in begun])]
        columns["mean of the runs, %"] = tests.mean()
        columns["spread, %"] = tests.std(ddof=1) if len(tests) > 1 else ""
        seconds = np.concatenate([run["seconds"] for run in begun])
        columns["seconds for an epoch"] = np.median(seconds)
        columns["hours in all"] = seconds.sum() / 3600
    if len(done) > 1:
        wrong = vote(np.array([run["predicted"] for run in done])) != done[0]["labels"]
        columns["vote of the runs, %"] = 100 * (1 - wrong.mean())
        columns["errors of the vote"] = str(wrong.sum())
    return columns


def follows(cell, value):
    """Return true if a cell is this text, or this number rounded to the cell's digits."""
    if isinstance(value, str):
        return cell == value
    return cell and abs(float(cell) - value) <= 0.5 * 10.0 ** -len(cell.partition(".")[2]) + 1e-9


def test_in_a_tie_the_vote_goes_to_the_class_that_is_seen_first():
    predictions = np.array([[7, 2, 3, 1], [7, 5, 4, 4], [1, 5, 6, 1], [2, 2, 3, 4]])
    assert vote(predictions).tolist() == [7, 2, 3, 1]


def test_the_table_has_all_runs_that_are_kept():
    assert "shallow" in EXPERIMENT_NAMES
    assert sorted(published()) == EXPERIMENT_NAMES


@pytest.mark.parametrize("name", EXPERIMENT_NAMES)
def test_each_number_of_the_table_follows_from_the_files(name):
    row = published()[name]
    assert row["book, %"] == BOOK[name.partition(",")[0]]
    found = recomputed(name)
    for column, cell in row.items():
        if column not in ("experiment", "book, %"):
            assert follows(cell, found.get(column, "")), f"{column}: {cell}, not {found[column]}"


@pytest.mark.parametrize("name", EXPERIMENT_NAMES)
def test_the_predictions_of_a_run_give_the_accuracy_of_its_best_epoch(name):
    for path in sorted(KEPT.glob(f"{name}/*/done.json")):
        run = read(path.parent)
        assert run["epochs"] == EPOCHS[name.partition(",")[0]]
        assert np.bincount(run["labels"]).tolist() == TEST_LABELS
        right = np.mean(run["predicted"] == run["labels"])
        assert 100 * right == pytest.approx(run["test"], abs=1e-9), path


def test_the_csv_has_the_same_numbers_with_all_digits():
    with (KEPT / "table.csv").open() as file:
        rows = {row["experiment"]: row for row in csv.DictReader(file)}
    assert sorted(rows) == EXPERIMENT_NAMES
    for name, row in rows.items():
        for column, value in recomputed(name).items():
            number = isinstance(value, float)
            assert row[column] == value or (
                number and float(row[column]) == pytest.approx(value, rel=1e-9)
            ), (name, column)


def test_the_readme_has_the_tables_numbers():
    names = {experiment.title: name for name, experiment in EXPERIMENTS.items()}
    rows = table(README, "results")
    for row in rows:
        is_vote = row["net"] == "their vote"
        name = "double_fc_dropout" if is_vote else names[row["net"]]
        found = recomputed(name)
        column = "vote of the runs, %" if is_vote else "best by the book's rule, %"
        assert follows(row["here, %"], found[column])
        assert row["book, %"] == (BOOKS_VOTE if is_vote else BOOK[name])
        assert row["runs"] == found["runs"]
    begun = [name for name in BOOK if "mean of the runs, %" in recomputed(name)]
    shown = [names[row["net"]] for row in rows if row["net"] != "their vote"]
    assert shown == begun

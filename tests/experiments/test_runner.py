"""Several runs at a time: progress, interrupts, resuming and the table of results."""

import csv
import io
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from waiting import wait_for

import network3
from network3 import Network
from network3.cli import main
from network3.experiments import bars, report, runner
from network3.experiments.run import perform


def test_runs_have_seeds_and_folders_of_their_own(tmp_path):
    """Names are accepted in any case, and folders have the book's spelling."""
    planned = runner.plan(tmp_path, ["Shallow", "omit_fc"], runs=2, seed=5, epochs=3)
    assert [run.name for run in planned] == [
        "shallow/run-0",
        "shallow/run-1",
        "omit_FC/run-0",
        "omit_FC/run-1",
    ]
    assert [run.settings["seed"] for run in planned] == [5, 6, 5, 6]


def test_a_sweep_has_a_folder_for_each_combination(tmp_path):
    sweep = {"lmbda": [0, 0.1], "eta": [0.5]}
    planned = runner.plan(tmp_path, ["shallow"], sweep=sweep)
    assert [run.folder.parent.name for run in planned] == [
        "shallow,lmbda=0,eta=0.5",
        "shallow,lmbda=0.1,eta=0.5",
    ]
    assert planned[1].settings == {"experiment": "shallow", "seed": 0, "lmbda": 0.1, "eta": 0.5}


def test_two_combinations_do_not_share_a_folder(tmp_path):
    planned = runner.plan(tmp_path, ["shallow"], sweep={"lmbda": [0.1234567, 0.1234568]})
    assert len({run.folder for run in planned}) == 2
    with pytest.raises(ValueError, match="twice"):
        runner.plan(tmp_path, ["shallow"], sweep={"lmbda": [0.1, 0.1]})


class Terminal(io.StringIO):
    """A stream that knows what a terminal would show."""

    def isatty(self):
        return True

    def screen(self):
        """Return the lines, each without its bar, and the column of the cursor."""
        lines, row, column = [""], 0, 0
        for part in re.findall(r"\x1b\[A|[\r\n]|[^\x1b\r\n]+", self.getvalue()):
            if part in "\r\n":
                row, column = row + (part == "\n"), 0
                lines += [""] * (row + 1 - len(lines))
            elif part == "\x1b[A":
                row -= 1
            else:
                line = lines[row].ljust(column)
                lines[row] = line[:column] + part + line[column + len(part) :]
                column += len(part)
        return [re.sub(r"\|.*\|", "|", line.rstrip()) for line in lines], column


class Scripted:
    """A runner that calls one function of the test in each step."""

    def __init__(self, *steps):
        self.steps, self.running, self.failed = steps, [], []

    def is_running(self, run):
        return run in self.running

    def work(self):
        for step in self.steps:
            step(self)
            yield


def has_trained(run, *accuracies):
    run.folder.mkdir(parents=True, exist_ok=True)
    history = {"epoch": list(range(len(accuracies))), "validation_accuracy": accuracies}
    (run.folder / "history.json").write_text(json.dumps(history))


@pytest.fixture
def clock(monkeypatch):
    """Return the clock of the bars, in seconds, as a list of one number."""
    now = [0.0]
    monkeypatch.setattr("tqdm.std.time", lambda: now[0])
    return now


def test_on_a_terminal_each_run_that_is_not_waiting_has_a_bar(tmp_path, monkeypatch, clock):
    monkeypatch.setattr("sys.stderr", Terminal())
    first, second, waiting = runner.plan(tmp_path, ["shallow"], runs=3)
    has_trained(first, 0.5, 0.75)  # by an earlier command
    shown = []

    def begin(work):
        work.running = [first, second]

    def train(work):
        shown.append(sys.stderr.screen()[0])
        clock[0] = 3600.0
        has_trained(first, 0.5, 0.75, 0.625, 0.5)
        has_trained(second, 0.5)

    def end(work):
        shown.append(sys.stderr.screen()[0])
        work.running = []
        work.failed.append(second)
        (first.folder / "done.json").touch()

    bars.watch([first, second, waiting], Scripted(begin, train, end))
    assert shown[0] == [
        "shallow/run-0 running: 2/60 epochs, best validation 75.00% | ? left",
        "shallow/run-1 running: 0/60 epochs | ? left",
    ]
    # Half an hour for an epoch of the first, and an hour for one of the second.
    assert shown[1] == [
        "shallow/run-0 running: 4/60 epochs, best validation 75.00% | 28:00:00 left",
        "shallow/run-1 running: 1/60 epochs, best validation 50.00% | 59:00:00 left",
    ]
    lines, column = sys.stderr.screen()
    assert lines == [
        "shallow/run-0 done: 4/60 epochs, best validation 75.00% |",
        "shallow/run-1 failed: 1/60 epochs, best validation 50.00% |",
        "",
    ]
    assert column == 0


def test_ended_runs_are_above_running_ones(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.stderr", Terminal())
    first, second, third = planned = runner.plan(tmp_path, ["shallow"], runs=3)
    shown = []

    def begin(work):
        work.running = [first, second]

    def go_on(work):
        work.failed, work.running = [second], [first, third]

    def interrupt(work):
        shown.append(sys.stderr.screen()[0])
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bars.watch(planned, Scripted(begin, go_on, interrupt))
    assert [line.partition(":")[0] for line in shown[0]] == [
        "shallow/run-1 failed",
        "shallow/run-0 running",
        "shallow/run-2 running",
    ]
    assert sys.stderr.screen() == ([*shown[0], ""], 0), "they stay, and further output is below"


def test_without_a_terminal_a_line_reports_each_change_of_state(tmp_path, capsys):
    first, second = runner.plan(tmp_path, ["shallow"], runs=2)

    def begin(work):
        work.running = [first]

    def end(work):
        work.running, work.failed = [second], [first]

    bars.watch([first, second], Scripted(begin, begin, end))
    lines = capsys.readouterr().err.splitlines()
    assert [line[9:] for line in lines] == [
        "shallow/run-0 is running",
        "shallow/run-0 is failed",
        "shallow/run-1 is running",
    ]
    assert all(re.match(r"\d\d:\d\d:\d\d ", line) for line in lines)


@pytest.mark.process
@pytest.mark.posix
def test_killed_runs_resume_to_the_same_results_as_uninterrupted_ones(folder):
    line = "experiments run shallow --runs 2 --jobs 2 --epochs 60 --seed 3"
    command = line.split()
    assert main([*command, "--out", "alone"]) == 0

    process = subprocess.Popen(
        [sys.executable, "-m", "network3", *command, "--out", "killed"], stderr=subprocess.PIPE
    )
    wait_for(folder / "killed" / "shallow" / "run-0" / "training.checkpoint")
    process.terminate()
    process.communicate()
    assert process.returncode == 130
    first = folder / "killed" / "shallow" / "run-0"
    assert not list(first.glob(".*")), "no half file"
    assert (first / "log.txt").read_text().endswith("Interrupted.\n"), "it kept its mini-batches"
    assert main([*command, "--out", "killed", "--resume"]) == 0
    for run in ("run-0", "run-1"):
        alone, killed = (folder / out / "shallow" / run for out in ("alone", "killed"))
        histories = [json.loads((x / "history.json").read_text()) for x in (alone, killed)]
        assert histories[0]["cost"] == histories[1]["cost"]
        assert histories[0]["test_accuracy"] == histories[1]["test_accuracy"]
    log = (folder / "killed" / "shallow" / "run-0" / "log.txt").read_text()
    assert log.count("Epoch 0:") == log.count("Epoch 59:") == 1, "it went on"


def test_an_interrupt_names_the_command_that_resumes(folder, monkeypatch, capsys):
    def work(self):
        raise KeyboardInterrupt

    monkeypatch.setattr(runner.Runner, "work", work)
    command = ["experiments", "run", "shallow", "--epochs", "1", "--out", "my runs"]
    said = "network3 experiments run shallow --epochs 1 --out 'my runs' --resume"
    for _ in range(2):  # the original command, then the one that the message names
        assert main(command) == 130
        assert capsys.readouterr().err == f"network3: Interrupted; to continue: {said}\n"
        command = shlex.split(said)[1:]


def test_a_run_writes_all_files_and_the_table(folder, capsys):
    assert main(["experiments", "run", "shallow", "--runs", "2", "--epochs", "4"]) == 0
    printed = capsys.readouterr().out
    accuracies = []
    for k in range(2):
        run = folder / "runs" / "shallow" / f"run-{k}"
        assert {path.name for path in run.iterdir()} == {
            "run.json",
            "lock",
            "log.txt",
            "history.json",
            "net.safetensors",
            "best.safetensors",
            "predictions.npz",
            "done.json",
        }
        history = json.loads((run / "history.json").read_text())
        best = max(range(4), key=lambda e: (history["validation_accuracy"][e], e))
        with np.load(run / "predictions.npz") as file:
            accuracy = (file["predicted"] == file["labels"]).mean()
        assert accuracy == history["test_accuracy"][best]
        accuracies.append((history["validation_accuracy"][best], 100 * accuracy))
    with (folder / "runs" / "table.csv").open() as file:
        (row,) = csv.DictReader(file)
    _, expected = max(accuracies, key=lambda pair: pair[0])
    assert float(row["best by the book's rule, %"]) == expected
    assert row["runs"] == "2"
    assert row["book, %"] == "97.8"
    assert "| shallow | 97.80 |" in printed


def test_the_table_shows_how_far_unfinished_runs_are(tmp_path):
    planned = runner.plan(tmp_path, ["basic_conv"], runs=2)
    runner.prepare(planned, resume=False)
    accuracies = {"validation_accuracy": [0.5, 0.75], "test_accuracy": [0.5, 0.7]}
    history = {"epoch": [0, 1], **accuracies, "seconds": [2, 4]}
    (planned[1].folder / "history.json").write_text(json.dumps(history))
    (row,) = report.rows(tmp_path)
    assert row["runs"] == "0 of 2"
    assert row["epochs"] == "0/60 2/60"
    assert row["mean of the runs, %"] == pytest.approx(70)
    assert row["seconds for an epoch"] == 3


@pytest.mark.parametrize(
    ("line", "code", "sentence"),
    [
        ("experiments run", 2, "needs the NAME of an experiment"),
        ("experiments run nothing", 1, "no experiment 'nothing'"),
        ("experiments run shallow --set eta=1 --set eta=2", 2, "at once, --set eta=X,Y,..."),
        ("experiments run shallow --set lmbda=-1", 2, "0 or more"),
        ("experiments run shallow --set momentum=1", 2, "eta and lmbda can be set"),
        ("experiments run shallow --set lmbda=much", 2, "with numbers"),
        ("experiments report nowhere", 1, "nowhere has no runs"),
        ("experiments keep nowhere --out kept", 1, "nowhere has no runs"),
        ("experiments keep runs", 2, "keep needs the folder of the runs, and --out"),
        ("experiments list shallow", 2, "list takes no NAME"),
    ],
)
def test_wrong_usage_is_one_sentence(line, code, sentence, folder, capsys):
    assert main(line.split()) == code
    assert sentence in capsys.readouterr().err


def test_an_existing_run_is_not_started_again(folder, capsys):
    planned = runner.plan(folder / "runs", ["shallow"])
    runner.prepare(planned, resume=False)
    assert main(["experiments", "run", "shallow"]) == 1
    assert "add --resume to continue it" in capsys.readouterr().err
    assert main(["experiments", "run", "shallow", "--resume", "--epochs", "3"]) == 1
    assert "with other settings" in capsys.readouterr().err


@pytest.mark.process
def test_two_processes_do_not_train_in_one_folder(folder, monkeypatch, capsys):
    monkeypatch.setattr(runner, "GRACE", 0.1)
    (planned,) = runner.plan(folder / "runs", ["shallow"], epochs=100_000)
    runner.prepare([planned], resume=False)
    process = runner.start(planned, alone=True)
    try:
        wait_for(planned.folder / "training.checkpoint")
        assert main(["experiments", "run", "shallow", "--epochs", "100000", "--resume"]) == 1
        assert "run-0: another process is training in this folder" in capsys.readouterr().err
    finally:
        process.kill()
        process.communicate()


def test_a_run_is_not_hidden_by_a_network3_py_in_the_current_folder(folder):
    (planned,) = runner.plan(folder / "runs", ["shallow"])
    runner.prepare([planned], resume=False)
    (planned.folder / "done.json").write_text("{}")  # so that the process has nothing to do
    (folder / "network3.py").touch()
    with runner.start(planned, alone=True) as process:
        assert process.wait() == 0, (planned.folder / "log.txt").read_text()


def test_a_run_that_another_command_has_finished_is_not_repeated(folder):
    (planned,) = runner.plan(folder / "runs", ["shallow"], epochs=2)
    runner.prepare([planned], resume=False)
    with runner.Runner([planned], jobs=1) as commands:
        perform(planned.folder)
        names = ["history.json", "net.safetensors", "done.json"]
        before = [(planned.folder / name).stat().st_mtime_ns for name in names]
        for _ in commands.work():
            pass
    assert [(planned.folder / name).stat().st_mtime_ns for name in names] == before
    assert not commands.failed


def test_a_run_that_fails_names_its_log(folder, capsys):
    (folder / "broken.csv").write_text("no numbers")
    assert main(["experiments", "run", "shallow", "--data", "broken.csv"]) == 1
    log = Path("runs", "shallow", "run-0", "log.txt")
    assert f"1 of 1 runs failed: see {log}" in capsys.readouterr().err
    assert "broken.csv" in (folder / "runs" / "shallow" / "run-0" / "log.txt").read_text()


def test_a_run_interrupted_after_its_last_epoch_keeps_the_net_of_that_epoch(folder, monkeypatch):
    alone, stopped = (runner.plan(folder / out, ["shallow"], epochs=3)[0] for out in "ab")
    runner.prepare([alone, stopped], resume=False)
    perform(alone.folder)

    save, calls = Network.save, iter([True])

    def interrupted(net, path):
        if next(calls, False):
            raise KeyboardInterrupt
        save(net, path)

    monkeypatch.setattr(Network, "save", interrupted)
    with pytest.raises(KeyboardInterrupt):
        perform(stopped.folder)
    perform(stopped.folder)
    for name in ("net.safetensors", "best.safetensors"):
        wanted, found = (network3.load(run.folder / name) for run in (alone, stopped))
        for a, b in zip(wanted.params, found.params, strict=True):
            np.testing.assert_array_equal(a.get_value(), b.get_value())

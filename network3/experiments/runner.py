"""Plan and perform runs of experiments, each in a separate process, several at a time."""

import contextlib
import itertools
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from network3.data.files import replace
from network3.experiments.run import DONE, HISTORY, RUN, TAKEN, read_json
from network3.nets.catalogue import EXPERIMENTS, spelt

LOG = "log.txt"
GRACE = 10.0  # seconds to wait for processes that are told to end, or of a killed command


@dataclass(frozen=True)
class Planned:
    """A planned run and its folder.

    Attributes
    ----------
    folder : Path
    settings : dict
        The contents of run.json: experiment, seed, and those of epochs, eta, lmbda and data that
        differ from the experiment's.
    """

    folder: Path
    settings: dict[str, Any]

    @property
    def name(self) -> str:
        """The name of the run, such as "shallow/run-0"."""
        return f"{self.folder.parent.name}/{self.folder.name}"

    @property
    def epochs(self) -> int:
        return self.settings.get("epochs", EXPERIMENTS[self.settings["experiment"]].epochs)

    def is_done(self) -> bool:
        return (self.folder / DONE).exists()

    def history(self) -> dict[str, list[Any]]:
        """Return the columns of the history so far."""
        try:
            return json.loads((self.folder / HISTORY).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {"epoch": [], "validation_accuracy": [], "seconds": []}


def plan(
    out: Path,
    names: Iterable[str],
    runs: int = 1,
    seed: int = 0,
    sweep: Mapping[str, Sequence[float]] | None = None,
    **settings: Any,
) -> list[Planned]:
    """Plan runs of experiments with the seeds seed, seed + 1, ...

    Parameters
    ----------
    out : Path
        The folder of all runs.
    names : iterable of str
        The experiments.
    runs : int
        The number of runs of each experiment.
    seed : int
        The seed of the first run.
    sweep : {setting: values}, optional
        Repeat all runs for each combination of these values.
    **settings
        Settings of all runs, such as ``epochs=3``.

    Raises
    ------
    ValueError
        If an experiment is unknown, or an experiment or value is listed twice.
    """
    planned = []
    for name in map(spelt, names):
        for values in itertools.product(*(sweep or {}).values()):
            chosen = dict(zip(sweep or (), values, strict=True))
            folder = ",".join([name, *(f"{key}={_short(v)}" for key, v in chosen.items())])
            planned += [
                Planned(
                    out / folder / f"run-{k}",
                    {"experiment": name, "seed": seed + k, **settings, **chosen},
                )
                for k in range(runs)
            ]
    folders = [run.folder for run in planned]
    twice = sorted({path for path in folders if folders.count(path) > 1})
    if twice:
        raise ValueError(f"{twice[0]} is planned twice: give every experiment and value once")
    return planned


def _short(value: float) -> str:
    """Return a short form of a number, such as 0.1 or 1, that no other number has."""
    return f"{value:g}" if float(f"{value:g}") == value else repr(value)


def prepare(planned: Iterable[Planned], resume: bool) -> None:
    """Create the folders of runs, each with its run.json.

    Raises
    ------
    FileExistsError
        If a folder already has a run and `resume` is false, or if it has a run with other settings.
    ValueError
        If the run.json of an earlier run is damaged.
    """
    planned = list(planned)
    for run in planned:
        if not (run.folder / RUN).exists():
            continue
        before = read_json(run.folder / RUN)
        if not resume:
            raise FileExistsError(
                f"{run.folder} already has a run: add --resume to continue it, or give another "
                f"--out"
            )
        if before != run.settings:
            raise FileExistsError(
                f"{run.folder} has a run with other settings, {before} and not {run.settings}: "
                f"use the same settings, or another --out"
            )
    for run in planned:
        run.folder.mkdir(parents=True, exist_ok=True)
        replace(run.folder / RUN, json.dumps(run.settings).encode())


class Runner:
    """Perform the unfinished runs in separate processes, at most `jobs` at a time.

    Attributes
    ----------
    failed : list of Planned
        The runs whose processes ended before the runs were done.
    """

    def __init__(self, planned: Iterable[Planned], jobs: int) -> None:
        self.waiting = [run for run in planned if not run.is_done()]
        self.jobs = jobs
        self.running: list[tuple[Planned, subprocess.Popen]] = []
        self.failed: list[Planned] = []

    def __enter__(self) -> "Runner":
        return self

    def __exit__(self, *exception: Any) -> None:
        """Stop the running runs; another runner continues them from their checkpoints."""
        for _, process in self.running:
            process.terminate()
        for _, process in self.running:
            await_end(process)

    def is_running(self, run: Planned) -> bool:
        return any(run == other for other, _ in self.running)

    def work(self, pause: float = 0.5) -> Iterator[None]:
        """Perform all runs, and yield to the caller every `pause` seconds.

        Raises
        ------
        BlockingIOError
            If another command's process trains in the folder of a run, and does not end within
            GRACE seconds.
        """
        while self.waiting or self.running:
            while self.waiting and len(self.running) < self.jobs:
                run = self.waiting.pop(0)
                self.running.append((run, start(run, alone=self.jobs == 1)))
            yield
            time.sleep(pause)
            ended = [pair for pair in self.running if pair[1].poll() is not None]
            for pair in ended:
                run, process = pair
                process.communicate()  # closes the pipe to its input
                self.running.remove(pair)
                if process.returncode == TAKEN:
                    raise BlockingIOError(
                        f"{run.folder}: another process is training in this folder: wait until it "
                        f"ends"
                    )
                if not run.is_done():
                    self.failed.append(run)
        yield


def start(run: Planned, alone: bool) -> subprocess.Popen:
    """Start the process of a run, which ends when its standard input is closed.

    It exits with the code TAKEN if another process trains in that folder, on this machine or on one
    that shares the folder, and does not end within GRACE seconds.

    Parameters
    ----------
    run : Planned
        A run whose folder is prepared.
    alone : bool
        If true, the process may use all cores; otherwise it uses one thread.
    """
    path = run.folder / LOG
    with path.open("ab") as log:
        os.utime(path)  # shows that the run has started
        return subprocess.Popen(
            [
                sys.executable,
                "-u",  # so that the log is complete even if the run is killed
                "-P",  # the current folder may contain a program's own network3.py
                "-m",
                "network3.experiments.run",
                str(run.folder),
                "--end-with-input",
                f"--wait={GRACE}",
            ],
            env=dict(os.environ) if alone else {**os.environ, "OMP_NUM_THREADS": "1"},
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
        )


def await_end(process: subprocess.Popen) -> None:
    """Wait until the process of a run that was told to terminate has written its checkpoint.

    If it takes longer than GRACE seconds, its input is closed, and it ends without a checkpoint.
    """
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(GRACE)
    process.communicate()

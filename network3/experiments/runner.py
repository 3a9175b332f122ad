"""Many runs of experiments, each a process of its own, as many at a time as are wanted."""

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

from network3.experiments.run import DONE, HISTORY, RUN, TAKEN, read_json
from network3.nets.catalogue import EXPERIMENTS, spelt
from network3.storage.files import replace

LOG = "log.txt"
GRACE = 10.0  # seconds that the processes of a command that was killed have to end


@dataclass(frozen=True)
class Planned:
    """A run that is to be, and its folder.

    Attributes
    ----------
    folder : Path
    settings : dict
        What run.json says: experiment, seed, and what differs from the experiment's own epochs,
        eta, lmbda, data.
    """

    folder: Path
    settings: dict[str, Any]

    @property
    def name(self) -> str:
        """The run as tables call it, "shallow/run-0"."""
        return f"{self.folder.parent.name}/{self.folder.name}"

    @property
    def epochs(self) -> int:
        return self.settings.get("epochs", EXPERIMENTS[self.settings["experiment"]].epochs)

    def is_done(self) -> bool:
        return (self.folder / DONE).exists()

    def history(self) -> dict[str, list[Any]]:
        """The columns of the epochs so far."""
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
    """The runs of experiments, with the seeds seed, seed + 1, ..., once for every combination of
    the values in `sweep`.

    Raises
    ------
    ValueError
        For experiments that are not known, and for what stands twice.
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
        raise ValueError(f"{twice[0]} would be trained twice: give every experiment and value once")
    return planned


def _short(value: float) -> str:
    """0.1 and not 0.10000000, 1 and not 1.0; but two numbers are never written alike."""
    return f"{value:g}" if float(f"{value:g}") == value else repr(value)


def prepare(planned: Iterable[Planned], resume: bool) -> None:
    """Makes the folders of runs, and says in each what is to be done.

    Raises
    ------
    FileExistsError
        Where a run was begun before, unless it is to go on, and where it was begun otherwise.
    ValueError
        Where what a run was begun with is damaged.
    """
    planned = list(planned)
    for run in planned:
        if not (run.folder / RUN).exists():
            continue
        before = read_json(run.folder / RUN)
        if not resume:
            raise FileExistsError(f"{run.folder} has a run: --resume goes on with it")
        if before != run.settings:
            raise FileExistsError(
                f"{run.folder} has a run with other settings, {before} and not {run.settings}: "
                f"use the same, or another --out"
            )
    for run in planned:
        run.folder.mkdir(parents=True, exist_ok=True)
        replace(run.folder / RUN, json.dumps(run.settings).encode())


class Runner:
    """Starts processes for runs that are not done, at most `jobs` at once.

    Attributes
    ----------
    failed : list of Planned
        Whose process ended without being done.
    """

    def __init__(self, planned: Iterable[Planned], jobs: int) -> None:
        self.waiting = [run for run in planned if not run.is_done()]
        self.jobs = jobs
        self.running: list[tuple[Planned, subprocess.Popen]] = []
        self.failed: list[Planned] = []

    def __enter__(self) -> "Runner":
        return self

    def __exit__(self, *exception: Any) -> None:
        """Ends what still runs; every run goes on from its checkpoint another time."""
        for _, process in self.running:
            process.terminate()
        for _, process in self.running:
            await_end(process)

    def is_running(self, run: Planned) -> bool:
        return any(run == other for other, _ in self.running)

    def work(self, pause: float = 0.5) -> Iterator[None]:
        """Runs everything, and comes back to the caller from time to time.

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
                process.communicate()  # closes its input
                self.running.remove(pair)
                if process.returncode == TAKEN:
                    raise BlockingIOError(
                        f"{run.folder}: a process that was started before trains there: wait until "
                        f"it ends"
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
        os.utime(path)  # for those who watch the folder
        return subprocess.Popen(
            [
                sys.executable,
                "-u",  # so that the log has what was printed before a run is killed
                "-P",  # the current folder may hold a program's own network3.py
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

    One that takes longer than GRACE seconds ends without, because its input is closed then.
    """
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(GRACE)
    process.communicate()

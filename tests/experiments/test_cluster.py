"""Runs on a Dask cluster: real processes on the loopback address, some of which are killed."""

import contextlib
import json
import os
import shlex
import signal
import subprocess
import sys

import psutil
import pytest
from easy_images import write_images
from waiting import wait_for, wait_until

from network3.cli import main
from network3.experiments import cluster, runner

pytestmark = pytest.mark.process

RUN = ["experiments", "run", "shallow", "--seed", "3"]
LONG = "200"  # epochs of about 10 ms each, to be interrupted in the middle


class Dask:
    """A scheduler and workers, each in a process."""

    def __init__(self, folder, processes, **config):
        self.folder, self.processes = folder, processes
        self.environment = {**os.environ, **config}
        self.file = folder / "scheduler.json"
        self.scheduler = self._start("scheduler", "--port", "0")
        wait_for(self.file)
        self.address = json.loads(self.file.read_text())["address"]

    def worker(self, threads=1):
        return self._start("worker", "--no-nanny", "--nthreads", str(threads))

    def _start(self, what, *arguments):
        process = subprocess.Popen(
            [sys.executable, "-m", "dask", what, *arguments]
            + ["--scheduler-file", str(self.file), "--host", "127.0.0.1", "--no-dashboard"],
            cwd=self.folder,
            env=self.environment,
            stderr=subprocess.DEVNULL,
        )
        self.processes.callback(process.wait)
        self.processes.callback(process.kill)
        return process


@pytest.fixture
def processes():
    with contextlib.ExitStack() as stack:
        yield stack


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """Start a cluster with a single thread, and yield its address."""
    folder = tmp_path_factory.mktemp("small")
    write_images(folder / "mnist.pkl.gz")
    with contextlib.ExitStack() as stack:
        dask = Dask(folder, stack)
        dask.worker()
        yield dask.address


# A shell may start its processes with SIGINT ignored.
PROGRAM = """\
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from network3.cli import main
sys.exit(main(sys.argv[1:]))
"""


def start(processes, *arguments):
    """Start `network3 experiments run shallow` in a process."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *RUN, *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    processes.callback(process.wait)
    processes.callback(process.kill)
    return process


def training_in(worker, folder):
    """Return the process of a worker that trains in a folder; None if there is none."""
    children = psutil.Process(worker.pid).children()
    return next((child for child in children if str(folder) in child.cmdline()), None)


def resume(process):
    with contextlib.suppress(psutil.NoSuchProcess):
        process.resume()


def is_gone(process):
    try:
        return process.status() == psutil.STATUS_ZOMBIE  # a container may not reap its zombies
    except psutil.NoSuchProcess:
        return True


def test_a_run_whose_worker_is_killed_continues_on_another(folder, processes):
    assert main([*RUN, "--runs", "2", "--jobs", "2", "--epochs", LONG, "--out", "alone"]) == 0

    dask = Dask(folder, processes)
    workers = [dask.worker(), dask.worker()]
    options = "--runs", "2", "--epochs", LONG, "--scheduler", dask.address, "--out", "killed"
    command = start(processes, *options)
    run, other = (folder / "killed" / "shallow" / name for name in ("run-0", "run-1"))
    wait_for(run / "training.checkpoint")
    ((training, worker),) = (
        (found, worker) for worker in workers if (found := training_in(worker, run))
    )
    training.suspend()  # it cannot end, and no second process may train in its folder
    processes.callback(resume, training)
    assert not (run / "done.json").exists()
    worker.kill()
    wait_for(other / "done.json")
    training.resume()
    wait_until(lambda: is_gone(training), "the end of the process whose worker was killed")
    _, errors = command.communicate()
    assert command.returncode == 0, errors

    for name in ("run-0", "run-1"):
        histories = [
            json.loads((folder / out / "shallow" / name / "history.json").read_text())
            for out in ("alone", "killed")
        ]
        assert histories[0]["cost"] == histories[1]["cost"]
        assert histories[0]["test_accuracy"] == histories[1]["test_accuracy"]
    log = (run / "log.txt").read_text()
    assert log.count("Epoch 0:") == log.count("Epoch 199:") == 1, "it went on"


def test_an_interrupted_command_ends_its_runs_and_can_be_resumed(folder, small, processes):
    options = "--epochs", LONG, "--scheduler", small
    command = start(processes, *options)
    run = folder / "runs" / "shallow" / "run-0"
    wait_for(run / "training.checkpoint")
    command.send_signal(signal.SIGINT)
    _, errors = command.communicate()
    assert command.returncode == 130
    resumed = shlex.join(["network3", *RUN, *options, "--resume"])
    assert errors.splitlines()[-1] == f"network3: Interrupted; to continue: {resumed}"
    assert not (run / "done.json").exists()
    # The second command waits until the training of the first has ended.
    assert main([*RUN, *options, "--resume"]) == 0
    log = (run / "log.txt").read_text()
    assert log.count("Epoch 0:") == log.count("Epoch 199:") == 1, "it went on"


def test_a_run_that_fails_on_a_worker_names_its_log(folder, small, capsys):
    (folder / "broken.csv").write_text("no numbers")
    assert main([*RUN, "--data", "broken.csv", "--scheduler", small]) == 1
    assert "1 of 1 runs failed: see runs/shallow/run-0/log.txt" in capsys.readouterr().err
    assert "broken.csv" in (folder / "runs" / "shallow" / "run-0" / "log.txt").read_text()


def test_a_worker_that_does_not_see_the_folder_says_so(folder, small):
    planned = runner.plan(folder / "not_shared", ["shallow"])
    with cluster.Cluster(planned, small) as work, pytest.raises(OSError, match="does not see"):
        list(work.work())


@pytest.mark.parametrize(
    ("killed", "sentence"),
    [("worker", "Too many workers of the scheduler at"), ("scheduler", "is gone")],
)
def test_a_dead_scheduler_or_worker_is_reported(killed, sentence, folder, processes):
    config = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}
    dask = Dask(folder, processes, **config)
    worker = dask.worker(threads=2)
    command = start(processes, "--epochs", "100000", "--scheduler", dask.address)
    run = folder / "runs" / "shallow" / "run-0"
    wait_for(run / "training.checkpoint")
    training = training_in(worker, run)
    (worker if killed == "worker" else dask.scheduler).kill()
    _, errors = command.communicate()
    assert command.returncode == 1
    assert errors.splitlines()[-1].startswith("network3: ")
    assert sentence in errors.splitlines()[-1]
    wait_until(lambda: is_gone(training), "the end of the training")


def test_an_address_that_nobody_listens_on_is_one_sentence(folder, monkeypatch, capsys):
    monkeypatch.setattr(cluster, "TIMEOUT", 0.5)
    assert main([*RUN, "--scheduler", "tcp://127.0.0.1:9"]) == 1
    assert "No scheduler answers at tcp://127.0.0.1:9: start one" in capsys.readouterr().err
    assert not (folder / "runs").exists()
    assert main([*RUN, "--scheduler", "no address"]) == 1
    assert "'no address' is not the address of a scheduler" in capsys.readouterr().err


def test_a_scheduler_without_workers_is_one_sentence(folder, processes, monkeypatch, capsys):
    dask = Dask(folder, processes)
    monkeypatch.setattr(cluster, "TIMEOUT", 1)
    assert main([*RUN, "--scheduler", dask.address]) == 1
    assert "has no workers: start some with `dask worker tcp://" in capsys.readouterr().err


def test_without_the_extra_a_sentence_names_it(folder, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "dask.distributed", None)
    monkeypatch.delitem(sys.modules, "network3.experiments.cluster")
    assert main([*RUN, "--scheduler", "tcp://127.0.0.1:9"]) == 1
    assert "pip install joblib 'dask[distributed]'" in capsys.readouterr().err

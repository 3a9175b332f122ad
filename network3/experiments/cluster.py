"""Distribute runs over a cluster: joblib sends them to the workers of a Dask scheduler.

All machines must see the folder of the runs under the same path. A worker starts the same process
for a run as a single machine does. If a worker dies, its processes end, and its runs continue from
their checkpoints on other workers. Needs ``pip install joblib 'dask[distributed]'``, on the
workers, too.
"""

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

try:
    import joblib
    from dask.distributed import Client, KilledWorker, get_client, get_worker
except ImportError as error:
    raise ImportError(
        "Runs on a cluster need joblib and Dask: pip install joblib 'dask[distributed]'"
    ) from error

from network3.experiments.run import RUN, TAKEN
from network3.experiments.runner import LOG, Planned, await_end, start

TIMEOUT = 10.0  # seconds to wait for a scheduler's answer
PAUSE = 0.2


class Cluster:
    """Perform the unfinished runs on a scheduler's workers, one run on each of their threads.

    Parameters
    ----------
    planned : list of Planned
    scheduler : str
        The scheduler's address, such as "tcp://192.0.2.7:8786".
    jobs : int, optional
        The largest number of runs at the same time. By default, the number of threads of all
        workers.

    Attributes
    ----------
    failed : list of Planned
        The runs whose processes ended before the runs were done.

    Raises
    ------
    ConnectionError
        If no scheduler answers, or it has no workers.
    ValueError
        If `scheduler` is not an address.
    """

    def __init__(self, planned: Iterable[Planned], scheduler: str, jobs: int | None = None) -> None:
        self.planned = [run for run in planned if not run.is_done()]
        self.scheduler = scheduler
        self.jobs = jobs
        self.failed: list[Planned] = []
        self.client = _client(scheduler)
        self._error: Exception | None = None
        self._begun_before = [_begun(run) for run in self.planned]

    def __enter__(self) -> "Cluster":
        return self

    def __exit__(self, *exception: Any) -> None:
        """Stop the running runs; another cluster continues them from their checkpoints."""
        self.client.close()

    def is_running(self, run: Planned) -> bool:
        """Return true if a worker has started the run, judging by the log in its folder."""
        before = dict(zip((run.folder for run in self.planned), self._begun_before, strict=True))
        return _begun(run) != before.get(run.folder, _begun(run))

    def work(self, pause: float = 0.5) -> Iterator[None]:
        """Perform all runs, and yield to the caller every `pause` seconds.

        Raises
        ------
        ConnectionError
            If the connection to the scheduler is lost, or too many workers have died.
        OSError
            If a worker does not see the folder of a run.
        """
        # Use a thread, because after such an error joblib would wait for ever.
        thread = threading.Thread(target=self._perform_all, daemon=True)
        thread.start()
        while thread.is_alive():
            yield
            thread.join(pause)
            self._check()
        if self._error is not None:
            raise self._error
        yield

    def _perform_all(self):
        try:
            with joblib.parallel_config(backend="dask"):
                parallel = joblib.Parallel(
                    n_jobs=-1,
                    batch_size=1,
                    pre_dispatch=self.jobs or "all",
                    return_as="generator_unordered",
                )
                ended = parallel(
                    joblib.delayed(perform)(k, replace(run, folder=run.folder.absolute()))
                    for k, run in enumerate(self.planned)
                )
                for k, done in ended:
                    if not done:
                        self.failed.append(self.planned[k])
        except Exception as error:
            self._error = error

    def _check(self):
        if self.client.status != "running":
            for name in ("distributed.client", "distributed.utils"):
                # They would log tracebacks of the same error.
                logging.getLogger(name).setLevel(logging.CRITICAL)
            raise ConnectionError(
                f"The scheduler at {self.scheduler} is gone: start another one, and continue the "
                f"runs with --resume"
            )
        if any(isinstance(task.exception, KilledWorker) for task in self.client.futures.values()):
            raise ConnectionError(
                f"Too many workers of the scheduler at {self.scheduler} died: see their logs, and "
                f"continue the runs with --resume"
            )


def perform(number: int, run: Planned) -> tuple[int, bool]:
    """Perform a run on the worker that calls this.

    Returns
    -------
    (int, bool)
        The number of the run, and true if it is done.

    Raises
    ------
    FileNotFoundError
        If the worker does not see the folder of the run.
    """
    try:
        worker = get_worker()
    except ValueError:  # joblib calls this locally if the cluster has a single thread
        return get_client().submit(perform, number, run, pure=False).result()
    if not (run.folder / RUN).exists():
        raise FileNotFoundError(
            f"{socket.gethostname()} does not see {run.folder}: all workers must see the folder of "
            f"the runs under this path"
        )
    _perform(run, _still_wanted(worker))
    return number, run.is_done()


def _perform(run: Planned, is_wanted: Callable[[], bool]) -> None:
    while is_wanted() and not run.is_done():
        process = start(run, alone=False)
        while process.poll() is None and is_wanted():
            time.sleep(PAUSE)
        process.terminate()
        await_end(process)
        if process.returncode != TAKEN:  # by a worker that Dask believes dead, but that still runs
            return


def _still_wanted(worker):
    """Return a function that tells whether the worker's current task is still wanted.

    Dask does not interrupt a task whose client or scheduler is gone, but its worker knows.
    """
    key = worker.get_current_task()

    def is_wanted():
        task = worker.state.tasks.get(key)
        serves = worker.status.name in ("running", "paused")
        return serves and task is not None and task.state in ("executing", "long-running")

    return is_wanted


def _client(scheduler):
    try:
        client = Client(scheduler, timeout=TIMEOUT)
    except OSError as error:
        raise ConnectionError(
            f"No scheduler answers at {scheduler}: start one with `dask scheduler`, and give the "
            f"address that it prints"
        ) from error
    except (ValueError, TypeError) as error:
        raise ValueError(
            f"{scheduler!r} is not the address of a scheduler: it must look like "
            f"tcp://192.0.2.7:8786"
        ) from error
    try:
        client.wait_for_workers(1, timeout=TIMEOUT)
    except TimeoutError as error:
        client.close()
        raise ConnectionError(
            f"The scheduler at {scheduler} has no workers: start some with "
            f"`dask worker {scheduler}`"
        ) from error
    return client


def _begun(run):
    """Return the time when the run's process last started or wrote to its log; None if never."""
    try:
        return (run.folder / LOG).stat().st_mtime_ns
    except FileNotFoundError:
        return None

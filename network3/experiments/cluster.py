"""Many runs on a cluster: joblib hands them to the workers of a Dask scheduler.

All machines must see the folder of the runs under one path. On a worker a run is the process that
it is on a single machine. A worker that dies takes its processes along, and its runs go on from
their checkpoints on other workers. Needs `pip install 'network3[cluster]'`, on the workers too.
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
        "Runs on a cluster need joblib and dask: install them with pip install 'network3[cluster]'"
    ) from error

from network3.experiments.run import RUN, TAKEN
from network3.experiments.runner import LOG, Planned, await_end, start

TIMEOUT = 10.0  # seconds within which a scheduler answers
PAUSE = 0.2


class Cluster:
    """Runs what is not done on the workers of a scheduler, one run on each of their threads, at
    most `jobs` at once.

    Parameters
    ----------
    planned : list of Planned
    scheduler : str
        Its address, such as "tcp://192.0.2.7:8786".
    jobs : int, optional
        As many as the workers have threads by default.

    Attributes
    ----------
    failed : list of Planned
        Whose process ended without being done.

    Raises
    ------
    ConnectionError
        Where no scheduler answers, or one without workers.
    ValueError
        For what is no address.
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
        """Ends what still runs; every run goes on from its checkpoint another time."""
        self.client.close()

    def is_running(self, run: Planned) -> bool:
        """Whether a worker has begun with it, as far as the folder tells."""
        before = dict(zip((run.folder for run in self.planned), self._begun_before, strict=True))
        return _begun(run) != before.get(run.folder, _begun(run))

    def work(self, pause: float = 0.5) -> Iterator[None]:
        """Runs everything, and comes back to the caller from time to time.

        Raises
        ------
        ConnectionError
            When the scheduler is gone, or too many workers have died.
        OSError
            Where a worker does not see the folder of a run.
        """
        # In a thread, for joblib waits for ever when one of these errors comes.
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
                # They log tracebacks of what the sentence says.
                logging.getLogger(name).setLevel(logging.CRITICAL)
            raise ConnectionError(
                f"The scheduler at {self.scheduler} is gone: the runs go on with another one and "
                f"--resume"
            )
        if any(isinstance(task.exception, KilledWorker) for task in self.client.futures.values()):
            raise ConnectionError(
                f"Too many workers of the scheduler at {self.scheduler} died: see their logs; the "
                f"runs go on with --resume"
            )


def perform(number: int, run: Planned) -> tuple[int, bool]:
    """Performs a run on the worker that this is called on.

    Returns
    -------
    its number, and whether it is done

    Raises
    ------
    FileNotFoundError
        Where the worker does not see the folder of the run.
    """
    try:
        worker = get_worker()
    except ValueError:  # joblib calls here, not there, where the cluster has a single thread
        return get_client().submit(perform, number, run, pure=False).result()
    if not (run.folder / RUN).exists():
        raise FileNotFoundError(
            f"{socket.gethostname()} does not see {run.folder}: all workers must see the folder of "
            f"the runs under this path"
        )
    _perform(run, _whether_wanted(worker))
    return number, run.is_done()


def _perform(run: Planned, is_wanted: Callable[[], bool]) -> None:
    while is_wanted() and not run.is_done():
        process = start(run, alone=False)
        while process.poll() is None and is_wanted():
            time.sleep(PAUSE)
        process.terminate()
        await_end(process)
        if process.returncode != TAKEN:  # by a worker that is given up and still lives
            return


def _whether_wanted(worker):
    """Dask does not interrupt a task whose client or scheduler is gone, but the worker knows."""
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
            f"{scheduler!r} is no address of a scheduler, which looks like tcp://192.0.2.7:8786"
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
    """When a process was last started or wrote something, None if never."""
    try:
        return (run.folder / LOG).stat().st_mtime_ns
    except FileNotFoundError:
        return None

"""Perform one run of an experiment, in a separate process.

The command is ``python -m network3.experiments.run FOLDER``. With ``--end-with-input`` the process
ends when its standard input is closed, as when its parent dies. Two processes must not train in one
folder: the second one waits for the seconds given by ``--wait``, by default 0, and then exits with
the code TAKEN. After Ctrl-C or SIGTERM the process writes a checkpoint and ends.

FOLDER contains run.json, the settings of the run. The run writes::

    history.json         a row for each epoch, written after each epoch
    training.checkpoint  the state of the training; a new process continues from it
    net.safetensors      the trained network, with the parameters of the last epoch
    best.safetensors     the network of the epoch with the best validation accuracy
    predictions.npz      the best network's predictions for the test images, and the labels
    log.txt              the output of the run (written by the parent process)
    lock                 locked by the process that trains
    done.json            the versions and the machine; written when the run is done
"""

import argparse
import contextlib
import io
import json
import os
import platform
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout

from network3.data.expansion import expand
from network3.data.files import replace
from network3.data.mnist import load_data_shared
from network3.data.sharing import share
from network3.engine import backend
from network3.nets.book import MINI_BATCH_SIZE
from network3.nets.catalogue import EXPERIMENTS
from network3.storage.versions import versions
from network3.training import checkpoint

DONE, HISTORY, RUN = "done.json", "history.json", "run.json"
CHECKPOINT, LOCK = "training.checkpoint", "lock"
TAKEN = 75  # the exit code if another process trains in the folder


class KeepHistory:
    """A callback that writes the history after each epoch, so that others can watch the run."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / HISTORY

    def on_epoch_end(self, net, history):
        replace(self.path, (history.to_json() + "\n").encode())


def perform(folder: Path) -> None:
    """Perform the run that run.json in a folder describes.

    An interrupted run continues from its checkpoint. If the run is done, nothing happens.

    Raises
    ------
    ValueError
        If run.json is damaged.
    """
    if (folder / DONE).exists():  # another command finished it and removed the checkpoint
        return
    settings = read_json(folder / RUN)
    experiment = EXPERIMENTS[settings["experiment"]]
    np.random.seed(settings["seed"])
    training_data, validation_data, test_data = load_data_shared(
        settings.get("data", "mnist.pkl.gz")
    )
    if experiment.expanded:  # before the network is built, so that a resumed run has the same order
        images, labels = (np.asarray(x.get_value(borrow=True)) for x in training_data)
        training_data = share(*expand(images, labels))
    net = experiment.build(MINI_BATCH_SIZE)
    history = net.SGD(
        training_data,
        settings.get("epochs", experiment.epochs),
        MINI_BATCH_SIZE,
        settings.get("eta", experiment.eta),
        validation_data,
        test_data,
        settings.get("lmbda", experiment.lmbda),
        callbacks=[KeepHistory(folder)],
        checkpoint=folder / CHECKPOINT,
        resume=True,
        restore_best_weights=True,
    )
    replace(folder / HISTORY, (history.to_json() + "\n").encode())
    net.save(folder / "best.safetensors")
    predicted = net.predict(test_data[0]).astype(np.int8)
    predictions = io.BytesIO()
    np.savez_compressed(predictions, predicted=predicted, labels=test_data[1].eval())
    replace(folder / "predictions.npz", predictions.getvalue())
    # The checkpoint has the parameters of the last epoch, even if this line runs a second time.
    checkpoint.read(folder / CHECKPOINT, net.trainer, net.trainer.state.batches)
    net.save(folder / "net.safetensors")
    made_by = {
        "backend": "JAX" if backend.gpu() else "C++",
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        **versions("pytensor"),
    }
    replace(folder / DONE, json.dumps(made_by).encode())
    (folder / CHECKPOINT).unlink()


def read_json(path: Path) -> Any:
    """Read one of the JSON files of a run.

    Raises
    ------
    ValueError
        If the file is damaged.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path} is damaged ({error}): remove that run") from None


def _end_with_input():
    if sys.platform == "win32":
        _wait_for_the_end_of_a_pipe()
    else:
        sys.stdin.read()
    os._exit(1)  # the same as being killed, which a run survives at any moment


def _wait_for_the_end_of_a_pipe():
    """Wait until standard input is closed, on Windows.

    A blocking read would not do: while one thread reads from a pipe on Windows, every other thread
    that queries the pipe waits, and loading NumPy's libraries queries it.
    """
    import _winapi
    import msvcrt

    pipe = msvcrt.get_osfhandle(sys.stdin.fileno())
    with contextlib.suppress(BrokenPipeError):
        while True:
            _winapi.PeekNamedPipe(pipe, 0)
            time.sleep(0.2)


def _main():
    parser = argparse.ArgumentParser(prog="python -m network3.experiments.run")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--end-with-input", action="store_true")
    parser.add_argument("--wait", type=float, default=0)
    args = parser.parse_args()
    if args.end_with_input:
        threading.Thread(target=_end_with_input, daemon=True).start()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with FileLock(args.folder / LOCK, timeout=args.wait):
            perform(args.folder)
    except Timeout:
        sys.exit(TAKEN)
    except KeyboardInterrupt:
        sys.exit("Interrupted.")


if __name__ == "__main__":
    _main()

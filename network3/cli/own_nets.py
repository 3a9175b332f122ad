"""Load saved networks, and networks that a Python file defines."""

import os
import runpy
import sys
import traceback
from pathlib import Path

import network3
from network3.storage.loading import Unbuildable


def add_net_argument(parser):
    """Add --net, for the commands that load a network."""
    parser.add_argument(
        "--net",
        metavar="PYFILE",
        help="the Python file that defines the network, if it has layers or functions of your own; "
        "it is run, so let it train only below if __name__ == '__main__'",
    )


def load(args, path):
    """Return the network saved at `path`; if --net is given, that file builds it."""
    if args.net:
        net = run_file(args.net)
        net.load_weights(path)
        return net
    try:
        return network3.load(path)
    except Unbuildable as error:
        raise ValueError(
            f"{error.reason}: give the Python file that it was trained from, --net FILE.py"
        ) from error


def run_file(path):
    """Return the `net` that a Python file defines; errors name the line of the file."""
    if not os.path.exists(path):
        raise FileNotFoundError(f"There is no file {path}: give a Python file that defines `net`.")
    if os.path.isdir(path):
        raise IsADirectoryError(f"{path} is a folder: give a Python file that defines `net`.")
    sys.path.insert(0, str(Path(path).absolute().parent))  # as if Python ran the file
    try:
        net = runpy.run_path(path).get("net")
    except (Exception, SystemExit) as error:
        lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == path]
        line = lines[-1] if lines else getattr(error, "lineno", None)
        where = path if line is None else f"{path}, line {line}"
        raise ValueError(f"{where}: {type(error).__name__}: {error}") from error
    if not isinstance(net, network3.Network):
        raise ValueError(
            f"{path} defines {'no' if net is None else type(net).__name__ + ' as'} `net`: it must "
            "define net = Network([...], mini_batch_size)."
        )
    return net

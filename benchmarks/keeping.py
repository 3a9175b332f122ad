"""What do a progress bar, a history and a checkpoint after each epoch cost?

    python benchmarks/keeping.py [--net basic_conv] [--epochs 3] [--rounds 7]

One process trains a network by `Network.SGD` in turn with the book's lines alone and with
everything, on a terminal that is simulated. Prints the median seconds for an epoch, the median of
the ratios of the rounds, and the seconds for writing a checkpoint.
"""

import argparse
import contextlib
import io
import statistics
import sys
import tempfile
import time
from pathlib import Path

from nets import NETS, mnist, network
from report import table

import network3
from network3.training import checkpoint


class Terminal(io.StringIO):
    def isatty(self):
        return True


def seconds(trained, net, data, epochs, **settings):
    """Return the seconds for an epoch, including evaluation."""
    start = time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()):
        trained.SGD(data[0], epochs, 10, net.eta, *data[1:], net.lmbda, **settings)
    return (time.perf_counter() - start) / epochs


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--net", choices=NETS, default="basic_conv")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=7)
    args = parser.parse_args()
    network3.GPU = False
    net = NETS[args.net]()
    trained = network(net)
    data = [network3.share(*pair) for pair in mnist()]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "checkpoint"
        everything = {"verbose": "both", "checkpoint": path}
        pairs = []
        stderr, sys.stderr = sys.stderr, Terminal()
        try:
            for _ in range(args.rounds + 1):
                pairs.append(
                    [
                        seconds(trained, net, data, args.epochs, **settings)
                        for settings in ({}, everything)
                    ]
                )
        finally:
            sys.stderr = stderr
        start = time.perf_counter()
        for _ in range(20):
            checkpoint.write(path, trained.trainer)
        writing = (time.perf_counter() - start) / 20
    without, with_all = zip(*pairs[1:], strict=True)  # the first round compiles
    ratio = statistics.median(b / a for a, b in pairs[1:])
    row = [args.net, statistics.median(without), statistics.median(with_all), ratio, writing]
    print(table(["net", "without, s", "with, s", "ratio", "writing a checkpoint, s"], [row]))


if __name__ == "__main__":
    main()

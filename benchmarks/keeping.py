"""What do a progress bar, a history and a checkpoint after each epoch cost? And Live?

    python benchmarks/keeping.py [--net basic_conv] [--epochs 3] [--rounds 7] [--live]

One process trains a network by `Network.SGD` in turn with the book's lines alone and with
everything, on a terminal that is simulated. Prints the median seconds for an epoch, the median of
the ratios of the rounds, the ratio of the minimum times, and the seconds for writing a checkpoint.

With `--live` the process is a Jupyter kernel, and trains in turn without and with
`network3.widgets.Live`, which sends its messages although no page reads them.
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


def compare(args, settings, others):
    """Train in turn with these settings and with others; return the trained network and a row."""
    network3.GPU = False
    net = NETS[args.net]()
    trained = network(net)
    data = [network3.share(*pair) for pair in mnist()]
    pairs = [
        [seconds(trained, net, data, args.epochs, **given(trained)) for given in (settings, others)]
        for _ in range(args.rounds + 1)
    ]
    without, with_all = zip(*pairs[1:], strict=True)  # the first round compiles
    ratio = statistics.median(b / a for a, b in pairs[1:])
    medians = statistics.median(without), statistics.median(with_all)
    return trained, [args.net, *medians, ratio, min(with_all) / min(without)]


COLUMNS = ["net", "without, s", "with, s", "ratio", "ratio of the minimum times"]


def everything(args):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "checkpoint"
        stderr, sys.stderr = sys.stderr, Terminal()
        try:
            trained, row = compare(
                args, lambda net: {}, lambda net: {"verbose": "both", "checkpoint": path}
            )
        finally:
            sys.stderr = stderr
        start = time.perf_counter()
        for _ in range(20):
            checkpoint.write(path, trained.trainer)
        writing = (time.perf_counter() - start) / 20
    print(table([*COLUMNS, "writing a checkpoint, s"], [[*row, writing]]))


def live(args):
    """Compare without and with Live; this runs in a kernel."""
    from network3.widgets import Live

    quiet = {"verbose": "none"}
    _, row = compare(args, lambda net: quiet, lambda net: quiet | {"callbacks": [Live(net)]})
    print(table(COLUMNS, [row]))


def in_kernel(args):
    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel(cwd=Path(__file__).parent)
    try:
        code = f"import argparse, keeping\nkeeping.live(argparse.Namespace(**{vars(args)}))"
        client.execute_interactive(code, output_hook=show)
    finally:
        client.stop_channels()
        manager.shutdown_kernel()


def show(message):
    """Print what the kernel prints, without the widgets."""
    content = message["content"]
    print(*content.get("traceback", [content.get("text", "")]), sep="\n", end="", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--net", choices=NETS, default="basic_conv")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--live", action="store_true", help="measure Live, in a Jupyter kernel")
    args = parser.parse_args()
    in_kernel(args) if args.live else everything(args)


if __name__ == "__main__":
    main()

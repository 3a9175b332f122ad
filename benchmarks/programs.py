"""How fast do programs for Theano run, compared with the real Theano?

    python benchmarks/programs.py --theano PYTHON [--programs NAME ...] [--busy] [--rounds 5]
        [--starts 1] [--threads 2] [--json FILE]
    python benchmarks/programs.py --read benchmarks/programs.json

Runs programs of tests/theano/programs unchanged, in float32, on network3.theano and on Theano
1.0.5; PYTHON is Python 3.8 with theano==1.0.5 and a compiler. Each runs in a process of its own.
The first start fills the compile caches and does not count. In each round, every process trains
for 350 steps or 0.3 s, one after the other; the first round does not count. `--busy` measures a
second time beside a process that keeps one core busy. The program "book", which builds the book's
first convolutional network in Theano's words, is also compared with `Network.SGD`.

Prints the seconds from the start of the process to the first step, and the median microseconds for
a step, with the minimum in parentheses. `--read` measures nothing: it prints the results that an
earlier run wrote with `--json`.
"""

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from contenders import Contender
from report import machine, table, write_json

PROGRAMS = {
    "logistic": "logistic regression, 600 images",
    "perceptron": "perceptron, 20 images",
    "lenet": "LeNet with momentum, 50 images",
    "autoencoder": "denoising autoencoder, 20 images",
    "book": "the book's first convolutional network, 10 images",
    "lstm": "LSTM by scan, 20 images",
    "call": "100 calls with three small arguments",
}
OURS, THEANO, NETWORK = "network3.theano", "Theano 1.0.5", "Network.SGD"
BATCHES = 2000  # mini-batches of ten in an epoch of `Network.SGD`


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--theano", metavar="PYTHON", help="a Python 3.8 with Theano 1.0.5")
    parser.add_argument(
        "--programs", nargs="+", choices=PROGRAMS, default=list(PROGRAMS), metavar="NAME"
    )
    parser.add_argument("--busy", action="store_true", help="also beside a busy process")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--starts", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", metavar="FILE", help="written as results come")
    parser.add_argument("--read", metavar="FILE", help="print these results; do not measure")
    args = parser.parse_args()
    if not args.read and not args.theano:
        parser.error("needs --theano PYTHON")
    return args


def start(name, program, args):
    flags = f"{os.environ.get('THEANO_FLAGS', '')},floatX=float32".removeprefix(",")
    env = {"OMP_NUM_THREADS": str(args.threads), "THEANO_FLAGS": flags}
    if name == NETWORK:
        return Contender("ours", env=env, net="basic_conv", images=10 * BATCHES)
    python = {"python": args.theano} if name == THEANO else {}
    return Contender("program", env=env, program=program, original=name == THEANO, **python)


def first_steps(name, program, args):
    """Return a contender that has made its first step, and the seconds to it of each start."""
    seconds = []
    for counted in [False] + args.starts * [True]:
        began = time.perf_counter()
        contender = start(name, program, args)
        if counted:
            seconds.append(time.perf_counter() - began)
        if len(seconds) < args.starts:
            contender.stop()
    return contender, seconds


def step(name, contender):
    return contender.train() / BATCHES if name == NETWORK else contender.step()


@contextlib.contextmanager
def busy(wanted):
    process = subprocess.Popen([sys.executable, "-c", "while True: pass"]) if wanted else None
    try:
        yield
    finally:
        if process:
            process.kill()
            process.wait()


def measure(program, args):
    """Return the seconds to the first step, and for a step idle and busy, by contender."""
    found, contenders = {}, {}
    for name in (OURS, THEANO, NETWORK) if program == "book" else (OURS, THEANO):
        if name == NETWORK:
            contenders[name], first = start(name, program, args), []
        else:
            contenders[name], first = first_steps(name, program, args)
        found[name] = {"versions": contenders[name].versions, "first": first}
    for state in ("idle", "busy") if args.busy else ("idle",):
        with busy(state == "busy"):
            for counted in [False] + args.rounds * [True]:
                for name, contender in contenders.items():
                    seconds = step(name, contender)
                    if counted:
                        found[name].setdefault(state, []).append(seconds)
    for contender in contenders.values():
        contender.stop()
    return found


def median(found, name, what):
    return statistics.median(found[name][what])


def cell(times):
    return f"{statistics.median(times) * 1e6:.0f} ({min(times) * 1e6:.0f})"


def show(results):
    rows = [
        [PROGRAMS[name], median(found, OURS, "first"), median(found, THEANO, "first")]
        for name, found in results.items()
    ]
    print("Seconds to the first step\n")
    print(table(["program", OURS, THEANO], rows))
    for state, title in (("idle", ""), ("busy", ", beside a busy process")):
        rows = [
            [
                PROGRAMS[name],
                *(cell(found[who][state]) for who in (OURS, THEANO)),
                median(found, THEANO, state) / median(found, OURS, state),
                min(found[THEANO][state]) / min(found[OURS][state]),
            ]
            for name, found in results.items()
            if state in found[OURS]
        ]
        if rows:
            print(f"\nMicroseconds for a step{title}\n")
            print(table(["program", OURS, THEANO, "times faster", "by minima"], rows))
    for state in ("idle", "busy"):
        if state in results.get("book", {}).get(NETWORK, {}):
            found = results["book"]
            ours, network = cell(found[OURS][state]), cell(found[NETWORK][state])
            ratio = min(found[OURS][state]) / min(found[NETWORK][state])
            print(f"\nThe book's program, {state}: {ours} us, {NETWORK} {network} us; ", end="")
            print(f"by minima {ratio:.2f} times as long")


def measured(args):
    """Return the results of all programs, which are written to a file as they come."""
    settings = {"rounds": args.rounds, "starts": args.starts, "threads": args.threads}
    report = {"machine": machine(), "settings": settings, "programs": {}}
    for program in args.programs:
        report["programs"][program] = measure(program, args)
        write_json(args.json, report)
        print(f"{program} is measured", file=sys.stderr, flush=True)
    return report


def main():
    args = arguments()
    if args.read:
        report = json.loads(Path(args.read).read_text(encoding="utf-8"))
    else:
        report = measured(args)
    show(report["programs"])


if __name__ == "__main__":
    main()

"""How long does an epoch take, compared with PyTorch, JAX written by hand, and Theano?

    python benchmarks/epoch.py [--nets NET ...] [--contenders NAME ...] [--batches N]
        [--rounds 5] [--theano PYTHON] [--before FOLDER] [--json FILE] [--png FILE]
    python benchmarks/epoch.py --read benchmarks/epoch.json --png benchmarks/epoch.png

An epoch is 5,000 mini-batches of ten MNIST images in float32, with everything that a training does
except validation. Of the two large networks a fifth is measured and scaled, or `--batches` of each.
Every contender is a process that stays alive. In each round they train for an epoch, one after the
other, and then classify the 20,000 images of the validation and test data. The first round, which
compiles, does not count. Prints the median of the rounds, with the minimum in parentheses, and
ratios of medians.

PYTHON is Python 3.8 with theano==1.0.5 and a compiler. FOLDER is a checkout of another commit, made
by `git worktree add FOLDER COMMIT`: `--before FOLDER --contenders network3 "network3 before"` shows
whether a change made the package slower. `--read` measures nothing: it prints and draws the results
that an earlier run wrote with `--json`.
"""

import argparse
import json
import os
import statistics
from pathlib import Path

from contenders import Contender
from nets import BATCHES, NETS
from report import machine, table, write_json

# name: (the program in peers/, its settings, the name in tables and pictures)
CONTENDERS = {
    "network3": ("ours", {}, "network3 (C++)"),
    "network3 before": ("ours", {}, "network3 (C++), before"),
    "pytorch": ("pytorch", {}, "PyTorch"),
    "pytorch compiled": ("pytorch", {"compile": True}, "PyTorch, compiled"),
    "jax by hand": ("jax_step", {}, "JAX, by hand"),
    "network3 on jax": ("ours", {"gpu": True}, "network3 (JAX)"),
    "network3 on numba": ("ours", {}, "network3 (Numba)"),
    "theano": ("theano_net", {}, "Theano 1.0.5"),
}
TITLES = {
    "shallow": "no convolution",
    "basic_conv": "1 convolutional layer",
    "dbl_conv": "2 convolutional layers, ReLU",
    "dropout": "the same, wide, with dropout",
}
OURS, OTHERS = "#0072B2", "#999999"
# The number of mini-batches of an epoch that are measured.
MEASURED = {
    "shallow": BATCHES,
    "basic_conv": BATCHES,
    "dbl_conv": BATCHES // 5,
    "dropout": BATCHES // 5,
}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--nets", nargs="+", choices=NETS, default=list(NETS), metavar="NET")
    parser.add_argument("--contenders", nargs="+", choices=CONTENDERS, metavar="NAME")
    parser.add_argument("--batches", type=int, help="mini-batches of an epoch")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--theano", metavar="PYTHON", help="a Python 3.8 with Theano 1.0.5")
    parser.add_argument("--before", metavar="FOLDER", help="a checkout of another commit")
    parser.add_argument("--json", metavar="FILE", help="written as results come")
    parser.add_argument("--png", metavar="FILE", help="a picture of the results")
    parser.add_argument(
        "--read", metavar="FILE", help="print and draw these results; do not measure"
    )
    args = parser.parse_args()
    needed = {"theano": args.theano, "network3 before": args.before}
    args.contenders = args.contenders or [name for name in CONTENDERS if needed.get(name, True)]
    if "theano" in args.contenders and not args.theano:
        parser.error("theano needs --theano PYTHON")
    if "network3 before" in args.contenders and not args.before:
        parser.error("network3 before needs --before FOLDER")
    args.batches = {net: args.batches or MEASURED[net] for net in args.nets}
    return args


def start(name, net, args):
    peer, settings, _ = CONTENDERS[name]
    env = {"OMP_NUM_THREADS": str(args.threads)}
    if name == "network3 on numba":  # as without a C++ compiler
        env["PYTENSOR_FLAGS"] = f"{os.environ.get('PYTENSOR_FLAGS', '')},cxx=".removeprefix(",")
    if name == "network3 before":
        env["PYTHONPATH"] = args.before
    python = {"python": args.theano} if name == "theano" else {}
    return Contender(peer, env=env, net=net, images=10 * args.batches[net], **settings, **python)


def measure(net, args, write):
    """Measure the contenders on a net, and `write` {contender: its seconds} after each result."""
    contenders = {name: start(name, net, args) for name in args.contenders}
    results = {
        name: {"versions": contender.versions, "train": [], "evaluate": []}
        for name, contender in contenders.items()
    }
    for counted in [False] + args.rounds * [True]:
        for name, contender in contenders.items():
            train = contender.train() * BATCHES / args.batches[net]
            evaluate, accuracies = contender.evaluate()
            results[name]["accuracies"] = accuracies
            if counted:
                results[name]["train"].append(train)
                results[name]["evaluate"].append(evaluate)
                write(net, results)
    for contender in contenders.values():
        contender.stop()


def median(results, net, name, what="train"):
    return statistics.median(results[net][name][what]) if name in results[net] else None


def ratio(a, b):
    return a / b if a and b else None


def better_pytorch(results, net):
    times = [median(results, net, name) for name in ("pytorch", "pytorch compiled")]
    return min(filter(None, times), default=None)


def label(name):
    return CONTENDERS[name][2]


def seconds(results, what):
    """Return a table of medians, with minima in parentheses."""
    names = list(next(iter(results.values())))

    def cell(times):
        return f"{statistics.median(times):.3g} ({min(times):.3g})"

    rows = [[net, *(cell(found[name][what]) for name in names)] for net, found in results.items()]
    return table(["net", *map(label, names)], rows)


def ratios(results):
    columns = ["PyTorch / network3", "Theano / network3", "network3 (JAX) / JAX by hand"]
    columns += ["network3 (Numba) / (C++)", "network3 / before", "20,000 images / before"]
    rows = []
    for net in results:
        ours, before = (median(results, net, n) for n in ("network3", "network3 before"))
        on_jax, by_hand = (median(results, net, n) for n in ("network3 on jax", "jax by hand"))
        evaluate = [median(results, net, n, "evaluate") for n in ("network3", "network3 before")]
        found = [
            ratio(better_pytorch(results, net), ours),
            ratio(median(results, net, "theano"), ours),
            ratio(on_jax, by_hand),
            ratio(median(results, net, "network3 on numba"), ours),
            ratio(ours, before),
            ratio(*evaluate),
        ]
        rows.append([net, *found])
    kept = [0, *(k for k in range(1, len(columns) + 1) if any(row[k] for row in rows))]
    header = ["net", *columns]
    return table([header[k] for k in kept], [[row[k] for k in kept] for row in rows])


def draw(results, path):
    from matplotlib import pyplot as plt

    names = list(next(iter(results.values())))
    size = 2.6 * len(results) + 1.5, 0.3 * len(names) + 1.2
    figure, plots = plt.subplots(
        1, len(results), figsize=size, sharey=True, squeeze=False, layout="constrained"
    )
    for plot, (net, found) in zip(plots[0], results.items(), strict=True):
        times = [statistics.median(found[name]["train"]) for name in names]
        colours = [OURS if name.startswith("network3") else OTHERS for name in names]
        bars = plot.barh([label(name) for name in names], times, color=colours)
        plot.bar_label(bars, fmt="%.2g", fontsize=8, padding=2)
        plot.set_title(f"{net}\n{TITLES[net]}", fontsize=9)
        plot.margins(x=0.15)
        plot.set_xlabel("seconds for an epoch", fontsize=8)
        plot.tick_params(labelsize=8)
    plots[0][0].invert_yaxis()
    figure.savefig(path, dpi=120)


def show(results):
    print(f"Seconds for an epoch\n\n{seconds(results, 'train')}\n")
    print(f"Seconds for 20,000 images\n\n{seconds(results, 'evaluate')}\n")
    print(f"Ratios\n\n{ratios(results)}")


def measured(args):
    """Return the results of all networks, which are written to a file as they come."""
    settings = {"batches": args.batches, "rounds": args.rounds, "threads": args.threads}
    report = {"machine": machine(), "settings": settings, "nets": {}}

    def write(net, results):
        report["nets"][net] = results
        write_json(args.json, report)

    for net in args.nets:
        measure(net, args, write)
        print(f"{net} is measured\n\n{seconds({net: report['nets'][net]}, 'train')}\n", flush=True)
    return report


def main():
    args = arguments()
    if args.read:
        report = json.loads(Path(args.read).read_text(encoding="utf-8"))
    else:
        report = measured(args)
    show(report["nets"])
    if args.png:
        draw(report["nets"], args.png)


if __name__ == "__main__":
    main()

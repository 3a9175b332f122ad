"""How long is an epoch, beside PyTorch, JAX written by hand, and Theano?

    python benchmarks/epoch.py [--nets NET ...] [--contenders NAME ...] [--batches N]
        [--rounds 5] [--theano PYTHON] [--before FOLDER] [--json FILE] [--png FILE]

An epoch is 5,000 mini-batches of ten MNIST images in float32: all that a training does, validation
apart. Of the two large nets a fifth of it is measured, or `--batches` of each, and scaled. Every
contender is a process of its own that stays alive; in each round one after the other trains for an
epoch and then classifies the 20,000 images of the validation and test data. A first round, which
compiles, is not counted. Prints the median of the rounds, with the fastest in parentheses, and
ratios of medians.

PYTHON is Python 3.8 with theano==1.0.5 and a compiler. FOLDER is a checkout of another commit, made
by `git worktree add FOLDER COMMIT`: `--before FOLDER --contenders network3 "network3 before"` tells
whether a change made the package slower.
"""

import argparse
import os
import statistics

from contenders import Contender
from nets import BATCHES, NETS
from report import COLOURS, machine, table, write_json

CONTENDERS = {
    "network3": ("ours", {}),
    "network3 before": ("ours", {}),
    "pytorch": ("pytorch", {}),
    "pytorch compiled": ("pytorch", {"compile": True}),
    "jax by hand": ("jax_step", {}),
    "network3 on jax": ("ours", {"gpu": True}),
    "network3 on numba": ("ours", {}),
    "theano": ("theano_net", {}),
}
# How many mini-batches of an epoch are measured.
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
    peer, settings = CONTENDERS[name]
    env = {"OMP_NUM_THREADS": str(args.threads)}
    if name == "network3 on numba":  # what it is without a C++ compiler
        env["PYTENSOR_FLAGS"] = f"{os.environ.get('PYTENSOR_FLAGS', '')},cxx=".removeprefix(",")
    if name == "network3 before":
        env["PYTHONPATH"] = args.before
    python = {"python": args.theano} if name == "theano" else {}
    return Contender(peer, env=env, net=net, images=10 * args.batches[net], **settings, **python)


def measure(net, args, write):
    """Fills what `write` writes with the results of a net: {contender: its seconds}."""
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


def seconds(results, what):
    """A table of medians and minima."""
    names = list(next(iter(results.values())))

    def cell(times):
        return f"{statistics.median(times):.3g} ({min(times):.3g})"

    rows = [[net, *(cell(found[name][what]) for name in names)] for net, found in results.items()]
    return table(["net", *names], rows)


def ratios(results):
    rows = []
    for net in results:
        ours = median(results, net, "network3")
        on_jax, by_hand = (median(results, net, n) for n in ("network3 on jax", "jax by hand"))
        evaluate = median(results, net, "network3", "evaluate")
        rows.append(
            [
                net,
                ratio(ours, better_pytorch(results, net)),
                ratio(on_jax, by_hand),
                ratio(median(results, net, "theano"), ours),
                ratio(evaluate, ours),
                ratio(ours, median(results, net, "network3 before")),
                ratio(evaluate, median(results, net, "network3 before", "evaluate")),
            ]
        )
    header = ["net", "network3 / better PyTorch", "network3 on JAX / JAX by hand"]
    header += ["Theano / network3", "20,000 images / an epoch"]
    return table([*header, "network3 / before", "20,000 images / before"], rows)


def draw(results, path):
    from matplotlib import pyplot as plt

    figure, plots = plt.subplots(1, len(results), figsize=(3 * len(results), 3.5), squeeze=False)
    for plot, (net, found) in zip(plots[0], results.items(), strict=True):
        times = [statistics.median(found[name]["train"]) for name in found]
        bars = plot.bar(list(found), times, color=COLOURS)
        plot.bar_label(bars, fmt="%.2g", fontsize=8)
        plot.set_title(net)
        plot.margins(y=0.1)
        plot.set_xticks(range(len(found)), list(found), rotation=60, ha="right")
    plots[0][0].set_ylabel("seconds for an epoch")
    figure.tight_layout()
    figure.savefig(path, dpi=120)


def main():
    args = arguments()
    settings = {"batches": args.batches, "rounds": args.rounds, "threads": args.threads}
    report = {"machine": machine(), "settings": settings, "nets": {}}

    def write(net, results):
        report["nets"][net] = results
        write_json(args.json, report)

    for net in args.nets:
        measure(net, args, write)
        print(f"{net} is measured\n\n{seconds({net: report['nets'][net]}, 'train')}\n", flush=True)
    print(f"Seconds for an epoch\n\n{seconds(report['nets'], 'train')}\n")
    print(f"Seconds for 20,000 images\n\n{seconds(report['nets'], 'evaluate')}\n")
    print(f"Ratios\n\n{ratios(report['nets'])}")
    if args.png:
        draw(report["nets"], args.png)


if __name__ == "__main__":
    main()

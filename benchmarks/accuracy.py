"""Are the fused operators as accurate as the plain graph, and as PyTorch?

    python benchmarks/accuracy.py [--nets NET ...] [--epochs 5] [--seeds 3] [--json accuracy.json]

Each network starts from the same weights and is trained on MNIST by network3 in C++ with fused
operators, by network3 with the plain graph (NETWORK3_FUSION=0), and by PyTorch. Prints the mean and
the standard deviation of the validation accuracy over the seeds. The plain graph is slow, so each
result is written to the JSON file at once, and results that the file has are not computed again.
"""

import argparse
import json
import statistics
from pathlib import Path

from contenders import Contender
from nets import NETS
from report import machine, table, write_json

WAYS = {
    "fused": ("ours", {"NETWORK3_FUSION": "1"}),
    "plain": ("ours", {"NETWORK3_FUSION": "0"}),
    "pytorch": ("pytorch", {}),
}


def accuracy(net, way, seed, epochs, images):
    peer, env = WAYS[way]
    contender = Contender(peer, env=env, net=net, images=images, seed=seed)
    for _ in range(epochs):
        contender.train()
    _, accuracies = contender.evaluate()
    contender.stop()
    return accuracies[0]


def cell(accuracies):
    mean, spread = statistics.mean(accuracies), statistics.stdev(accuracies)
    return f"{mean:.2%} ± {100 * spread:.2f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--nets", nargs="+", choices=NETS, default=list(NETS), metavar="NET")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--seeds", type=int, default=3, help="how many, at least 2")
    parser.add_argument("--images", type=int, default=50_000)
    parser.add_argument("--json", metavar="FILE", default="accuracy.json")
    args = parser.parse_args()
    path = Path(args.json)
    report = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"accuracies": {}}
    report["machine"] = machine()

    def result(net, way, seed):
        key = f"{net}, {way}, seed {seed}, {args.epochs} epochs of {args.images} images"
        if key not in report["accuracies"]:
            found = accuracy(net, way, seed, args.epochs, args.images)
            report["accuracies"][key] = found
            write_json(path, report)
        return report["accuracies"][key]

    # The quick ways come first, so that their results are in the file if the slow one is
    # interrupted.
    for way in ("fused", "pytorch", "plain"):
        for net in args.nets:
            for seed in range(args.seeds):
                result(net, way, seed)
    rows = [
        [net, *(cell([result(net, way, seed) for seed in range(args.seeds)]) for way in WAYS)]
        for net in args.nets
    ]
    print(table(["net", *WAYS], rows))


if __name__ == "__main__":
    main()

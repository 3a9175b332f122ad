"""How does the time grow with the mini-batch, threads, images and the width of a network?

    python benchmarks/scaling.py [--images 50000] [--rounds 3] [--json FILE] [--png FILE]

Each number is the median time of an epoch of `Network.SGD` in C++, in its own process, after a
first epoch that compiles. Prints microseconds for an image with mini-batches of 1 to 1,000 images
and one and two threads (OMP_NUM_THREADS); seconds for 1,000 to 250,000 images (MNIST's are
repeated), which should grow in proportion; and seconds with twice the filters and width, beside the
ratio of multiplications.
"""

import argparse
import statistics

from contenders import Contender
from nets import NETS
from report import COLOURS, machine, table, write_json

MINI_BATCHES = 1, 10, 32, 100, 1000
IMAGES = 1000, 5000, 10_000, 50_000, 100_000, 250_000
THREADS = 1, 2
SMALL_NETS = "shallow", "basic_conv"


def epoch(rounds, threads=2, **settings):
    """Return the median of the seconds for an epoch."""
    contender = Contender("ours", env={"OMP_NUM_THREADS": str(threads)}, **settings)
    contender.train()
    times = [contender.train() for _ in range(rounds)]
    contender.stop()
    return statistics.median(times)


def by_mini_batch(args):
    """Return {net: {threads: [microseconds for an image, by size of the mini-batch]}}."""
    images = args.images // 1000 * 1000

    def one(net, threads, size):
        seconds = epoch(args.rounds, threads, net=net, images=images, mini_batch_size=size)
        return seconds / images * 1e6

    return {
        net: {threads: [one(net, threads, size) for size in MINI_BATCHES] for threads in THREADS}
        for net in SMALL_NETS
    }


def by_images(args):
    """Return {net: [seconds for an epoch, by number of images]}."""
    return {
        net: [epoch(args.rounds, net=net, images=images) for images in IMAGES] for net in SMALL_NETS
    }


def by_width(args):
    """Return {net: [seconds for an epoch, as it is, doubled]}."""
    return {
        net: [epoch(args.rounds, net=net, images=args.images, factor=factor) for factor in (1, 2)]
        for net in NETS
    }


def tables(results):
    mini_batches = [
        [net, threads, *times]
        for net, by_threads in results["mini_batches"].items()
        for threads, times in by_threads.items()
    ]
    images = [
        [net, *times, (times[-1] / IMAGES[-1]) / (times[-3] / IMAGES[-3])]
        for net, times in results["images"].items()
    ]
    widths = [
        [
            net,
            once,
            twice,
            twice / once,
            NETS[net](2).multiplications / NETS[net](1).multiplications,
        ]
        for net, (once, twice) in results["widths"].items()
    ]
    yield "Microseconds for an image, by size of the mini-batch"
    yield table(["net", "threads", *map(str, MINI_BATCHES)], mini_batches)
    yield "Seconds for an epoch, by number of images"
    per_image = f"time of an image, {IMAGES[-1]:,} / {IMAGES[-3]:,}"
    yield table(["net", *(f"{n:,}" for n in IMAGES), per_image], images)
    yield "Seconds for an epoch, filters and width doubled"
    yield table(["net", "once", "twice", "ratio", "ratio of multiplications"], widths)


def draw(results, path):
    from matplotlib import pyplot as plt

    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(14, 4))
    for net, colour in zip(SMALL_NETS, COLOURS, strict=False):
        for threads, style in zip(THREADS, (":o", "-o"), strict=True):
            times = results["mini_batches"][net][threads]
            left.loglog(
                MINI_BATCHES, times, style, color=colour, label=f"{net}, threads: {threads}"
            )
        middle.loglog(IMAGES, results["images"][net], "-o", color=colour, label=net)
    for k, factor in enumerate(("once", "twice")):
        places = [i + 0.4 * k for i in range(len(results["widths"]))]
        heights = [times[k] for times in results["widths"].values()]
        right.bar(places, heights, 0.4, color=COLOURS[k], label=factor)
    right.set_xticks([i + 0.2 for i in range(len(results["widths"]))], list(results["widths"]))
    left.set(xlabel="images in a mini-batch", ylabel="microseconds for an image")
    middle.set(xlabel="images", ylabel="seconds for an epoch")
    right.set(xlabel="filters and width", ylabel="seconds for an epoch")
    left.set_ylim(top=6 * max(left.get_ylim()))  # room for its legend
    for plot in (left, middle, right):
        plot.legend(fontsize=8)
    figure.tight_layout()
    figure.savefig(path, dpi=120)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", metavar="FILE", help="written as results come")
    parser.add_argument("--png", metavar="FILE", help="a picture of the results")
    args = parser.parse_args()
    results = {"machine": machine(), "rounds": args.rounds}
    parts = {"mini_batches": by_mini_batch, "images": by_images, "widths": by_width}
    for name, part in parts.items():
        results[name] = part(args)
        write_json(args.json, results)
    print("\n\n".join(tables(results)))
    if args.png:
        draw(results, args.png)


if __name__ == "__main__":
    main()

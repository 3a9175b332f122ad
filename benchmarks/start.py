"""How long is it until the first mini-batch of a convolutional network, in a new process?

    python benchmarks/start.py [--before FOLDER]

Prints the seconds for `import network3`, and from the start of the process to the end of the first
mini-batch, with an empty compile cache (the median of three) and with a full one (of six). FOLDER
is a checkout of another commit, made by `git worktree add FOLDER COMMIT`, which is measured in
turn.
"""

import argparse
import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time

from contenders import HERE, environment
from report import table

CHILD = """
import sys
import time
start = time.perf_counter()
import network3
imported = time.perf_counter()
from nets import NETS, network
data = network3.load_data_shared()
for images, labels in data:
    images.set_value(images.get_value(borrow=True)[:10])
    labels.set_value(labels.get_value(borrow=True)[:10])
net = NETS[sys.argv[1]]()
training_data, validation_data, test_data = data
network(net).SGD(training_data, 1, 10, net.eta, validation_data, test_data, net.lmbda)
print(imported - start)
"""


def measure(net, package, cache):
    """Return the seconds for the import, and for the whole process."""
    flags = ",".join(filter(None, [os.environ.get("PYTENSOR_FLAGS"), f"base_compiledir={cache}"]))
    more = {"PYTHONPATH": package} if package else {}
    start = time.perf_counter()
    output = subprocess.run(
        [sys.executable, "-c", CHILD, net],
        cwd=HERE,
        env=environment(PYTENSOR_FLAGS=flags, **more),
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return float(output.splitlines()[-1]), time.perf_counter() - start


def rows(net, packages):
    """Yield the medians of each package; the packages are measured in turn."""
    times = {(package, cache): [] for package in packages for cache in ("empty", "full")}
    for _ in range(3):
        with contextlib.ExitStack() as stack:
            for package in packages:
                folder = stack.enter_context(tempfile.TemporaryDirectory())
                times[package, "empty"].append(measure(net, package, folder))
                measured = times[package, "full"]
                measured += [measure(net, package, folder) for _ in range(2)]
    for (package, cache), found in times.items():
        yield [net, package or "here", cache, *map(statistics.median, zip(*found, strict=True))]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--before", metavar="FOLDER", help="a checkout of another commit")
    args = parser.parse_args()
    packages = [None, args.before] if args.before else [None]
    found = [row for net in ("basic_conv", "dbl_conv") for row in rows(net, packages)]
    print(table(["net", "package", "compile cache", "import, s", "first mini-batch, s"], found))


if __name__ == "__main__":
    main()

"""How much memory does a whole training take, with MNIST and with 250,000 images?

    python benchmarks/memory.py [--net dbl_conv] [--epochs 1]

Prints the peak resident memory of a process that imports network3, loads MNIST, repeats its images
if more are asked for, and trains in C++ with validation and test data.
"""

import argparse
import subprocess
import sys

from contenders import HERE, environment
from nets import NETS
from report import table

CHILD = """
import resource
import sys

import network3
import numpy as np
from nets import NETS, network

name, images, epochs = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
network3.GPU = False
training_data, validation_data, test_data = network3.load_data_shared()
for shared in training_data:
    array = shared.get_value(borrow=True)
    if images > len(array):
        shared.set_value(np.concatenate(images // len(array) * [array]), borrow=True)
    del array
net = NETS[name]()
network(net).SGD(training_data, epochs, 10, net.eta, validation_data, test_data, net.lmbda)
unit = 1 if sys.platform == "darwin" else 1024
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit)
"""


def peak(*arguments):
    """Return the peak memory of the child process in megabytes."""
    output = subprocess.run(
        [sys.executable, "-c", CHILD, *map(str, arguments)],
        cwd=HERE,
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout
    return int(output.splitlines()[-1]) / 1e6


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--net", choices=NETS, default="dbl_conv")
    parser.add_argument("--epochs", type=int, default=1)
    args = parser.parse_args()
    rows = [[f"{n:,}", peak(args.net, n, args.epochs)] for n in (50_000, 250_000)]
    print(table(["images", "peak, MB"], rows))


if __name__ == "__main__":
    main()

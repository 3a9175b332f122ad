"""How long until the first mini-batch: convolutional nets of the book, in processes of their own.

    python benchmarks/start.py

prints the seconds for `import network3`, and from the start of the process until one mini-batch is
trained, with an empty compile cache and then five times with a full one (the median).
"""

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


def measure(net, folder):
    """Seconds for the import, and for the whole process."""
    flags = ",".join(filter(None, [os.environ.get("PYTENSOR_FLAGS"), f"base_compiledir={folder}"]))
    start = time.perf_counter()
    output = subprocess.run(
        [sys.executable, "-c", CHILD, net],
        cwd=HERE,
        env=environment(PYTENSOR_FLAGS=flags),
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return float(output.splitlines()[-1]), time.perf_counter() - start


def rows(net):
    with tempfile.TemporaryDirectory() as folder:
        yield [net, "empty", *measure(net, folder)]
        warm = zip(*(measure(net, folder) for _ in range(5)), strict=True)
        yield [net, "full", *map(statistics.median, warm)]


def main():
    found = [row for net in ("basic_conv", "dbl_conv") for row in rows(net)]
    print(table(["net", "compile cache", "import, s", "first mini-batch, s"], found))


if __name__ == "__main__":
    main()

"""How long until the first mini-batch: the book's first convolutional net, in a process of its own.

    python benchmarks/start.py

prints the seconds for `import network3`, and from the start of the import until one mini-batch is
trained, with an empty compile cache and then five times with a full one (the median).
"""

import os
import statistics
import subprocess
import sys
import tempfile

CHILD = """
import time
start = time.perf_counter()
import network3
imported = time.perf_counter()
from network3 import ConvPoolLayer, FullyConnectedLayer, Network, SoftmaxLayer
training_data, validation_data, test_data = network3.load_data_shared()
for images, labels in (training_data, validation_data, test_data):
    images.set_value(images.get_value(borrow=True)[:10])
    labels.set_value(labels.get_value(borrow=True)[:10])
net = Network([
    ConvPoolLayer(image_shape=(10, 1, 28, 28), filter_shape=(20, 1, 5, 5)),
    FullyConnectedLayer(n_in=20*12*12, n_out=100), SoftmaxLayer(n_in=100, n_out=10)], 10)
net.SGD(training_data, 1, 10, 0.1, validation_data, test_data)
print(imported - start, time.perf_counter() - start)
"""


def measure(folder):
    flags = ",".join(filter(None, [os.environ.get("PYTENSOR_FLAGS"), f"base_compiledir={folder}"]))
    output = subprocess.run(
        [sys.executable, "-c", CHILD],
        env={**os.environ, "PYTENSOR_FLAGS": flags},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [float(number) for number in output.splitlines()[-1].split()]


def main():
    with tempfile.TemporaryDirectory() as folder:
        cold = measure(folder)
        warm = [
            statistics.median(times)
            for times in zip(*(measure(folder) for _ in range(5)), strict=True)
        ]
    print("| compile cache | import, s | first mini-batch, s |\n| --- | --- | --- |")
    print(f"| empty | {cold[0]:.2f} | {cold[1]:.1f} |")
    print(f"| full | {warm[0]:.2f} | {warm[1]:.1f} |")


if __name__ == "__main__":
    main()

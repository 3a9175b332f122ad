"""Why `SGD` gives BLAS one thread: a mini-batch of the book's first convolutional net in C++.

    python benchmarks/blas_threads.py

prints microseconds for a mini-batch of ten, with one BLAS thread and with as many as BLAS takes by
itself, on a machine that is otherwise idle and beside one busy process: medians of five rounds of
200 mini-batches, interleaved.
"""

import multiprocessing
import statistics
import time

from threadpoolctl import threadpool_info, threadpool_limits

import network3
from network3 import ConvPoolLayer, FullyConnectedLayer, Network, SoftmaxLayer


def spin():
    while True:
        pass


def measure(train_mb):
    start = time.perf_counter()
    for i in range(200):
        train_mb(i)
    return (time.perf_counter() - start) / 200 * 1e6


def rounds(train_mb):
    times = {1: [], None: []}
    for _ in range(5):
        for threads, measured in times.items():
            with threadpool_limits(threads, user_api="blas"):
                measured.append(measure(train_mb))
    return " | ".join(f"{statistics.median(measured):.0f}" for measured in times.values())


def main():
    network3.GPU = False
    training_data, _, _ = network3.load_data_shared()
    layers = [
        ConvPoolLayer(image_shape=(10, 1, 28, 28), filter_shape=(20, 1, 5, 5)),
        FullyConnectedLayer(n_in=20 * 12 * 12, n_out=100),
        SoftmaxLayer(n_in=100, n_out=10),
    ]
    train_mb = Network(layers, 10)._train_function(training_data, 0.1, 0.0, 5000)
    measure(train_mb)
    threads = max(pool["num_threads"] for pool in threadpool_info())
    print(
        f"| the machine is | 1 BLAS thread, us | {threads} BLAS threads, us |\n| --- | --- | --- |"
    )
    print(f"| idle | {rounds(train_mb)} |", flush=True)
    busy = multiprocessing.get_context("spawn").Process(target=spin, daemon=True)
    busy.start()
    print(f"| busy with another process | {rounds(train_mb)} |")
    busy.kill()


if __name__ == "__main__":
    main()

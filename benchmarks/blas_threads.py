"""Measure why `SGD` gives BLAS one thread, on the book's first convolutional network in C++.

    python benchmarks/blas_threads.py

Prints microseconds for a mini-batch of ten, with one BLAS thread and with the number that BLAS uses
by default, on an idle machine and beside one busy process: medians of five interleaved rounds of
200 mini-batches. Fused operators do not use BLAS, so the network trains without them
(NETWORK3_FUSION=0), as user-defined layers do.
"""

import os

os.environ["NETWORK3_FUSION"] = "0"

import multiprocessing
import statistics
import time

from nets import NETS, network
from report import table
from threadpoolctl import threadpool_info, threadpool_limits

import network3


def spin():
    while True:
        pass


def measure(train):
    start = time.perf_counter()
    train(0, 200)
    return (time.perf_counter() - start) / 200 * 1e6


def rounds(train):
    times = {1: [], None: []}
    for _ in range(5):
        for threads, measured in times.items():
            with threadpool_limits(threads, user_api="blas"):
                measured.append(measure(train))
    return map(statistics.median, times.values())


def main():
    network3.GPU = False
    training_data, _, _ = network3.load_data_shared()
    net = network(NETS["basic_conv"]())
    train = net.trainer.step(training_data, 5000, False)
    net.trainer.descent.set_rates(0.1, 0.0, 5000)
    measure(train)
    threads = max(pool["num_threads"] for pool in threadpool_info())
    rows = [["idle", *rounds(train)]]
    busy = multiprocessing.get_context("spawn").Process(target=spin, daemon=True)
    busy.start()
    rows.append(["busy with another process", *rounds(train)])
    busy.kill()
    print(table(["the machine is", "1 BLAS thread, us", f"{threads} BLAS threads, us"], rows))


if __name__ == "__main__":
    main()

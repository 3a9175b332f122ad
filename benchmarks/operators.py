"""How close does each C++ kernel of the four networks come to the machine's peak?

    python benchmarks/operators.py [--nets NET ...] [--rounds 7] [--json FILE]

Each operator of a compiled training function is compiled alone once more, for the arrays of a
mini-batch with their memory layout. PyTensor's virtual machine repeats it, and the time of an empty
function is subtracted. The peaks are a product of two large float32 matrices and a copy of a large
array by NumPy, with the same number of threads. Kernels whose arrays stay in the caches can exceed
the peak of a copy. Prints a table for each network with medians of rounds, with one and two threads
in turn; the last rows compare the whole function with the sum of its kernels.
"""

import argparse
import os
import statistics
import time
from concurrent.futures import ThreadPoolExecutor

# The operators are measured on the arrays that the function keeps.
os.environ["PYTENSOR_FLAGS"] = "allow_gc=False," + os.environ.get("PYTENSOR_FLAGS", "")

import numpy as np
import pytensor
from nets import BATCHES, NETS, mnist, network
from pytensor.graph.basic import Constant
from report import machine, table, write_json
from threadpoolctl import threadpool_limits

import network3
from network3.engine import backend
from network3.kernels.operator import KernelOp

THREADS = 1, 2
SECONDS = 0.02  # how long a function is repeated in a round


class Whole:
    """The function of a training step, after a mini-batch."""

    def __init__(self, net):
        data = [pytensor.shared(array) for array in mnist()[0]]
        trained = network(net)
        self.train = trained.trainer.step(data, BATCHES, bool(net.lmbda))
        trained.trainer.descent.set_rates(net.eta, net.lmbda, BATCHES)
        self.train(0, 1)
        self.arrays = self.train.function.vm.storage_map
        nodes = self.train.function.maker.fgraph.toposort()
        self.nodes = [node for node in nodes if isinstance(node.op, KernelOp)]

    def repeat(self, count):
        self.train.index.set_value(np.int64(0))
        self.train.function.vm(n_calls=count)


class Alone:
    """A function that consists of one operator of a compiled function."""

    def __init__(self, node, arrays):
        self.name = type(node.op).__name__
        values = [arrays[variable][0] for variable in node.inputs]
        inputs = [
            v if isinstance(v, Constant) else pytensor.shared(a.copy(order="K"), borrow=True)
            for v, a in zip(node.inputs, values, strict=True)
        ]
        outputs = node.op(*inputs, return_list=True)
        changed = node.op.destroy_map
        function = backend.function(
            [],
            [pytensor.Out(y, borrow=True) for k, y in enumerate(outputs) if k not in changed],
            updates=[(inputs[numbers[0]], outputs[k]) for k, numbers in changed.items()],
            accept_inplace=True,
        )
        self.repeat = repeater(function)
        made = [arrays[variable][0] for variable in node.outputs]
        self.shapes = " ".join("x".join(map(str, a.shape)) for a in values if a.ndim)
        # The products by 0 that a kernel skips count.
        self.operations = node.op.flop(*(a.shape for a in values))
        self.bytes = sum(a.nbytes for a in (*values, *made))


def repeater(function):
    return lambda count: function.vm(n_calls=count)


def seconds(repeat):
    """Return the seconds for a call of a function that PyTensor's virtual machine repeats."""
    repeat(3)
    start = time.perf_counter()
    repeat(10)
    calls = int(10 * SECONDS / (time.perf_counter() - start))
    calls = min(max(calls, 10), BATCHES)
    start = time.perf_counter()
    repeat(calls)
    return (time.perf_counter() - start) / calls


def medians(repeaters, rounds):
    """Return [{threads: seconds for a call}], one for each."""
    times = [{threads: [] for threads in THREADS} for _ in repeaters]
    for _ in range(rounds):
        for threads in THREADS:
            with threadpool_limits(threads, "openmp"), threadpool_limits(1, "blas"):
                for repeat, found in zip(repeaters, times, strict=True):
                    found[threads].append(seconds(repeat))
    return [{n: statistics.median(found[n]) for n in THREADS} for found in times]


def best(work, rounds):
    """Return the minimum time of `work()`."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def peaks(rounds):
    """Return {threads: (operations per second, bytes per second)}."""
    a, b, c = (np.ones((4096, 4096), np.float32) for _ in range(3))
    source, target = np.ones(2**26, np.float32), np.ones(2**26, np.float32)

    def copy(threads):
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(np.copyto, np.split(target, threads), np.split(source, threads)))

    found = {}
    for threads in THREADS:
        with threadpool_limits(threads, "blas"):
            product = best(lambda: np.dot(a, b, out=c), rounds)
        copied = best(lambda n=threads: copy(n), rounds)
        found[threads] = 2 * 4096**3 / product, 2 * source.nbytes / copied
    time.sleep(0.1)
    return found


def share(done, took, peak):
    return f"{done / max(took, 1e-9) / peak:.0%}" if done else ""


def measure(net, empty, peak, rounds):
    """Return a row for each kernel of a network, and two for all of them."""
    step = Whole(net)
    kernels = [Alone(node, step.arrays) for node in step.nodes]
    repeaters = [k.repeat for k in (step, *kernels)]
    overhead, whole, *times = medians([empty, *repeaters], rounds)
    rows, total = [], dict.fromkeys(THREADS, 0.0)
    for kernel, found in zip(kernels, times, strict=True):
        row = [kernel.name, kernel.shapes]
        for threads in THREADS:
            took = found[threads] - overhead[threads]
            total[threads] += took
            operations, transferred = peak[threads]
            row += [
                took * 1e6,
                share(kernel.operations, took, operations),
                share(kernel.bytes, took, transferred),
            ]
        rows.append(row)
    rows.append(["all kernels", "", *(x for n in THREADS for x in (total[n] * 1e6, "", ""))])
    rows.append(["whole function", "", *(x for n in THREADS for x in (whole[n] * 1e6, "", ""))])
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--nets", nargs="+", choices=NETS, default=list(NETS), metavar="NET")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", metavar="FILE", help="written as results come")
    args = parser.parse_args()
    network3.GPU = False
    peak = peaks(args.rounds)
    header = ["threads", "matrix product, GFLOP/s", "copy, GB/s"]
    print(table(header, [[n, *(x / 1e9 for x in peak[n])] for n in THREADS]), flush=True)
    empty = repeater(backend.function([], []))
    report = {"machine": machine(), "peaks": peak, "nets": {}}
    columns = [f"{what}, {n}" for n in THREADS for what in ("us", "of product", "of copy")]
    for name in args.nets:
        rows = measure(NETS[name](), empty, peak, args.rounds)
        report["nets"][name] = rows
        write_json(args.json, report)
        print(f"\n{name}\n\n{table(['kernel', 'inputs', *columns], rows)}", flush=True)


if __name__ == "__main__":
    main()

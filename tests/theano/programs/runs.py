"""The programs that are run, with their arguments, and functions that compare their outputs.

It is written for Python 3.8 too, because make.py uses it with the real Theano.
"""

import math
import re
from pathlib import Path

HERE = Path(__file__).resolve().parent
MNIST = str(HERE.parents[2] / "data" / "mnist.pkl.gz")

# The file printed/NAME.txt contains the output of each run with the real Theano.
RUNS = {
    "logistic": ("logistic.py", MNIST),
    "logistic_costs": ("logistic.py", MNIST, "--steps", "20"),
    "book_basic_conv": ("book.py", MNIST, "--net", "basic_conv", "--steps", "20"),
    "book_shallow_l2": ("book.py", MNIST, "--net", "shallow_l2", "--steps", "20"),
    "book_dropout": ("book.py", MNIST, "--net", "dropout", "--steps", "400"),
    "perceptron": ("perceptron.py", MNIST, "--steps", "20"),
    "lenet": ("lenet.py", MNIST, "--steps", "20"),
    "lstm": ("lstm.py", MNIST, "--steps", "20"),
    "autoencoder": ("autoencoder.py", MNIST, "--steps", "20", "--seeds", "12"),
    "autoencoder_mrg": ("autoencoder.py", MNIST, "--steps", "8", "--seeds", "6", "--mrg"),
    "boltzmann": ("boltzmann.py", MNIST, "--steps", "10", "--seeds", "12"),
    "boltzmann_persistent": (
        "boltzmann.py",
        MNIST,
        "--steps",
        "10",
        "--seeds",
        "12",
        "--k",
        "1",
        "--persistent",
    ),
}
# The real Theano convolves only in C++, and its MRG_RandomStreams is slow without C++. It runs the
# other programs without a compiler, because compiling would take longer than running them.
COMPILED = {
    "book_basic_conv",
    "lenet",
    "autoencoder_mrg",
    "keras_style",
    "lasagne_style",
    "nnet_names",
}
FRAGMENTS = sorted(path.stem for path in (HERE / "fragments").glob("*.py"))

NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?)")


def expected(name):
    """Return the output of a run with the real Theano."""
    folder = HERE / ("fragments" if name in FRAGMENTS else "printed")
    return folder / (name + ".txt")


def difference(ours, theirs, tolerance=1e-6):
    """Return the first line in which two outputs differ beyond a relative tolerance, or None."""
    ours, theirs = ours.splitlines(), theirs.splitlines()
    for line, (a, b) in enumerate(zip(ours, theirs), 1):
        numbers = zip(NUMBER.findall(a), NUMBER.findall(b))
        if text(a) != text(b) or not all(
            math.isclose(float(p), float(q), rel_tol=tolerance, abs_tol=1e-9) for p, q in numbers
        ):
            return "line {}: {!r} instead of {!r}".format(line, a, b)
    if len(ours) != len(theirs):
        return "{} lines instead of {}".format(len(ours), len(theirs))
    return None


def text(line):
    """Return a line without spaces, with # instead of each number."""
    return "".join(NUMBER.sub("#", line).split())


def costs(printed):
    """Return the numbers of the lines "cost STEP NUMBER", in one list per seed."""
    seeds = []
    for line in printed.splitlines():
        if line.startswith("cost "):
            _, step, number = line.split()
            if step == "0":
                seeds.append([])
            seeds[-1].append(float(number))
    return seeds

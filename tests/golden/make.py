"""Train sixteen networks on Theano 1.0.5 and write the results to files, or check the files.

    python tests/golden/make.py                   recompute every NAME-DTYPE.json
    python tests/golden/make.py --check           recompute, compare with the files, write nothing
    python tests/golden/make.py --check shallow   only the networks named, with or without --check

The library must train in the same way as the book's program on Theano, and its tests compare it
with these files. Therefore this program uses only Theano, and imports nothing from the library. It
needs Python 3.8, theano==1.0.5, numpy<1.20, a C++ compiler and data/mnist.pkl.gz. README.md
describes the files.
"""

import argparse
import gzip
import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import theano
import theano.tensor as T
from theano.tensor.nnet import conv2d
from theano.tensor.shared_randomstreams import RandomStreams
from theano.tensor.signal.pool import pool_2d

HERE = Path(__file__).resolve().parent
DATA = HERE.parents[1] / "data" / "mnist.pkl.gz"
DTYPES = ("float64", "float32")


def conv(filter_shape, image_shape, activation_fn, poolsize=(2, 2), **pool_mode):
    return {
        "type": "ConvPoolLayer",
        "filter_shape": list(filter_shape),
        "image_shape": list(image_shape),
        "poolsize": list(poolsize),
        "activation_fn": activation_fn,
        **pool_mode,  # absent for max-pooling
    }


def full(n_in, n_out, activation_fn, p_dropout=0.0):
    return {
        "type": "FullyConnectedLayer",
        "n_in": n_in,
        "n_out": n_out,
        "activation_fn": activation_fn,
        "p_dropout": p_dropout,
    }


def soft(n_in, p_dropout=0.0):
    return {"type": "SoftmaxLayer", "n_in": n_in, "n_out": 10, "p_dropout": p_dropout}


def double_conv(activation_fn):
    return [
        conv((20, 1, 5, 5), (1, 28, 28), activation_fn),
        conv((40, 20, 5, 5), (20, 12, 12), activation_fn),
        full(40 * 4 * 4, 100, activation_fn),
        soft(100),
    ]


NETS = {
    # name: layers, mini_batch_size, eta, lmbda, steps, seed
    "softmax_only": ([soft(784)], 10, 0.5, 0.0, 200, 1),
    "shallow": ([full(784, 100, "sigmoid"), soft(100)], 10, 0.1, 0.0, 200, 0),
    "shallow_l2": ([full(784, 30, "tanh"), soft(30)], 20, 0.1, 5.0, 150, 2),
    "basic_conv": (
        [
            conv((20, 1, 5, 5), (1, 28, 28), "sigmoid"),
            full(20 * 12 * 12, 100, "sigmoid"),
            soft(100),
        ],
        10,
        0.1,
        0.0,
        200,
        0,
    ),
    "conv_only": (
        [conv((20, 1, 5, 5), (1, 28, 28), "sigmoid"), soft(20 * 12 * 12)],
        10,
        0.1,
        0.0,
        150,
        3,
    ),
    "linear_conv": (
        [conv((6, 1, 5, 5), (1, 28, 28), "linear"), soft(6 * 12 * 12)],
        10,
        0.01,
        0.0,
        100,
        6,
    ),
    # 24 x 24 in windows of 5 x 5: the last four rows and columns are dropped
    "pool_ignore_border": (
        [conv((8, 1, 5, 5), (1, 28, 28), "ReLU", poolsize=(5, 5)), soft(8 * 4 * 4)],
        10,
        0.03,
        0.0,
        120,
        7,
    ),
    "dbl_conv_sigmoid": (double_conv("sigmoid"), 10, 0.1, 0.0, 150, 4),
    "dbl_conv_tanh": (double_conv("tanh"), 10, 0.03, 0.0, 150, 5),
    "dbl_conv_relu": (double_conv("ReLU"), 10, 0.03, 0.1, 200, 0),
    "average_conv": (
        [
            conv((20, 1, 5, 5), (1, 28, 28), "sigmoid", pool_mode="average"),
            full(20 * 12 * 12, 100, "sigmoid"),
            soft(100),
        ],
        10,
        0.1,
        0.0,
        150,
        8,
    ),
    # 8 x 8 in windows of 3 x 3: the second layer drops its last two rows and columns
    "average_dbl_conv_relu": (
        [
            conv((20, 1, 5, 5), (1, 28, 28), "ReLU", pool_mode="average"),
            conv((40, 20, 5, 5), (20, 12, 12), "ReLU", poolsize=(3, 3), pool_mode="average"),
            full(40 * 2 * 2, 50, "ReLU"),
            soft(50),
        ],
        10,
        0.03,
        0.1,
        120,
        9,
    ),
    "dropout": ([full(784, 100, "sigmoid", 0.5), soft(100)], 10, 0.1, 0.0, 200, 10),
    # Two layers of one width, whose masks are the same.
    "dropout_twins": (
        [full(784, 100, "sigmoid"), full(100, 100, "sigmoid", 0.5), soft(100, 0.5)],
        10,
        0.1,
        0.1,
        200,
        11,
    ),
    "dropout_softmax": ([full(784, 100, "tanh"), soft(100, 0.3)], 10, 0.05, 0.0, 200, 12),
    # The chapter's most accurate net.
    "dropout_dbl_conv": (
        [
            conv((20, 1, 5, 5), (1, 28, 28), "ReLU"),
            conv((40, 20, 5, 5), (20, 12, 12), "ReLU"),
            full(40 * 4 * 4, 1000, "ReLU", 0.5),
            full(1000, 1000, "ReLU", 0.5),
            soft(1000, 0.5),
        ],
        10,
        0.03,
        0.0,
        40,
        13,
    ),
}

# These keys describe the network, and must be equal.
DESCRIPTION = (
    "name",
    "theano",
    "floatX",
    "layers",
    "mini_batch_size",
    "eta",
    "lmbda",
    "steps",
    "seed",
)

# The tolerances, relative to each number.  In float64 conv_only, whose costs exceed 30, is within
# 1.3e-10 of the file, and every other network within 1e-11.  In float32 the number of threads and
# the processor change the first 20 costs by up to 8e-5, the squares of gradients by 3e-4 and later
# costs of dbl_conv_relu by 70 %, so the end of a run is not compared.
TOLERANCES = {
    "float64": {
        "initial_sum_of_squares": 1e-9,
        "gradient_of_batch_20_sum_of_squares": 1e-9,
        "gradient_of_batch_20_sample": 1e-9,
        "costs": 1e-9,
        "final_sum_of_squares": 1e-9,
        "final_sample": 1e-9,
        "validation_accuracy_first_1000": 1e-9,
        "test_predictions_first_200": 0.0,
        "test_output_first_image": 1e-9,
    },
    "float32": {
        "initial_sum_of_squares": 1e-6,
        "gradient_of_batch_20_sum_of_squares": 2e-3,
        "costs": 2e-4,  # the first 20
    },
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="a network (default: all sixteen)")
    parser.add_argument("--check", action="store_true", help="compare, do not write")
    parser.add_argument("--dtype", choices=DTYPES, help="default: both")
    parser.add_argument("--out", type=Path, default=HERE, help="folder of the files")
    args = parser.parse_args()
    for name in args.names:
        if name not in NETS:
            parser.error(f"no net is called {name}; there are {', '.join(NETS)}")
    if args.dtype != theano.config.floatX:
        return in_children([args.dtype] if args.dtype else DTYPES)

    with gzip.open(DATA, "rb") as f:
        sets = pickle.load(f, encoding="latin1")
    status = 0
    for name in args.names or NETS:
        path = args.out / f"{name}-{args.dtype}.json"
        result = compute(name, sets)
        if not args.check:
            path.write_text(json.dumps(result))
            print(path.name, "written", flush=True)
            continue
        found = differences(result, json.loads(path.read_text())) if path.exists() else ["missing"]
        print(path.name, "; ".join(found) or "agrees", flush=True)
        status |= bool(found)
    return status


def in_children(dtypes):
    """Do the same in one process per dtype, because Theano needs floatX before it is imported."""
    flags = os.environ.get("THEANO_FLAGS", "")
    codes = []
    for dtype in dtypes:
        # without a BLAS Theano uses NumPy's, and the result depends less on the machine
        env = {**os.environ, "THEANO_FLAGS": f"blas.ldflags=,{flags},floatX={dtype}"}
        command = [sys.executable, __file__, *sys.argv[1:], "--dtype", dtype]
        codes.append(subprocess.call(command, env=env))
    return int(any(codes))


def differences(result, file):
    """Return a phrase for each key whose value differs too much between result and file."""
    if list(result) != list(file):
        return ["the keys differ"]
    found = [f"{key} differs" for key in DESCRIPTION if result[key] != file[key]]
    for key, tolerance in TOLERANCES[result["floatX"]].items():
        a, b = flat(result[key]), flat(file[key])
        if key == "costs" and result["floatX"] == "float32":
            a, b = a[:20], b[:20]
        if len(a) != len(b):
            found.append(f"{key} has {len(b)} numbers, not {len(a)}")
        elif not np.allclose(a, b, rtol=tolerance, atol=0.0):
            apart = np.max(np.abs(np.subtract(a, b)) / np.maximum(np.abs(b), 1e-300))
            found.append(f"{key} differs by {apart:.0e}, more than {tolerance:.0e}")
    return found


def flat(value):
    return [x for v in value for x in flat(v)] if isinstance(value, list) else [value]


def compute(name, sets):
    """Train the net for its number of steps and return the content of its file."""
    layers, n, eta, lmbda, steps, seed = NETS[name]
    training, validation, test = (shared(*pair) for pair in sets)

    np.random.seed(seed)
    pairs = [initial(layer) for layer in layers]
    params = [p for pair in pairs for p in pair]
    start = squares(p.get_value() for p in params)

    x, y, i = T.matrix("x"), T.ivector("y"), T.lscalar("i")
    output = dropped = x  # (n, 784), at the end (n, 10): in evaluation and in training
    for layer, (w, b) in zip(layers, pairs):
        kept = 1 - layer.get("p_dropout", 0.0)
        output = forward(layer, w, b, output, n, kept)
        if kept < 1:
            dropped = masked(dropped.reshape((n, layer["n_in"])), kept)
        dropped = forward(layer, w, b, dropped, n)
    prediction = T.argmax(output, axis=1)
    log_likelihood = T.mean(T.log(dropped)[T.arange(y.shape[0]), y])
    l2 = sum((w**2).sum() for w, _ in pairs)
    cost = -log_likelihood + 0.5 * lmbda * l2 / (50000 // n)
    gradients = T.grad(cost, params)

    def function(outputs, images, labels, updates=()):
        """Return a function of the number of the mini-batch."""
        batch = slice(i * n, (i + 1) * n)
        return theano.function(
            [i],
            outputs,
            givens={x: images[batch], y: labels[batch]},
            updates=list(updates),
            on_unused_input="ignore",
        )  # predictions need no labels

    train = function(cost, *training, updates=[(p, p - eta * g) for p, g in zip(params, gradients)])
    gradient = function(gradients, *training)
    accuracy = function(T.mean(T.eq(y, prediction)), *validation)
    answer = function([output, prediction], *test)

    costs = [float(train(k)) for k in range(20)]
    gradient_20 = gradient(20)
    costs += [float(train(k)) for k in range(20, steps)]
    outputs, predictions = zip(*(answer(k) for k in range(200 // n)))
    return {
        "name": name,
        "theano": theano.__version__,
        "floatX": theano.config.floatX,
        "layers": layers,
        "mini_batch_size": n,
        "eta": eta,
        "lmbda": lmbda,
        "steps": steps,
        "seed": seed,
        "initial_sum_of_squares": start,
        "gradient_of_batch_20_sum_of_squares": squares(gradient_20),
        "gradient_of_batch_20_sample": samples(gradient_20),
        "costs": costs,
        "final_sum_of_squares": squares(p.get_value() for p in params),
        "final_sample": samples(p.get_value() for p in params),
        "validation_accuracy_first_1000": float(np.mean([accuracy(k) for k in range(1000 // n)])),
        "test_predictions_first_200": np.concatenate(predictions).tolist(),
        "test_output_first_image": outputs[0][0].tolist(),
    }


def shared(images, labels):
    """Share the first 4,000 images (floatX, 4000 x 784) and labels (int32), which is enough."""
    return (
        theano.shared(images[:4000].astype(theano.config.floatX)),
        theano.shared(labels[:4000].astype("int32")),
    )


def initial(layer):
    """Return w and b of a layer, drawn from NumPy's global generator, w first."""
    if layer["type"] == "SoftmaxLayer":
        w = np.zeros((layer["n_in"], layer["n_out"]))
        b = np.zeros(layer["n_out"])
    elif layer["type"] == "FullyConnectedLayer":
        w = np.random.normal(0.0, np.sqrt(1.0 / layer["n_out"]), (layer["n_in"], layer["n_out"]))
        b = np.random.normal(0.0, 1.0, layer["n_out"])
    else:
        filters, _, height, width = layer["filter_shape"]
        # Python 3's division gives 37.5 in linear_conv and 1000 / 9 in average_dbl_conv_relu; the
        # book's Python 2 would give 37 and 111.  In all other networks there is no remainder.
        n_out = filters * height * width / np.prod(layer["poolsize"])
        w = np.random.normal(0.0, np.sqrt(1.0 / n_out), layer["filter_shape"])
        b = np.random.normal(0.0, 1.0, filters)
    return [theano.shared(a.astype(theano.config.floatX)) for a in (w, b)]


ACTIVATIONS = {
    "linear": lambda z: z,
    "sigmoid": T.nnet.sigmoid,
    "tanh": T.tanh,
    "ReLU": lambda z: T.maximum(0.0, z),
}

# Theano's name for each mode.  Without padding both kinds of average are the same.
POOL_MODES = {"max": "max", "average": "average_exc_pad"}


def masked(x, kept):
    """Return x (n, n_in) with the book's dropout: a stream of one fixed seed for each layer."""
    streams = RandomStreams(np.random.RandomState(0).randint(999999))
    return x * T.cast(streams.binomial(n=1, p=kept, size=x.shape), theano.config.floatX)


def forward(layer, w, b, x, n, kept=1):
    """Return the output of a layer for n inputs x: (n, filters, rows, columns) or (n, n_out)."""
    if layer["type"] == "ConvPoolLayer":
        shape = (n, *layer["image_shape"])
        maps = conv2d(x.reshape(shape), w, input_shape=shape, filter_shape=layer["filter_shape"])
        mode = POOL_MODES[layer.get("pool_mode", "max")]
        pooled = pool_2d(maps, ws=layer["poolsize"], ignore_border=True, mode=mode)
        return ACTIVATIONS[layer["activation_fn"]](pooled + b.dimshuffle("x", 0, "x", "x"))
    z = T.dot(x.reshape((n, layer["n_in"])), w)
    z = (z if kept == 1 else kept * z) + b
    if layer["type"] == "SoftmaxLayer":
        return T.nnet.softmax(z)
    return ACTIVATIONS[layer["activation_fn"]](z)


def squares(arrays):
    """Return the sum of squares of each array, computed in float64."""
    return [float((a.astype("float64") ** 2).sum()) for a in map(np.asarray, arrays)]


def samples(arrays):
    """Return at most five numbers of each array, spread over it."""
    return [a.ravel()[:: max(1, a.size // 5)][:5].tolist() for a in map(np.asarray, arrays)]


if __name__ == "__main__":
    sys.exit(main())

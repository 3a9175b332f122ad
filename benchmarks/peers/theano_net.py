"""The same network in the real Theano 1.0.5 on Python 3.8, built as in the original network3.py.

It computes in float32, with `theano.tensor.nnet.conv2d`, `pool_2d` and OpenBLAS. Dropout masks come
from Theano's shared random streams, as in the book.
"""

from peers import openblas  # noqa: F401 I001 (sets Theano's flags)

import numpy as np
import theano
import theano.tensor as T
from nets import Conv, Full, initial, mnist
from theano.tensor.nnet import conv2d
from theano.tensor.shared_randomstreams import RandomStreams
from theano.tensor.signal.pool import pool_2d

from peers.serve import serve

ACTIVATIONS = {"sigmoid": T.nnet.sigmoid, "ReLU": lambda z: T.maximum(0.0, z)}


def forward(net, params, x, n, training):
    """Return the probabilities (n, 10) of n images x."""
    activation = ACTIVATIONS[net.activation]
    for k, layer in enumerate(net.layers):
        w, b = params[2 * k : 2 * k + 2]
        if isinstance(layer, Conv):
            shape = (n, layer.maps, layer.side, layer.side)
            filters = (layer.filters, layer.maps, 5, 5)
            maps = conv2d(x.reshape(shape), w, input_shape=shape, filter_shape=filters)
            pooled = pool_2d(maps, ws=(2, 2), ignore_border=True)
            x = activation(pooled + b.dimshuffle("x", 0, "x", "x"))
            continue
        x = x.reshape((n, layer.n_in))
        if layer.p_dropout and training:
            stream = RandomStreams(np.random.RandomState(0).randint(999999))
            mask = stream.binomial(n=1, p=1 - layer.p_dropout, size=x.shape)
            x = x * T.cast(mask, theano.config.floatX)
        elif layer.p_dropout:
            x = (1 - layer.p_dropout) * x
        z = T.dot(x, w) + b
        x = activation(z) if isinstance(layer, Full) else T.nnet.softmax(z)
    return x


def prepare(net, settings):
    params = [theano.shared(a) for pair in initial(net, settings.get("seed", 0)) for a in pair]
    training, validation, test = (
        (theano.shared(images), theano.shared(labels))
        for images, labels in mnist(settings["images"])
    )
    batches = settings["images"] // 10
    x, y, i = T.matrix("x"), T.ivector("y"), T.lscalar("i")

    def function(output, n, data, updates=()):
        batch = slice(i * n, (i + 1) * n)
        givens = {x: data[0][batch], y: data[1][batch]}
        return theano.function([i], output, givens=givens, updates=list(updates))

    def descended(p, gradient):
        return p, p - net.eta * gradient

    likelihood = T.mean(T.log(forward(net, params, x, 10, True))[T.arange(10), y])
    cost = -likelihood + 0.5 * net.lmbda * sum((w**2).sum() for w in params[::2]) / batches
    train_mb = function(cost, 10, training, map(descended, params, T.grad(cost, params)))
    accuracy = T.mean(T.eq(y, T.argmax(forward(net, params, x, 10, False), axis=1)))
    judges = [function(accuracy, 10, data) for data in (validation, test)]

    def train():
        for k in range(batches):
            train_mb(k)

    def evaluate():
        return [float(np.mean([judge(k) for k in range(1000)])) for judge in judges]

    versions = {"theano": theano.__version__, "numpy": np.__version__}
    return versions, train, evaluate


if __name__ == "__main__":
    serve(prepare)

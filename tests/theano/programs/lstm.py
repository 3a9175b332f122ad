"""An LSTM by scan that reads MNIST row by row; its last state predicts the digit. RMSprop.

    python lstm.py MNIST --steps N
"""

import argparse
import gzip
import pickle
from collections import OrderedDict

import numpy
import theano
from theano import config
from theano import tensor


def numpy_floatX(data):
    return numpy.asarray(data, dtype=config.floatX)


def _p(pp, name):
    return '%s_%s' % (pp, name)


def init_params(rng, n_in, dim, n_out):
    params = OrderedDict()
    params['lstm_W'] = 0.1 * rng.randn(n_in, 4 * dim)
    params['lstm_U'] = 0.1 * rng.randn(dim, 4 * dim)
    params['lstm_b'] = numpy.zeros((4 * dim,))
    params['U'] = 0.1 * rng.randn(dim, n_out)
    params['b'] = numpy.zeros((n_out,))
    tparams = OrderedDict()
    for kk, pp in params.items():
        tparams[kk] = theano.shared(pp.astype(config.floatX), name=kk)
    return tparams


def lstm_layer(tparams, state_below, dim, prefix='lstm'):
    nsteps = state_below.shape[0]
    n_samples = state_below.shape[1] if state_below.ndim == 3 else 1

    def _slice(_x, n, dim):
        if _x.ndim == 3:
            return _x[:, :, n * dim:(n + 1) * dim]
        return _x[:, n * dim:(n + 1) * dim]

    def _step(x_, h_, c_):
        preact = tensor.dot(h_, tparams[_p(prefix, 'U')])
        preact += x_
        i = tensor.nnet.sigmoid(_slice(preact, 0, dim))
        f = tensor.nnet.sigmoid(_slice(preact, 1, dim))
        o = tensor.nnet.sigmoid(_slice(preact, 2, dim))
        c = tensor.tanh(_slice(preact, 3, dim))
        c = f * c_ + i * c
        h = o * tensor.tanh(c)
        return h, c

    state_below = tensor.dot(state_below, tparams[_p(prefix, 'W')]) + tparams[_p(prefix, 'b')]
    rval, updates = theano.scan(
        _step,
        sequences=[state_below],
        outputs_info=[tensor.alloc(numpy_floatX(0.), n_samples, dim),
                      tensor.alloc(numpy_floatX(0.), n_samples, dim)],
        name=_p(prefix, '_layers'),
        n_steps=nsteps)
    assert not updates
    return rval[0]


def rmsprop(tparams, grads, x, y, cost):
    zipped_grads = [theano.shared(p.get_value() * numpy_floatX(0.), name='%s_grad' % k)
                    for k, p in tparams.items()]
    running_grads2 = [theano.shared(p.get_value() * numpy_floatX(0.), name='%s_rgrad2' % k)
                      for k, p in tparams.items()]
    zgup = [(zg, g) for zg, g in zip(zipped_grads, grads)]
    rg2up = [(rg2, 0.95 * rg2 + 0.05 * (g ** 2)) for rg2, g in zip(running_grads2, grads)]
    f_grad_shared = theano.function([x, y], cost, updates=zgup + rg2up, name='f_grad_shared')

    lr = tensor.scalar(name='lr')
    updir_new = [(p, p - lr * zg / tensor.sqrt(rg2 + 1e-4))
                 for p, zg, rg2 in zip(tparams.values(), zipped_grads, running_grads2)]
    f_update = theano.function([lr], [], updates=updir_new, on_unused_input='ignore',
                               name='f_update')
    return f_grad_shared, f_update


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('data')
    parser.add_argument('--steps', type=int, default=20)
    args = parser.parse_args()
    with gzip.open(args.data, 'rb') as f:
        (images, labels), _, _ = pickle.load(f, encoding='latin1')

    n, dim = 20, 16
    tparams = init_params(numpy.random.RandomState(1), 28, dim, 10)
    x = tensor.tensor3('x', dtype=config.floatX)
    y = tensor.vector('y', dtype='int64')
    proj = lstm_layer(tparams, x, dim)[-1]
    pred = tensor.nnet.softmax(tensor.dot(proj, tparams['U']) + tparams['b'])
    off = 1e-8
    cost = -tensor.log(pred[tensor.arange(x.shape[1]), y] + off).mean()
    grads = tensor.grad(cost, wrt=list(tparams.values()))
    f_grad_shared, f_update = rmsprop(tparams, grads, x, y, cost)
    n_batches = len(images) // n
    for k in range(args.steps):
        part = slice(k % n_batches * n, (k % n_batches + 1) * n)
        rows = images[part].reshape(n, 28, 28).transpose(1, 0, 2)
        value = f_grad_shared(rows.astype(config.floatX), labels[part])
        f_update(0.05)
        print('cost %d %.17g' % (k, value))


if __name__ == '__main__':
    main()

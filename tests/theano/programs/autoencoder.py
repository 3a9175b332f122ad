"""A denoising autoencoder on MNIST with tied weights: pixels are dropped at random.

    python autoencoder.py MNIST --steps N [--corruption P] [--seeds N] [--mrg]

trains once for each seed of the corruption, always from the same initial parameters.
"""

import argparse
import gzip
import pickle

import numpy
import theano
import theano.tensor as T
from theano.sandbox.rng_mrg import MRG_RandomStreams
from theano.tensor.shared_randomstreams import RandomStreams


class dA(object):
    def __init__(self, numpy_rng, theano_rng, input, n_visible=784, n_hidden=100):
        self.theano_rng = theano_rng
        bound = 4 * numpy.sqrt(6. / (n_hidden + n_visible))
        self.start = [
            numpy.asarray(numpy_rng.uniform(low=-bound, high=bound, size=(n_visible, n_hidden)),
                          dtype=theano.config.floatX),
            numpy.zeros(n_hidden, dtype=theano.config.floatX),
            numpy.zeros(n_visible, dtype=theano.config.floatX)]
        self.W = theano.shared(value=self.start[0], name='W')
        self.b = theano.shared(value=self.start[1], name='b')
        self.b_prime = theano.shared(value=self.start[2], name='b_prime')
        self.W_prime = self.W.T
        self.x = input
        self.params = [self.W, self.b, self.b_prime]

    def get_corrupted_input(self, input, corruption_level):
        return self.theano_rng.binomial(size=input.shape, n=1, p=1 - corruption_level,
                                        dtype=theano.config.floatX) * input

    def get_cost_updates(self, corruption_level, learning_rate):
        tilde_x = self.get_corrupted_input(self.x, corruption_level)
        y = T.nnet.sigmoid(T.dot(tilde_x, self.W) + self.b)
        z = T.nnet.sigmoid(T.dot(y, self.W_prime) + self.b_prime)
        L = - T.sum(self.x * T.log(z) + (1 - self.x) * T.log(1 - z), axis=1)
        cost = T.mean(L)
        gparams = T.grad(cost, self.params)
        return cost, [(param, param - learning_rate * gparam)
                      for param, gparam in zip(self.params, gparams)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('data')
    parser.add_argument('--steps', type=int, default=20)
    parser.add_argument('--corruption', type=float, default=0.3)
    parser.add_argument('--seeds', type=int, default=1)
    parser.add_argument('--mrg', action='store_true')
    args = parser.parse_args()
    with gzip.open(args.data, 'rb') as f:
        (images, _), _, _ = pickle.load(f, encoding='latin1')
    train_set_x = theano.shared(images[:4000].astype(theano.config.floatX), borrow=True)

    batch_size = 20
    index = T.lscalar()
    x = T.matrix('x')
    rng = numpy.random.RandomState(123)
    streams = MRG_RandomStreams if args.mrg else RandomStreams
    theano_rng = streams(rng.randint(2 ** 30))
    da = dA(numpy_rng=rng, theano_rng=theano_rng, input=x)
    cost, updates = da.get_cost_updates(corruption_level=args.corruption, learning_rate=0.1)
    train_da = theano.function([index], cost, updates=updates, givens={
        x: train_set_x[index * batch_size: (index + 1) * batch_size]})
    n_train_batches = 4000 // batch_size
    for seed in range(1, args.seeds + 1):
        theano_rng.seed(seed)
        for param, value in zip(da.params, da.start):
            param.set_value(value)
        for k in range(args.steps):
            print('cost %d %.17g' % (k, train_da(k % n_train_batches)))


if __name__ == '__main__':
    main()

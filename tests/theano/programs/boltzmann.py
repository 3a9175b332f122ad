"""A restricted Boltzmann machine on MNIST: k steps of contrastive divergence, by scan.

    python boltzmann.py MNIST --steps N [--k K] [--seeds N] [--persistent]

prints the cross-entropy of the reconstruction, once for each seed, always from the same initial
parameters.
"""

import argparse
import gzip
import pickle

import numpy
import theano
import theano.tensor as T
from theano.tensor.shared_randomstreams import RandomStreams


class RBM(object):
    def __init__(self, input, n_visible, n_hidden, numpy_rng, theano_rng):
        bound = 4 * numpy.sqrt(6. / (n_hidden + n_visible))
        self.start = numpy.asarray(
            numpy_rng.uniform(low=-bound, high=bound, size=(n_visible, n_hidden)),
            dtype=theano.config.floatX)
        self.W = theano.shared(value=self.start, name='W')
        self.hbias = theano.shared(numpy.zeros(n_hidden, dtype=theano.config.floatX), name='hbias')
        self.vbias = theano.shared(numpy.zeros(n_visible, dtype=theano.config.floatX), name='vbias')
        self.input = input
        self.theano_rng = theano_rng
        self.params = [self.W, self.hbias, self.vbias]

    def free_energy(self, v_sample):
        wx_b = T.dot(v_sample, self.W) + self.hbias
        vbias_term = T.dot(v_sample, self.vbias)
        hidden_term = T.sum(T.log(1 + T.exp(wx_b)), axis=1)
        return -hidden_term - vbias_term

    def sample_h_given_v(self, v0_sample):
        pre_sigmoid_h1 = T.dot(v0_sample, self.W) + self.hbias
        h1_mean = T.nnet.sigmoid(pre_sigmoid_h1)
        h1_sample = self.theano_rng.binomial(size=h1_mean.shape, n=1, p=h1_mean,
                                             dtype=theano.config.floatX)
        return [pre_sigmoid_h1, h1_mean, h1_sample]

    def sample_v_given_h(self, h0_sample):
        pre_sigmoid_v1 = T.dot(h0_sample, self.W.T) + self.vbias
        v1_mean = T.nnet.sigmoid(pre_sigmoid_v1)
        v1_sample = self.theano_rng.binomial(size=v1_mean.shape, n=1, p=v1_mean,
                                             dtype=theano.config.floatX)
        return [pre_sigmoid_v1, v1_mean, v1_sample]

    def gibbs_hvh(self, h0_sample):
        v = self.sample_v_given_h(h0_sample)
        return v + self.sample_h_given_v(v[2])

    def get_cost_updates(self, lr, persistent=None, k=1):
        _, _, ph_sample = self.sample_h_given_v(self.input)
        chain_start = ph_sample if persistent is None else persistent
        ([pre_sigmoid_nvs, nv_means, nv_samples, pre_sigmoid_nhs, nh_means, nh_samples],
         updates) = theano.scan(
            self.gibbs_hvh,
            outputs_info=[None, None, None, None, None, chain_start],
            n_steps=k,
            name="gibbs_hvh")
        chain_end = nv_samples[-1]
        cost = T.mean(self.free_energy(self.input)) - T.mean(self.free_energy(chain_end))
        gparams = T.grad(cost, self.params, consider_constant=[chain_end])
        for gparam, param in zip(gparams, self.params):
            updates[param] = param - gparam * T.cast(lr, dtype=theano.config.floatX)
        if persistent is not None:
            updates[persistent] = nh_samples[-1]
        p = T.nnet.sigmoid(pre_sigmoid_nvs[-1])
        cross_entropy = T.mean(T.sum(
            self.input * T.log(p) + (1 - self.input) * T.log(1 - p), axis=1))
        return cross_entropy, updates


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('data')
    parser.add_argument('--steps', type=int, default=20)
    parser.add_argument('--k', type=int, default=3)
    parser.add_argument('--seeds', type=int, default=1)
    parser.add_argument('--persistent', action='store_true')
    args = parser.parse_args()
    with gzip.open(args.data, 'rb') as f:
        (images, _), _, _ = pickle.load(f, encoding='latin1')
    train_set_x = theano.shared(images[:4000].astype(theano.config.floatX), borrow=True)

    batch_size, n_hidden = 20, 50
    index = T.lscalar()
    x = T.matrix('x')
    rng = numpy.random.RandomState(123)
    theano_rng = RandomStreams(rng.randint(2 ** 30))
    rbm = RBM(x, 28 * 28, n_hidden, rng, theano_rng)
    chain = theano.shared(numpy.zeros((batch_size, n_hidden), dtype=theano.config.floatX),
                          borrow=True) if args.persistent else None
    cost, updates = rbm.get_cost_updates(lr=0.1, persistent=chain, k=args.k)
    train_rbm = theano.function([index], cost, updates=updates, givens={
        x: train_set_x[index * batch_size: (index + 1) * batch_size]}, name='train_rbm')
    for seed in range(1, args.seeds + 1):
        theano_rng.seed(seed)
        rbm.W.set_value(rbm.start)
        for other in [rbm.hbias, rbm.vbias] + ([chain] if chain else []):
            other.set_value(numpy.zeros_like(other.get_value(borrow=True)))
        for k in range(args.steps):
            print('cost %d %.17g' % (k, train_rbm(k)))


if __name__ == '__main__':
    main()

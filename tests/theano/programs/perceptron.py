"""A multi-layer perceptron on MNIST with L1 and L2 regularization.

    python perceptron.py MNIST --steps N
"""

import argparse
import gzip
import pickle

import numpy
import theano
import theano.tensor as T


class HiddenLayer(object):
    def __init__(self, rng, input, n_in, n_out, W=None, b=None, activation=T.tanh):
        self.input = input
        if W is None:
            W_values = numpy.asarray(
                rng.uniform(low=-numpy.sqrt(6. / (n_in + n_out)),
                            high=numpy.sqrt(6. / (n_in + n_out)),
                            size=(n_in, n_out)),
                dtype=theano.config.floatX)
            if activation == theano.tensor.nnet.sigmoid:
                W_values *= 4
            W = theano.shared(value=W_values, name='W', borrow=True)
        if b is None:
            b = theano.shared(numpy.zeros((n_out,), dtype=theano.config.floatX),
                              name='b', borrow=True)
        self.W, self.b = W, b
        lin_output = T.dot(input, self.W) + self.b
        self.output = lin_output if activation is None else activation(lin_output)
        self.params = [self.W, self.b]


class MLP(object):
    def __init__(self, rng, input, n_in, n_hidden, n_out):
        self.first = HiddenLayer(rng, input, n_in, n_hidden, activation=T.tanh)
        self.second = HiddenLayer(rng, self.first.output, n_hidden, n_hidden,
                                  activation=T.nnet.sigmoid)
        self.top = HiddenLayer(rng, self.second.output, n_hidden, n_out,
                               activation=T.nnet.softmax)
        layers = [self.first, self.second, self.top]
        self.L1 = sum(abs(layer.W).sum() for layer in layers)
        self.L2_sqr = sum((layer.W ** 2).sum() for layer in layers)
        self.params = sum([layer.params for layer in layers], [])

    def negative_log_likelihood(self, y):
        return T.nnet.categorical_crossentropy(self.top.output, y).mean()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('data')
    parser.add_argument('--steps', type=int, default=20)
    args = parser.parse_args()
    with gzip.open(args.data, 'rb') as f:
        (images, labels), _, _ = pickle.load(f, encoding='latin1')
    batch_size = 20
    train_set_x = theano.shared(images[:4000].astype(theano.config.floatX), borrow=True)
    train_set_y = theano.shared(labels[:4000].astype('int32'), borrow=True)

    index = T.lscalar()
    x = T.matrix('x')
    y = T.ivector('y')
    classifier = MLP(numpy.random.RandomState(1234), x, 28 * 28, 100, 10)
    cost = (classifier.negative_log_likelihood(y)
            + 0.0001 * classifier.L1 + 0.0005 * classifier.L2_sqr)
    gparams = [T.grad(cost, param) for param in classifier.params]
    learning_rate = T.scalar('learning_rate', dtype=theano.config.floatX)
    train_model = theano.function(
        inputs=[index, theano.In(learning_rate, value=0.1)],
        outputs=cost,
        updates=[(param, param - learning_rate * gparam)
                 for param, gparam in zip(classifier.params, gparams)],
        givens={
            x: train_set_x[index * batch_size: (index + 1) * batch_size],
            y: train_set_y[index * batch_size: (index + 1) * batch_size]
        },
        allow_input_downcast=True)
    n_train_batches = 4000 // batch_size
    for k in range(args.steps):
        print('cost %d %.17g' % (k, train_model(k % n_train_batches)))
    print('cost %d %.17g' % (args.steps, train_model(args.steps, 0.02)))


if __name__ == '__main__':
    main()

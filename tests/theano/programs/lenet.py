"""A LeNet on MNIST: two layers of convolution and max pooling, tanh, softmax, momentum.

    python lenet.py MNIST --steps N
"""

import argparse
import gzip
import pickle
from collections import OrderedDict

import numpy
import theano
import theano.tensor as T
from theano.tensor.nnet import conv2d
from theano.tensor.signal import pool


class LeNetConvPoolLayer(object):
    def __init__(self, rng, input, filter_shape, image_shape, poolsize=(2, 2)):
        assert image_shape[1] == filter_shape[1]
        fan_in = numpy.prod(filter_shape[1:])
        fan_out = filter_shape[0] * numpy.prod(filter_shape[2:]) // numpy.prod(poolsize)
        W_bound = numpy.sqrt(6. / (fan_in + fan_out))
        self.W = theano.shared(
            numpy.asarray(rng.uniform(low=-W_bound, high=W_bound, size=filter_shape),
                          dtype=theano.config.floatX),
            borrow=True)
        self.b = theano.shared(
            value=numpy.zeros((filter_shape[0],), dtype=theano.config.floatX), borrow=True)
        conv_out = conv2d(input=input, filters=self.W, filter_shape=filter_shape,
                          input_shape=image_shape)
        pooled_out = pool.pool_2d(input=conv_out, ws=poolsize, ignore_border=True)
        self.output = T.tanh(pooled_out + self.b.dimshuffle('x', 0, 'x', 'x'))
        self.params = [self.W, self.b]


def dense(rng, n_in, n_out):
    bound = numpy.sqrt(6. / (n_in + n_out))
    W = theano.shared(rng.uniform(-bound, bound, (n_in, n_out)).astype(theano.config.floatX))
    return W, theano.shared(numpy.zeros(n_out, dtype=theano.config.floatX))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('data')
    parser.add_argument('--steps', type=int, default=20)
    args = parser.parse_args()
    with gzip.open(args.data, 'rb') as f:
        (images, labels), _, _ = pickle.load(f, encoding='latin1')
    train_set_x = theano.shared(images[:4000].astype(theano.config.floatX), borrow=True)
    train_set_y = T.cast(theano.shared(labels[:4000].astype(theano.config.floatX)), 'int32')

    batch_size, nkerns, learning_rate, momentum = 50, [6, 16], 0.1, 0.5
    rng = numpy.random.RandomState(23455)
    index = T.lscalar()
    x = T.matrix('x')
    y = T.ivector('y')
    layer0_input = x.reshape((batch_size, 1, 28, 28))
    layer0 = LeNetConvPoolLayer(rng, layer0_input, (nkerns[0], 1, 5, 5),
                                (batch_size, 1, 28, 28))
    layer1 = LeNetConvPoolLayer(rng, layer0.output, (nkerns[1], nkerns[0], 5, 5),
                                (batch_size, nkerns[0], 12, 12))
    W2, b2 = dense(rng, nkerns[1] * 4 * 4, 50)
    W3, b3 = dense(rng, 50, 10)
    layer2 = T.tanh(T.dot(layer1.output.flatten(2), W2) + b2)
    p_y_given_x = T.nnet.softmax(T.dot(layer2, W3) + b3)
    cost = -T.mean(T.log(p_y_given_x)[T.arange(y.shape[0]), y])

    params = [W3, b3, W2, b2] + layer1.params + layer0.params
    updates = OrderedDict()
    for param, grad in zip(params, T.grad(cost, params)):
        velocity = theano.shared(param.get_value() * 0., broadcastable=param.broadcastable)
        updates[velocity] = momentum * velocity - learning_rate * grad
        updates[param] = param + updates[velocity]
    train_model = theano.function([index], cost, updates=updates, givens={
        x: train_set_x[index * batch_size: (index + 1) * batch_size],
        y: train_set_y[index * batch_size: (index + 1) * batch_size]})
    n_train_batches = 4000 // batch_size
    for k in range(args.steps):
        print('cost %d %.17g' % (k, train_model(k % n_train_batches)))


if __name__ == '__main__':
    main()

"""The book's network3 as its readers had it in 2015: classes, a GPU flag, SGD over shared data.

    python book.py MNIST [--net NAME] [--seed N] [--steps N] [--eta X] [--dropout P] [--gpu]

prints the costs of the first mini-batches of an epoch, then the outputs of the network for some
images.
"""

import argparse
import gzip
import pickle
import sys

import numpy as np
import theano
import theano.tensor as T
from theano.tensor.nnet import conv
from theano.tensor.nnet import softmax
from theano.tensor import shared_randomstreams
from theano.tensor.signal import downsample

def linear(z): return z
def ReLU(z): return T.maximum(0.0, z)
from theano.tensor.nnet import sigmoid
from theano.tensor import tanh

GPU = "--gpu" in sys.argv
if GPU:
    print("Trying to run under a GPU.")
    try: theano.config.device = 'gpu'
    except: pass # there is none, or it is in use already
    theano.config.floatX = 'float32'
else:
    print("Running with a CPU.")


def load_data_shared(filename):
    """Return three pairs of shared variables: images (n, 784) in floatX, labels (n,) as int32."""
    with gzip.open(filename, 'rb') as f:
        data = pickle.load(f, encoding="latin1")
    def shared(pair):
        images = theano.shared(np.asarray(pair[0], dtype=theano.config.floatX), borrow=True)
        labels = theano.shared(np.asarray(pair[1], dtype=theano.config.floatX), borrow=True)
        return images, T.cast(labels, "int32")
    return [shared(pair) for pair in data]


class Network(object):

    def __init__(self, layers, mini_batch_size):
        self.layers = layers
        self.mini_batch_size = mini_batch_size
        self.params = [param for layer in self.layers for param in layer.params]
        self.x = T.matrix("x")
        self.y = T.ivector("y")
        inpt = inpt_dropout = self.x
        for layer in self.layers:
            layer.set_inpt(inpt, inpt_dropout, self.mini_batch_size)
            inpt, inpt_dropout = layer.output, layer.output_dropout
        self.output = inpt
        self.output_dropout = inpt_dropout

    def SGD(self, training_data, epochs, mini_batch_size, eta,
            validation_data, test_data, lmbda=0.0, steps=None):
        training_x, training_y = training_data
        validation_x, validation_y = validation_data
        test_x, test_y = test_data

        num_training_batches = size(training_data)//mini_batch_size
        num_validation_batches = 1000//mini_batch_size

        l2_norm_squared = sum([(layer.w**2).sum() for layer in self.layers])
        cost = self.layers[-1].cost(self)+\
               0.5*lmbda*l2_norm_squared/num_training_batches
        grads = T.grad(cost, self.params)
        updates = [(param, param-eta*grad)
                   for param, grad in zip(self.params, grads)]

        i = T.lscalar() # mini-batch index
        train_mb = theano.function(
            [i], cost, updates=updates,
            givens={
                self.x:
                training_x[i*self.mini_batch_size: (i+1)*self.mini_batch_size],
                self.y:
                training_y[i*self.mini_batch_size: (i+1)*self.mini_batch_size]
            })
        validate_mb_accuracy = theano.function(
            [i], self.layers[-1].accuracy(self.y),
            givens={
                self.x:
                validation_x[i*self.mini_batch_size: (i+1)*self.mini_batch_size],
                self.y:
                validation_y[i*self.mini_batch_size: (i+1)*self.mini_batch_size]
            })
        test_mb_predictions = theano.function(
            [i], self.layers[-1].y_out,
            givens={
                self.x:
                test_x[i*self.mini_batch_size: (i+1)*self.mini_batch_size]
            })
        for epoch in range(epochs):
            for minibatch_index in range(min(steps or num_training_batches, num_training_batches)):
                cost_ij = train_mb(minibatch_index)
                print("cost {0} {1:.17g}".format(
                    epoch*num_training_batches+minibatch_index, float(cost_ij)))
            validation_accuracy = np.mean(
                [validate_mb_accuracy(j) for j in range(num_validation_batches)])
            print("validation {0:.17g}".format(float(validation_accuracy)))
        print("predictions " + " ".join(
            str(k) for j in range(20) for k in test_mb_predictions(j)))


class ConvPoolLayer(object):

    def __init__(self, filter_shape, image_shape, poolsize=(2, 2),
                 activation_fn=sigmoid):
        self.filter_shape = filter_shape
        self.image_shape = image_shape
        self.poolsize = poolsize
        self.activation_fn=activation_fn
        n_out = (filter_shape[0]*np.prod(filter_shape[2:])//np.prod(poolsize))
        self.w = theano.shared(
            np.asarray(
                np.random.normal(loc=0, scale=np.sqrt(1.0/n_out), size=filter_shape),
                dtype=theano.config.floatX),
            borrow=True)
        self.b = theano.shared(
            np.asarray(
                np.random.normal(loc=0, scale=1.0, size=(filter_shape[0],)),
                dtype=theano.config.floatX),
            borrow=True)
        self.params = [self.w, self.b]

    def set_inpt(self, inpt, inpt_dropout, mini_batch_size):
        self.inpt = inpt.reshape(self.image_shape)
        conv_out = conv.conv2d(
            input=self.inpt, filters=self.w, filter_shape=self.filter_shape,
            image_shape=self.image_shape)
        pooled_out = downsample.max_pool_2d(
            input=conv_out, ds=self.poolsize, ignore_border=True)
        self.output = self.activation_fn(
            pooled_out + self.b.dimshuffle('x', 0, 'x', 'x'))
        self.output_dropout = self.output # no dropout in the convolutional layers


class FullyConnectedLayer(object):

    def __init__(self, n_in, n_out, activation_fn=sigmoid, p_dropout=0.0):
        self.n_in = n_in
        self.n_out = n_out
        self.activation_fn = activation_fn
        self.p_dropout = p_dropout
        self.w = theano.shared(
            np.asarray(
                np.random.normal(
                    loc=0.0, scale=np.sqrt(1.0/n_out), size=(n_in, n_out)),
                dtype=theano.config.floatX),
            name='w', borrow=True)
        self.b = theano.shared(
            np.asarray(np.random.normal(loc=0.0, scale=1.0, size=(n_out,)),
                       dtype=theano.config.floatX),
            name='b', borrow=True)
        self.params = [self.w, self.b]

    def set_inpt(self, inpt, inpt_dropout, mini_batch_size):
        self.inpt = inpt.reshape((mini_batch_size, self.n_in))
        self.output = self.activation_fn(
            (1-self.p_dropout)*T.dot(self.inpt, self.w) + self.b)
        self.y_out = T.argmax(self.output, axis=1)
        self.inpt_dropout = dropout_layer(
            inpt_dropout.reshape((mini_batch_size, self.n_in)), self.p_dropout)
        self.output_dropout = self.activation_fn(
            T.dot(self.inpt_dropout, self.w) + self.b)

    def accuracy(self, y):
        return T.mean(T.eq(y, self.y_out))


class SoftmaxLayer(object):

    def __init__(self, n_in, n_out, p_dropout=0.0):
        self.n_in = n_in
        self.n_out = n_out
        self.p_dropout = p_dropout
        self.w = theano.shared(
            np.zeros((n_in, n_out), dtype=theano.config.floatX),
            name='w', borrow=True)
        self.b = theano.shared(
            np.zeros((n_out,), dtype=theano.config.floatX),
            name='b', borrow=True)
        self.params = [self.w, self.b]

    def set_inpt(self, inpt, inpt_dropout, mini_batch_size):
        self.inpt = inpt.reshape((mini_batch_size, self.n_in))
        self.output = softmax((1-self.p_dropout)*T.dot(self.inpt, self.w) + self.b)
        self.y_out = T.argmax(self.output, axis=1)
        self.inpt_dropout = dropout_layer(
            inpt_dropout.reshape((mini_batch_size, self.n_in)), self.p_dropout)
        self.output_dropout = softmax(T.dot(self.inpt_dropout, self.w) + self.b)

    def cost(self, net):
        return -T.mean(T.log(self.output_dropout)[T.arange(net.y.shape[0]), net.y])

    def accuracy(self, y):
        return T.mean(T.eq(y, self.y_out))


def size(data):
    return data[0].get_value(borrow=True).shape[0]

def dropout_layer(layer, p_dropout):
    srng = shared_randomstreams.RandomStreams(
        np.random.RandomState(0).randint(999999))
    mask = srng.binomial(n=1, p=1-p_dropout, size=layer.shape)
    return layer*T.cast(mask, theano.config.floatX)


def double_conv(n, activation_fn):
    return [
        ConvPoolLayer(image_shape=(n, 1, 28, 28), filter_shape=(20, 1, 5, 5),
                      poolsize=(2, 2), activation_fn=activation_fn),
        ConvPoolLayer(image_shape=(n, 20, 12, 12), filter_shape=(40, 20, 5, 5),
                      poolsize=(2, 2), activation_fn=activation_fn),
        FullyConnectedLayer(n_in=40*4*4, n_out=100, activation_fn=activation_fn),
        SoftmaxLayer(n_in=100, n_out=10)]

NETS = { # layers, mini-batch size, eta, lmbda, seed
    "shallow": (lambda n: [
        FullyConnectedLayer(n_in=784, n_out=100),
        SoftmaxLayer(n_in=100, n_out=10)], 10, 0.1, 0.0, 0),
    "shallow_l2": (lambda n: [
        FullyConnectedLayer(n_in=784, n_out=30, activation_fn=tanh),
        SoftmaxLayer(n_in=30, n_out=10)], 20, 0.1, 5.0, 2),
    "basic_conv": (lambda n: [
        ConvPoolLayer(image_shape=(n, 1, 28, 28), filter_shape=(20, 1, 5, 5),
                      poolsize=(2, 2)),
        FullyConnectedLayer(n_in=20*12*12, n_out=100),
        SoftmaxLayer(n_in=100, n_out=10)], 10, 0.1, 0.0, 0),
    "dbl_conv_relu": (lambda n: double_conv(n, ReLU), 10, 0.03, 0.1, 0),
    "dropout": (lambda n: [
        FullyConnectedLayer(n_in=784, n_out=100, p_dropout=0.5),
        SoftmaxLayer(n_in=100, n_out=10, p_dropout=0.5)], 10, 0.1, 0.0, 0),
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("data")
    parser.add_argument("--net", choices=sorted(NETS), default="basic_conv")
    parser.add_argument("--steps", type=int)
    parser.add_argument("--gpu", action="store_true")
    args = parser.parse_args()
    layers, n, eta, lmbda, seed = NETS[args.net]
    training_data, validation_data, test_data = load_data_shared(args.data)
    np.random.seed(seed)
    net = Network(layers(n), n)
    net.SGD(training_data, 1, n, eta, validation_data, test_data, lmbda=lmbda, steps=args.steps)


if __name__ == "__main__":
    main()

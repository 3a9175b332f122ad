"""Experiments with network3.py's nets, on few images and maps: written for these tests."""

from collections import Counter

import numpy as np
import theano
import theano.tensor as T

import network3
from network3 import sigmoid, tanh, ReLU, Network
from network3 import ConvPoolLayer, FullyConnectedLayer, SoftmaxLayer

np.random.seed(0)
training_data, validation_data, test_data = network3.load_data_shared()
size = 10

def trained(title, layers, epochs, eta, data=training_data, **options):
    print "\n\n" + title
    net = Network(layers, size)
    net.SGD(data, epochs, size, eta, validation_data, **options)
    return net

def conv(maps, below, width, function=sigmoid):
    return ConvPoolLayer(image_shape=(size, below, width, width),
                         filter_shape=(maps, below, 5, 5),
                         poolsize=(2, 2), activation_fn=function)

def flat():
    return trained("Flat", [FullyConnectedLayer(n_in=784, n_out=20), SoftmaxLayer(20, 10)], 2, 0.1)

def one_conv():
    return trained("One convolution", [
        conv(6, 1, 28), FullyConnectedLayer(n_in=6*12*12, n_out=30),
        SoftmaxLayer(n_in=30, n_out=10)], 2, 0.1, lmbda=0.1)

def two_convs(function):
    for lmbda in (0.0, 0.1):
        trained("Two convolutions, %s" % lmbda, [
            conv(3, 1, 28, function), conv(4, 3, 12, function),
            SoftmaxLayer(n_in=4*4*4, n_out=10)], 1, 0.03, lmbda=lmbda)

def with_dropout(p0, p1, n):
    expanded, _, _ = network3.load_data_shared("../data/mnist_expanded.pkl.gz")
    print "Dropout:", p0,p1
    return [trained("Run %s" % j, [
        FullyConnectedLayer(n_in=784, n_out=30, activation_fn=ReLU, p_dropout=p0),
        SoftmaxLayer(n_in=30, n_out=10, p_dropout=p1)], 2, 0.03, expanded) for j in range(n)]

def classes(net):
    i = T.lscalar()
    f = theano.function([i], net.layers[-1].y_out, givens={net.x: test_data[0][i*size: (i+1)*size]})
    return np.concatenate([f(j) for j in xrange(network3.size(test_data)/size)])

def vote(nets):
    votes = zip(*map(classes, nets))
    chosen = map(lambda each: Counter(each).most_common(1)[0][0], votes)
    wrong = [(j, int(c)) for j, (c, y) in enumerate(zip(chosen, test_data[1].eval())) if c != y]
    print "Right: {:.2%}".format(1 - len(wrong)/float(len(votes)))
    return wrong

if __name__ == "__main__":
    flat()
    w = one_conv().layers[0].w.eval()
    print w.shape, "%.9f" % abs(w).sum()
    two_convs(tanh)
    two_convs(ReLU)
    print vote(with_dropout(0.5, 0.5, 3))

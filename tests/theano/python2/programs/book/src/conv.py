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
mini_batch_size = 10

def shallow(n=1, epochs=2):
    nets = []
    for j in range(n):
        print "A shallow net with 20 hidden neurons"
        net = Network([
            FullyConnectedLayer(n_in=784, n_out=20),
            SoftmaxLayer(n_in=20, n_out=10)], mini_batch_size)
        net.SGD(
            training_data, epochs, mini_batch_size, 0.1, validation_data)
        nets.append(net)
    return nets

def basic_conv(epochs=2):
    print "Conv + FC architecture"
    net = Network([
        ConvPoolLayer(image_shape=(mini_batch_size, 1, 28, 28),
                      filter_shape=(6, 1, 5, 5),
                      poolsize=(2, 2)),
        FullyConnectedLayer(n_in=6*12*12, n_out=30),
        SoftmaxLayer(n_in=30, n_out=10)], mini_batch_size)
    net.SGD(training_data, epochs, mini_batch_size, 0.1, validation_data, lmbda=0.1)
    return net

def dbl_conv(activation_fn=sigmoid):
    for lmbda in [0.0, 0.1]:
        print "Conv + Conv, with regularization %s" % lmbda
        net = Network([
            ConvPoolLayer(image_shape=(mini_batch_size, 1, 28, 28),
                          filter_shape=(3, 1, 5, 5),
                          poolsize=(2, 2),
                          activation_fn=activation_fn),
            ConvPoolLayer(image_shape=(mini_batch_size, 3, 12, 12),
                          filter_shape=(4, 3, 5, 5),
                          poolsize=(2, 2),
                          activation_fn=activation_fn),
            SoftmaxLayer(n_in=4*4*4, n_out=10)], mini_batch_size)
        net.SGD(training_data, 1, mini_batch_size, 0.03, validation_data, lmbda=lmbda)
    return net

def fc_dropout(p0, p1, repetitions):
    expanded_training_data, _, _ = network3.load_data_shared(
        "../data/mnist_expanded.pkl.gz")
    nets = []
    for j in range(repetitions):
        print "\n\nTraining using a dropout network with parameters ",p0,p1
        print "Training with expanded data, run num %s" % j
        net = Network([
            FullyConnectedLayer(
                n_in=784, n_out=30, activation_fn=ReLU, p_dropout=p0),
            SoftmaxLayer(n_in=30, n_out=10, p_dropout=p1)], mini_batch_size)
        net.SGD(expanded_training_data, 2, mini_batch_size, 0.03, validation_data)
        nets.append(net)
    return nets

def ensemble(nets):
    test_x, test_y = test_data
    for net in nets:
        i = T.lscalar() # mini-batch index
        net.test_mb_predictions = theano.function(
            [i], net.layers[-1].y_out,
            givens={
                net.x:
                test_x[i*net.mini_batch_size: (i+1)*net.mini_batch_size]
            })
        net.test_predictions = list(np.concatenate(
            [net.test_mb_predictions(i) for i in xrange(network3.size(test_data)/10)]))
    all_test_predictions = zip(*[net.test_predictions for net in nets])
    def plurality(p): return Counter(p).most_common(1)[0][0]
    plurality_test_predictions = [plurality(p)
                                  for p in all_test_predictions]
    test_y_eval = test_y.eval()
    error_locations = [j for j in xrange(len(test_y_eval))
                       if plurality_test_predictions[j] != test_y_eval[j]]
    erroneous_predictions = [plurality(all_test_predictions[j])
                             for j in error_locations]
    print "Accuracy is {:.2%}".format((1-len(error_locations)/20.0))
    return error_locations, erroneous_predictions

def run_experiments():
    shallow()
    net = basic_conv()
    print net.layers[0].w.eval().shape, "%.9f" % abs(net.layers[0].w.eval()).sum()
    dbl_conv(activation_fn=tanh)
    dbl_conv(activation_fn=ReLU)
    error_locations, erroneous_predictions = ensemble(fc_dropout(0.5, 0.5, 3))
    print error_locations, map(int, erroneous_predictions)

if __name__ == "__main__":
    run_experiments()

"""Train network.py's and network2.py's nets, and expand the data: without Theano."""

import random

import numpy as np

import mnist_loader
import network
import network2

def main():
    training, validation, test = mnist_loader.load_all()
    print len(training), training[0][0].shape, test[0][1], test[-1][1]
    random.seed(12345678)
    np.random.seed(12345678)
    net = network.Net([784, 8, 10])
    net.train(training, 2, 10, 3.0, test=test)
    net.train(training[:20], 1, 3, 1.0)
    net = network2.Net([784, 8, 10], cost=network2.Entropy)
    net.watched = training
    net.train(training, 3, 10, 0.5, validation, decay=5.0)
    print [int(cost) for cost in net.costs], 1500/len(training)
    net.save("net.json")
    again = network2.load("net.json")
    print again.cost.__name__, again.right(test) == net.right(test)
    network2.Net([784, 10], network2.Quadratic).train(training, 1, 7, 0.5)

if __name__ == "__main__":
    main()
    import expand

"""Train network.py's and network2.py's nets, and expand the data: without Theano."""

import random

import numpy as np

import mnist_loader
import network
import network2

def main():
    training_data, validation_data, test_data = mnist_loader.load_data_wrapper()
    print len(training_data), training_data[0][0].shape, test_data[0][1], test_data[-1][1]
    random.seed(12345678)
    np.random.seed(12345678)
    net = network.Network([784, 8, 10])
    net.SGD(training_data, 2, 10, 3.0, test_data=test_data)
    net.SGD(training_data[:20], 1, 3, 1.0)
    net = network2.Network([784, 8, 10], cost=network2.CrossEntropyCost)
    costs, accuracies = net.SGD(training_data, 3, 10, 0.5, lmbda = 5.0,
            evaluation_data=validation_data, monitor_cost=True, monitor_accuracy=True)
    print [int(1000*cost) for cost in costs], accuracies, 1500/len(training_data)
    net.save("net.json")
    again = network2.load("net.json")
    print again.cost.__name__, again.accuracy(test_data) == net.accuracy(test_data)
    net = network2.Network([784, 10], cost=network2.QuadraticCost)
    net.SGD(training_data, 1, 7, 0.5, 0.1, validation_data, True)

if __name__ == "__main__":
    main()
    import expand

"""A net in NumPy alone; its slopes are \partial C / \partial z, as docstrings write them."""

import random

import numpy as np

class Net():

    def __init__(self, sizes):
        self.sizes = sizes
        self.biases = [np.random.randn(n, 1) for n in sizes[1:]]
        self.weights = map(lambda (m, n): np.random.randn(n, m), zip(sizes, sizes[1:]))

    def outputs(self, x):
        found = [x]
        for w, b in zip(self.weights, self.biases):
            found.append(squash(np.dot(w, found[-1]) + b))
        return found

    def last_slope(self, output, y):
        return (output - y)*output*(1 - output)

    def slopes(self, x, y):
        outputs = self.outputs(x)
        slope, found = self.last_slope(outputs.pop(), y), []
        for w in reversed(self.weights):
            below = outputs.pop()
            found.append((np.dot(slope, below.T), slope))
            slope = np.dot(w.T, slope)*below*(1 - below)
        return found[::-1]

    def train(self, data, rounds, size, rate, test=None, decay=0.0):
        for number in xrange(rounds):
            random.shuffle(data)
            for start in xrange(0, len(data), size):
                self.step(data[start:start+size], rate, decay/len(data))
            if test: print "round {0}: {1} of {2}".format(number, self.right(test), len(test))
            else: print "round", number, "is over"
            self.report(number)

    def step(self, batch, rate, decay):
        parts = zip(*[self.slopes(x, y) for x, y in batch])
        for i, layer in enumerate(parts):
            dw, db = map(sum, zip(*layer))
            self.weights[i] = (1 - rate*decay)*self.weights[i] - rate/len(batch)*dw
            self.biases[i] = self.biases[i] - rate/len(batch)*db

    def report(self, number):
        pass

    def right(self, data):
        return sum(int(np.argmax(self.outputs(x)[-1]) == y) for (x, y) in data)

squash = np.vectorize(lambda z: 1.0/(1.0 + np.exp(-z)))

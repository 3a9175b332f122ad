"""Costs as classes, smaller weights, nets in JSON files: NumPy alone, in Python 2."""

import json
import sys

import numpy as np

import network

class Quadratic:
    @staticmethod
    def cost(a, y): return np.linalg.norm(a - y)**2/2

    @staticmethod
    def slope(a, y): return (a - y)*a*(1 - a)

class Entropy:
    @staticmethod
    def cost(a, y): return -np.nan_to_num(y*np.log(a) + (1 - y)*np.log(1 - a)).sum()

    @staticmethod
    def slope(a, y): return a - y

class Net(network.Net):

    def __init__(self, sizes, cost=Entropy):
        network.Net.__init__(self, sizes)
        self.cost, self.watched, self.costs = cost, [], []
        self.weights = [w/np.sqrt(w.shape[1]) for w in self.weights]

    def last_slope(self, output, y):
        return (self.cost).slope(output, y)

    def report(self, number):
        if not self.watched: return
        self.costs.append(sum(self.cost.cost(self.outputs(x)[-1], y) for x, y in self.watched))
        print "Cost after %s: {0:.6f}".format(self.costs[-1]/len(self.watched)) % number
        print

    def save(self, filename):
        f = open(filename, "w")
        json.dump({"sizes": self.sizes, "cost": self.cost.__name__,
                   "weights": [w.tolist() for w in self.weights],
                   "biases": [b.tolist() for b in self.biases]}, f)
        f.close()

def load(filename):
    data = json.load(open(filename, "r"))
    net = Net(data["sizes"], getattr(sys.modules[__name__], data["cost"]))
    net.weights, net.biases = [map(np.array, data[name]) for name in ("weights", "biases")]
    return net

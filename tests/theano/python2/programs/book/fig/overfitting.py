"""Plot a training and some digits, from the folder beside src: written for these tests."""

import imp
import json
import sys

sys.path.append('../src/')
mnist_loader = imp.load_source('mnist_loader', '../src/mnist_loader.py')
import network2

import matplotlib
matplotlib.use('Agg')
import matplotlib.pyplot as plt
import numpy as np

def train(filename, rounds):
    training, _, test = mnist_loader.load_all()
    net = network2.Net([784, 8, 10])
    net.watched = training
    net.train(training, rounds, 10, 0.5, test)
    with open(filename, "w") as f:
        json.dump(net.costs, f)

def plot_costs(filename):
    costs = json.load(open(filename, "r"))
    ax = plt.figure().add_subplot(111)
    ax.plot(np.arange(len(costs)), costs, color='#2A6EA6', label='Cost')
    ax.plot(range(len(costs)), [cost/2 for cost in costs], "o")
    ax.set_xlim([0, len(costs)/2])
    ax.grid(True)
    plt.legend(loc="upper right")
    plt.savefig("overfitting.png")

def plot_digits(n):
    images, labels = mnist_loader.load()[0]
    plt.figure(figsize=(10, 2))
    for j in xrange(n):
        ax = plt.subplot2grid((5, 8), (j/8, j % 8))
        ax.matshow(images[j].reshape(28, -1), cmap=matplotlib.cm.binary)
        ax.text(24, 5, labels[j])
        plt.xticks(np.array([]))
    plt.tight_layout()
    plt.savefig("digits.png")
    fig = plt.figure()
    for j in range(6): # the first was the last
        fig.add_subplot(2, 3, j).matshow(images[j].reshape(28, -1))
    plt.savefig("table.png")
    print len(fig.axes), fig.axes[0].get_subplotspec().num1

if __name__ == "__main__":
    train("overfitting.json", 4)
    plot_costs("overfitting.json")
    plot_digits(20)

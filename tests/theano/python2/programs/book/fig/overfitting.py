"""Plot a training and its errors, from the folder beside src: written for these tests."""

# Standard library
import imp
import json
import sys

# My library
sys.path.append('../src/')
mnist_loader = imp.load_source('mnist_loader', '../src/mnist_loader.py')
import network2

# Third-party libraries
import matplotlib
matplotlib.use('Agg')
import matplotlib.pyplot as plt
import numpy as np

def main(filename, num_epochs):
    run_network(filename, num_epochs)
    make_plots(filename, num_epochs)

def run_network(filename, num_epochs):
    training_data, validation_data, test_data = mnist_loader.load_data_wrapper()
    net = network2.Network([784, 8, 10], cost=network2.CrossEntropyCost())
    results = net.SGD(training_data, num_epochs, 10, 0.5, 0.1, test_data, True, True)
    f = open(filename, "w")
    json.dump(results, f)
    f.close()

def make_plots(filename, num_epochs):
    f = open(filename, "r")
    costs, accuracies = json.load(f)
    f.close()
    fig = plt.figure()
    ax = fig.add_subplot(111)
    ax.plot(np.arange(num_epochs), costs, color='#2A6EA6', label='Cost')
    ax.plot(range(num_epochs), [accuracy/20.0 for accuracy in accuracies], "o")
    ax.set_xlim([0, num_epochs/2])
    ax.grid(True)
    plt.legend(loc="upper right")
    plt.savefig("overfitting.png")
    training_data, _, _ = mnist_loader.load_data()
    images = [np.reshape(f, (-1, 28)) for f in training_data[0][:20]]
    fig = plt.figure(figsize=(10, 2))
    for j in range(20):
        ax = plt.subplot2grid((5, 8), (j/8, j % 8))
        ax.matshow(images[j], cmap = matplotlib.cm.binary)
        ax.text(24, 5, training_data[1][j])
        plt.xticks(np.array([]))
        plt.yticks(np.array([]))
    plt.tight_layout()
    plt.savefig("digits.png")
    fig = plt.figure()
    for j in range(6): # the first was the last
        ax = fig.add_subplot(2, 3, j)
        ax.matshow(images[j], cmap = matplotlib.cm.binary)
    plt.savefig("table.png")
    print len(fig.axes), fig.axes[0].get_subplotspec().num1

if __name__ == "__main__":
    main("overfitting.json", 4)

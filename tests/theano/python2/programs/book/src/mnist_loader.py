"""Digits as lists of columns, in a file that Python 3 can parse: Python 2 makes the lists."""

import cPickle
import gzip

import numpy as np

def load():
    f = gzip.open('../data/mnist.pkl.gz', 'rb')
    parts = cPickle.load(f)
    f.close()
    return parts

def load_all():
    training, validation, test = [zip(map(column, x), y) for x, y in load()]
    return zip([x for x, _ in training], map(unit, [y for _, y in training])), validation, test

def column(x): return np.reshape(x, (784, 1))

def unit(label): return 1.0*(np.arange(10).reshape(10, 1) == label)

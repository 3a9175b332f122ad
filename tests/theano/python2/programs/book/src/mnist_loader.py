"""Digits as lists of columns: written for these tests, in the Python 2 of the book's readers."""

import cPickle
import gzip

import numpy as np

def load_data():
    f = gzip.open('../data/mnist.pkl.gz', 'rb')
    training_data, validation_data, test_data = cPickle.load(f)
    f.close()
    return (training_data, validation_data, test_data)

def load_data_wrapper():
    tr_d, va_d, te_d = load_data()
    inputs = [np.reshape(x, (784, 1)) for x in tr_d[0]]
    results = map(unit_vector, tr_d[1])
    training_data = zip(inputs, results)
    validation_data = zip(map(column, va_d[0]), va_d[1])
    test_data = zip([column(x) for x in te_d[0]], te_d[1])
    return (training_data, validation_data, test_data)

def column(x): return np.reshape(x, (784, 1))

def unit_vector(j):
    e = np.zeros((10, 1))
    e[j] = 1.0
    return e

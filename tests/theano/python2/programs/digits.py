"""Images of digits for the programs beside: the first ones of the book's file."""

import cPickle
import gzip

import numpy as np


def one_hot(labels, n):
    return np.eye(n)[np.asarray(labels)]


def mnist(path, ntrain=200, ntest=50):
    f = gzip.open(path, "rb")
    (trX, trY), _, (teX, teY) = cPickle.load(f)
    f.close()
    return trX[:ntrain], teX[:ntest], one_hot(trY[:ntrain], 10), one_hot(teY[:ntest], 10)

"""The log-likelihood cost of a softmax layer, and its gradient."""

import numpy as np


def log_likelihood(z, labels):
    """Return the cost for labels (N,), and p (N, M), the softmax of z (N, M)."""
    if len(labels) != len(z):
        raise ValueError("log_likelihood: there must be one label per image")
    if ((labels < 0) | (labels >= z.shape[1])).any():
        raise ValueError("log_likelihood: a label is not a class of the network")
    if len(z) == 0:
        return z.dtype.type(np.nan), z
    z = z - z.max(axis=1, keepdims=True)
    sums = np.exp(z).sum(axis=1, keepdims=True)
    images = np.arange(len(z))
    return (np.log(sums[:, 0]) - z[images, labels]).mean(), np.exp(z) / sums


def log_likelihood_gradient(p, labels, dcost):
    """Return dz (N, M) from p, the labels and dcost, the gradient with respect to the cost."""
    if len(labels) != len(p):
        raise ValueError("log_likelihood_gradient: there must be one label per image")
    dz = p.copy()
    dz[np.arange(len(p)), labels] -= 1
    return dz * (dcost / max(len(p), 1))

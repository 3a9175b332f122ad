"""The log-likelihood cost of a softmax layer, and its gradient.

p[n,m] = exp(z[n,m]) / sum over m of exp(z[n,m])     (the largest z is subtracted first)
cost   = mean over n of -log(p[n, label[n]])
dz     = dcost / N * (p - 1 at the label, p elsewhere)
"""

import math

import numpy as np

from network3.kernels.numba.compiling import jit


@jit
def log_likelihood(z, labels):
    """Return cost and p (N, M) from z (N, M) and labels (N,)."""
    N, M = z.shape
    if len(labels) != N:
        raise ValueError("log_likelihood: there must be one label per image")
    p = np.empty((N, M), z.dtype)
    cost = z.dtype.type(0)
    for n in range(N):
        label = labels[n]
        if label < 0 or label >= M:
            raise ValueError("log_likelihood: a label is not a class of the network")
        most = z[n, 0]
        for m in range(M):
            most = z[n, m] if z[n, m] > most else most
        total = z.dtype.type(0)
        for m in range(M):
            p[n, m] = math.exp(z[n, m] - most)
            total += p[n, m]
        cost += math.log(total) - (z[n, label] - most)
        for m in range(M):
            p[n, m] /= total
    return np.asarray(cost / z.dtype.type(N)), p


@jit
def log_likelihood_gradient(p, labels, dcost):
    """Return dz (N, M) from p, labels and dcost, the gradient with respect to the cost."""
    N, M = p.shape
    if len(labels) != N:
        raise ValueError("log_likelihood_gradient: there must be one label per image")
    scale = dcost[()] / p.dtype.type(N)
    dz = np.empty((N, M), p.dtype)
    for n in range(N):
        for m in range(M):
            dz[n, m] = scale * (p[n, m] - p.dtype.type(m == labels[n]))
    return dz

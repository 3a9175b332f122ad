"""Rectified units, RMSprop and dropout; what is drawn at random is printed as what it must be."""

import sys

import numpy as np
import theano
from theano import tensor as T
from theano.sandbox.rng_mrg import MRG_RandomStreams as RandomStreams

from digits import mnist

srng = RandomStreams()

def rectify(X):
    return T.maximum(X, 0.)

def softmax(X):
    e_x = T.exp(X - X.max(axis=1).dimshuffle(0, 'x'))
    return e_x / e_x.sum(axis=1).dimshuffle(0, 'x')

def RMSprop(cost, params, lr=0.005, rho=0.9, epsilon=1e-6):
    grads = T.grad(cost=cost, wrt=params)
    updates = []
    for p, g in zip(params, grads):
        acc = theano.shared(p.get_value() * 0.)
        acc_new = rho * acc + (1 - rho) * g ** 2
        gradient_scaling = T.sqrt(acc_new + epsilon)
        g = g / gradient_scaling
        updates.append((acc, acc_new))
        updates.append((p, p - lr * g))
    return updates

def dropout(X, p=0.):
    if p > 0:
        retain_prob = 1 - p
        X *= srng.binomial(X.shape, p=retain_prob, dtype=theano.config.floatX)
        X /= retain_prob
    return X

def model(X, w_h, w_o, p_drop_input, p_drop_hidden):
    h = rectify(T.dot(dropout(X, p_drop_input), w_h))
    return softmax(T.dot(dropout(h, p_drop_hidden), w_o))

np.random.seed(3)
trX, teX, trY, teY = mnist(sys.argv[1])
X, Y = T.matrix(), T.matrix()
params = [theano.shared(np.random.randn(*shape) * 0.1) for shape in ((784, 20), (20, 10))]
py_x = model(X, params[0], params[1], 0., 0.)
noise_py_x = model(X, params[0], params[1], 0.2, 0.5)
cost, noise_cost = [T.mean(T.nnet.categorical_crossentropy(p, Y)) for p in (py_x, noise_py_x)]
train = theano.function([X, Y], cost, updates=RMSprop(cost, params, lr=0.005),
                        allow_input_downcast=True)
predict = theano.function([X], T.argmax(py_x, axis=1), allow_input_downcast=True)
for i in range(0, 200, 50):
    print "%.8f" % train(trX[i:i + 50], trY[i:i + 50])
print np.mean(np.argmax(teY, axis=1) == predict(teX))
noisy = theano.function([X, Y], [cost, noise_cost], allow_input_downcast=True)
costs = [map(float, noisy(trX[:100], trY[:100])) for i in range(3)]
print "dropout", len(set(a for a, b in costs)), len(set(b for a, b in costs)), min(b > a for a, b in costs)

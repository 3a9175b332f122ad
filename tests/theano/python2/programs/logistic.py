import sys

import numpy as np
import theano
from theano import tensor as T

import digits

def floatX(X):
    return np.asarray(X, dtype=theano.config.floatX)

def init_weights(shape):
    return theano.shared(floatX(np.random.randn(*shape) * 0.01))

np.random.seed(1)
trX, teX, trY, teY = digits.mnist(sys.argv[1])
X, Y = T.fmatrix(), T.fmatrix()
w = init_weights((784, 10))
py_x = T.nnet.softmax(T.dot(X, w))
y_pred = T.argmax(py_x, axis=1)
cost = T.mean(T.nnet.categorical_crossentropy(py_x, Y))
train = theano.function([X, Y], cost, updates=[[w, w - T.grad(cost, w) / 20]],
                        allow_input_downcast=True)
predict = theano.function([X], y_pred, allow_input_downcast=True)

n_batches = len(trX) / 64
for i in range(3):
    for start, end in zip(range(0, len(trX), 64), range(128, len(trX), 64)):
        cost = train(trX[start:end], trY[start:end])
    print i, "cost %.8f" % cost, np.mean(np.argmax(teY, axis=1) == predict(teX)), n_batches

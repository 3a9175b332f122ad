import sys

import numpy as np
import theano
from theano import tensor as T
from theano.tensor.nnet.conv import conv2d
from theano.tensor.signal.downsample import max_pool_2d

from digits import mnist

def init_weights(*shape):
    return theano.shared(np.asarray(np.random.randn(*shape) * 0.1, dtype=theano.config.floatX))

def model(X, w, w2, w_o):
    l1 = max_pool_2d(T.maximum(conv2d(X, w, border_mode='full'), 0.), (2, 2))
    l2 = max_pool_2d(T.tanh(conv2d(l1, w2)), (2, 2))
    return T.nnet.softmax(T.dot(T.flatten(l2, outdim=2), w_o))

np.random.seed(4)
trX, teX, trY, teY = mnist(sys.argv[1], ntrain=40, ntest=20)
trX = trX.reshape(-1, 1, 28, 28)
teX = teX.reshape(-1, 1, 28, 28)
X, Y = T.tensor4(), T.matrix()
width = ((28 + 3 - 1) / 2 - 3 + 1 + 1) / 2  # with the partial window at the border
params = [init_weights(4, 1, 3, 3), init_weights(5, 4, 3, 3), init_weights(5 * width * width, 10)]
py_x = model(X, *params)
cost = T.mean(T.nnet.categorical_crossentropy(py_x, Y))
updates = [[p, p - T.grad(cost, p) / 20] for p in params]
train = theano.function([X, Y], cost, updates=updates, allow_input_downcast=True)
predict = theano.function([X], T.argmax(py_x, axis=1), allow_input_downcast=True)
print width
for start in range(0, 40, 10):
    print "%.7f" % train(trX[start:start + 10], trY[start:start + 10])
print predict(teX)[:20]

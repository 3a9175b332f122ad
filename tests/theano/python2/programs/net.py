import sys

import numpy as np
import theano
from theano import tensor as T

from digits import mnist

def init_weights(*shape):
    return theano.shared(np.asarray(np.random.randn(*shape) * 0.1, dtype=theano.config.floatX))

def sgd(cost, params, lr=0.05):
    return [[p, p - g * lr] for p, g in zip(params, T.grad(cost=cost, wrt=params))]

def model(X, w_h, w_o):
    h = T.nnet.sigmoid(T.dot(X, w_h))
    return T.nnet.softmax(T.dot(h, w_o))

np.random.seed(2)
trX, teX, trY, teY = mnist(sys.argv[1])
X, Y = T.matrix(), T.matrix()
params = [init_weights(784, 625 / 20), init_weights(625 / 20, 10)]
py_x = model(X, *params)
cost = T.mean(T.nnet.categorical_crossentropy(py_x, Y))
train = theano.function(inputs=[X, Y], outputs=cost, updates=sgd(cost, params),
                        allow_input_downcast=True)
predict = theano.function(inputs=[X], outputs=T.argmax(py_x, axis=1), allow_input_downcast=True)
for i in range(3):
    for start in range(0, len(trX), 50):
        cost = train(trX[start:start + 50], trY[start:start + 50])
    print "%d %.8f %.2f" % (i, cost, np.mean(np.argmax(teY, axis=1) == predict(teX)))

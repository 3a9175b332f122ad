"""A line by gradient descent, one number at a time."""

import numpy as np
import theano
from theano import tensor as T

np.random.seed(0)
trX = np.linspace(-1, 1, 41)
trY = 2 * trX + np.random.randn(*trX.shape) * 0.33

X = T.scalar()
Y = T.scalar()

w = theano.shared(np.asarray(0., dtype=theano.config.floatX))
cost = T.mean(T.sqr(X * w - Y))
gradient = T.grad(cost=cost, wrt=w)
train = theano.function(inputs=[X, Y], outputs=cost, updates=[[w, w - gradient / 100]],
                        allow_input_downcast=True)

for i in xrange(8):
    costs = [train(x, y) for x, y in zip(trX, trY)]
    if i % (8 / 4) == 0:
        print "epoch", i, "cost %.10f" % np.mean(costs)
print "w %.10f" % w.get_value()

"""A program for Theano: a small net learns "exclusive or".

`theano-run examples/for_theano.py` runs it, without a change.
"""

import numpy as np
import theano
import theano.tensor as T

floatX = theano.config.floatX
rng = np.random.RandomState(0)
inputs = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], floatX)
answers = np.array([0, 1, 1, 0], floatX)

x, y = T.matrix("x"), T.vector("y")
w1 = theano.shared(rng.normal(0, 1, (2, 3)).astype(floatX), name="w1")
b1 = theano.shared(np.zeros(3, floatX), name="b1")
w2 = theano.shared(rng.normal(0, 1, 3).astype(floatX), name="w2")
b2 = theano.shared(np.zeros((), floatX), name="b2")
output = T.nnet.sigmoid(T.dot(T.tanh(T.dot(x, w1) + b1), w2) + b2)
cost = T.nnet.binary_crossentropy(output, y).mean()

params = [w1, b1, w2, b2]
updates = [(p, p - np.asarray(0.5, floatX) * T.grad(cost, p)) for p in params]
train = theano.function([x, y], cost, updates=updates)
for step in range(1001):
    value = train(inputs, answers)
    if step % 250 == 0:
        print("step", step, "cost", value.round(4))
print("answers:", theano.function([x], output)(inputs).round(2))

"""Shared variables, layers and random streams that are pickled and copied."""

import copy
import pickle

import numpy as np
import theano
import theano.tensor as T
from theano.tensor.shared_randomstreams import RandomStreams


class Dense(object):
    def __init__(self, n_in, n_out, rng):
        self.W = theano.shared(rng.randn(n_in, n_out), name="W")
        self.b = theano.shared(np.zeros(n_out), name="b")
        self.params = [self.W, self.b]
        self.input = T.matrix("input")
        self.output = T.nnet.sigmoid(T.dot(self.input, self.W) + self.b)

    def __getstate__(self):
        return [p.get_value() for p in self.params], self.input, self.output, self.params


    def __setstate__(self, state):
        values, self.input, self.output, self.params = state
        self.W, self.b = self.params


w = theano.shared(np.arange(3.), name="w")
v = pickle.loads(pickle.dumps(w, protocol=pickle.HIGHEST_PROTOCOL))
print(v.name, v.get_value(), type(v) is type(w), v is w)
w.set_value([7., 8., 9.])
print(v.get_value(), copy.copy(w).get_value(), copy.deepcopy(w).get_value())

layer = Dense(3, 2, np.random.RandomState(0))
again = pickle.loads(pickle.dumps(layer))
X = np.ones((1, 3))
print(theano.function([layer.input], layer.output)(X))
print(theano.function([again.input], again.output)(X))
again.b.set_value([100., -100.])
print(theano.function([again.input], again.output)(X), layer.b.get_value())
print(again.output.owner.inputs[0].type == layer.output.owner.inputs[0].type)

f = theano.function([layer.input], layer.output)
g = pickle.loads(pickle.dumps(f))
print(g(X))
h = copy.copy(f)
print(np.ravel(h(X)))

x = T.dvector("x")
print(pickle.loads(pickle.dumps(x.type)) == x.type, pickle.loads(pickle.dumps(x)).name)
streams = RandomStreams(5)
u = streams.uniform((2, 2))
draw = theano.function([], u)
draw()
state = pickle.dumps([pair[0].get_value() for pair in streams.state_updates])
before = draw()
for (variable, _), value in zip(streams.state_updates, pickle.loads(state)):
    variable.set_value(value)
print((draw() == before).all(), (draw() == before).any())

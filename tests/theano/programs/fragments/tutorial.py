"""The basic tutorial's steps: expressions, several outputs, defaults, state, givens, copies."""

import numpy as np
import theano
import theano.tensor as T
from theano import In, function, pp, shared

x, y = T.dscalars("x", "y")
f = function([x, y], x + y)
print(f(2, 3), f(16.3, 12.1), type(f(1, 1)).__name__, f(1, 1).shape)
print(pp(x + y), "|", pp(x * y - x))

m = T.dmatrix("m")
logistic = function([m], 1 / (1 + T.exp(-m)))
print(logistic([[0, 1], [-1, -2]]))

a, b = T.dmatrices("a", "b")
diff = a - b
print(function([a, b], [diff, abs(diff), diff ** 2])([[1, 1], [1, 1]], [[0, 1], [2, 3]]))
print(sorted(function([x, y], {"sum": x + y, "product": x * y})(2, 5).items()))

w = T.dscalar("w")
g = function([x, In(y, value=1), In(w, value=2, name="w_by_name")], (x + y) * w)
print(g(33), g(33, 2), g(33, 0, 1), g(33, w_by_name=1), g(33, w_by_name=1, y=0))

state = shared(0)
inc = T.iscalar("inc")
accumulator = function([inc], state, updates=[(state, state + inc)])
decrementor = function([inc], state, updates=[(state, state - inc)])
print(state.get_value(), accumulator(1), state.get_value(), accumulator(300), state.get_value())
state.set_value(-1)
print(accumulator(3), state.get_value(), decrementor(2), state.get_value())
foo = T.scalar(dtype=state.dtype)
skip_shared = function([inc, foo], state * 2 + inc, givens=[(state, foo)])
print(skip_shared(1, 3), state.get_value())

new_state = shared(0)
new_accumulator = accumulator.copy(swap={state: new_state})
print(np.ravel(new_accumulator(100)), new_state.get_value(), state.get_value())
null_accumulator = accumulator.copy(delete_updates=True)
print(np.ravel(null_accumulator(9000)), state.get_value())

gy = T.grad(x ** 2, x)
print(function([x], gy)(4), function([x], gy)(94.2))

rng = np.random.RandomState(3)
features, target = rng.randn(40, 5), rng.randint(size=40, low=0, high=2)
X, Y = T.dmatrix("X"), T.dvector("Y")
weights, bias = shared(rng.randn(5), name="weights"), shared(0., name="bias")
p_1 = 1 / (1 + T.exp(-T.dot(X, weights) - bias))
prediction = p_1 > 0.5
xent = -Y * T.log(p_1) - (1 - Y) * T.log(1 - p_1)
cost = xent.mean() + 0.01 * (weights ** 2).sum()
gw, gb = T.grad(cost, [weights, bias])
train = theano.function(
    inputs=[X, Y], outputs=[prediction, xent],
    updates=((weights, weights - 0.1 * gw), (bias, bias - 0.1 * gb)))
predict = theano.function(inputs=[X], outputs=prediction)
for _ in range(50):
    pred, err = train(features, target)
print(weights.get_value(), bias.get_value(), err.mean())
print(predict(features).astype(int), predict(features).dtype)

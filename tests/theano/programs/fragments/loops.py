"""scan as in its tutorial, and map, reduce, foldl, foldr, until, ifelse."""

import numpy as np
import theano
import theano.tensor as T
from theano.ifelse import ifelse

k, A = T.iscalar("k"), T.vector("A")
result, updates = theano.scan(
    fn=lambda prior_result, A: prior_result * A,
    outputs_info=T.ones_like(A), non_sequences=A, n_steps=k)
power = theano.function(inputs=[A, k], outputs=result[-1], updates=updates)
print(power(range(5), 2), power(range(5), 4), len(updates))

coefficients, x = T.vector("coefficients"), T.scalar("x")
components, updates = theano.scan(
    fn=lambda coefficient, power, free_variable: coefficient * (free_variable ** power),
    outputs_info=None,
    sequences=[coefficients, T.arange(1000)],
    non_sequences=x)
print(theano.function([coefficients, x], components.sum())([1, 0, 2], 3))

values, _ = theano.scan(
    lambda previous, limit: (previous * 2, theano.scan_module.until(previous * 2 > limit)),
    outputs_info=T.constant(1.), non_sequences=x, n_steps=1024)
print(theano.function([x], values)(45))

fibonacci, _ = theano.scan(lambda back2, back1: back2 + back1, n_steps=8,
                           outputs_info=dict(initial=T.as_tensor_variable(np.array([0., 1.])),
                                             taps=[-2, -1]))
print(theano.function([], fibonacci)())

s = T.vector("s")
pairs, _ = theano.scan(lambda now, after: now * after, sequences=dict(input=s, taps=[0, 1]))
print(theano.function([s], pairs)([1, 2, 3, 4]))
backwards, _ = theano.scan(lambda now, total: total + now, sequences=s,
                           outputs_info=T.zeros((), dtype=theano.config.floatX),
                           go_backwards=True)
print(theano.function([s], backwards)([1, 2, 3, 4]))

squares, _ = theano.map(lambda v: v ** 2, sequences=s)
total, _ = theano.reduce(lambda v, acc: v + acc, sequences=s, outputs_info=T.zeros(()))
left, _ = theano.foldl(lambda v, acc: acc * 2 + v, sequences=s, outputs_info=T.zeros(()))
right, _ = theano.foldr(lambda v, acc: acc * 2 + v, sequences=s, outputs_info=T.zeros(()))
for out in theano.function([s], [squares, total, left, right])([1, 2, 3]):
    print(out)

W = theano.shared(np.array([[0.5, 0.1], [-0.2, 0.3]]), name="W")
steps = theano.shared(0, name="steps")
X = T.matrix("X")

def step(x_t, h_tm1, W):
    return T.tanh(T.dot(h_tm1, W) + x_t), {steps: steps + 1}

h, updates = theano.scan(step, sequences=X, outputs_info=T.zeros((2,)), non_sequences=[W],
                         strict=False, name="rnn")
cost = (h[-1] ** 2).sum()
run = theano.function([X], [h, T.grad(cost, W)], updates=updates)
for out in run(np.arange(6).reshape(3, 2) / 10.):
    print(out)
print(steps.get_value())

truncated, _ = theano.scan(lambda x_t, h_tm1, W: T.tanh(T.dot(h_tm1, W) + x_t), sequences=X,
                           outputs_info=T.zeros((2,)), non_sequences=[W], truncate_gradient=2)
print(theano.function([X], T.grad(truncated[-1].sum(), W))(np.arange(8).reshape(4, 2) / 10.))

a, b = T.scalars("a", "b")
p, q = T.matrices("p", "q")
lazy = theano.function([a, b, p, q], ifelse(T.lt(a, b), T.mean(p), T.mean(q)))
print(lazy(0., 1., np.ones((3, 2)), np.zeros((2, 2))), lazy(2., 1., np.ones((3, 2)), np.zeros((2, 2))))
two = theano.function([a, b], ifelse(T.gt(a, b), [a, b], [b, a]))
print(two(1, 2), two(4, 3))
print(theano.function([a, b], T.switch(T.lt(a, b), a * 10, b * 100))(3, 4))

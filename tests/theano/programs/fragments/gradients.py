"""Uses of grad: known_grads, constants, disconnected inputs, Jacobians, R and L."""

import numpy as np
import theano
import theano.tensor as T
from theano.gradient import (
    DisconnectedInputError, consider_constant, disconnected_grad, grad_clip, jacobian, zero_grad)

x, W, V, u = T.vector("x"), T.matrix("W"), T.matrix("V"), T.vector("u")
X = np.array([0.5, -1.5, 2.])

loss = T.sum(T.tanh(x) ** 2)
middle = T.tanh(x)
upper = T.grad(T.sum(middle ** 2), middle)
lower = T.grad(cost=None, wrt=x, known_grads={middle: upper})
print(theano.function([x], [lower, T.grad(loss, x)])(X))

for wrap in (consider_constant, zero_grad, disconnected_grad):
    print(theano.function([x], T.grad(T.sum(x * wrap(x ** 2)), x))(X))
print(theano.function([x], T.grad(T.sum(grad_clip(5 * x, -1, 1) ** 2), x))(X))
print(theano.function([x], T.grad(T.sum(x * middle), x, consider_constant=[middle]))(X))

other = T.scalar("other")
try:
    T.grad(T.sum(x), [x, other])
except DisconnectedInputError as error:
    print("DisconnectedInputError")
print(theano.function([x, other], T.grad(T.sum(x), [x, other], disconnected_inputs="ignore"),
                      on_unused_input="ignore")(X, 1))
try:
    T.grad(x, x)
except TypeError:
    print("TypeError: the cost is no scalar")

print(theano.function([x], jacobian(x ** 3, x))(X))
print(theano.function([x], theano.gradient.hessian(T.sum(x ** 3), x))(X))
M = np.arange(9.).reshape(3, 3)
y = T.dot(x, W)
print(theano.function([W, V, x], T.Rop(y, W, V), on_unused_input="ignore")(M, M + 1, X))
print(theano.function([u, x], T.Lop(y, W, u))(X, X))
print(theano.function([x], T.grad(T.sum(abs(x) + T.maximum(x, 0) + T.clip(x, -1, 1)), x))(X))
print(theano.function([x], T.grad(T.max(x), x))([1., 3., 3.]))
print(theano.function([x], T.grad(T.sum(x[x.argsort()] * T.arange(3)), x))(X))
print(theano.function([x], T.grad((T.dot(W, x) ** 2).sum(), x), givens={W: T.constant(M)})(X))
T.verify_grad(lambda v: T.nnet.sigmoid(v) * v, [X], rng=np.random.RandomState(1))
theano.gradient.verify_grad(lambda v: T.nnet.softmax(v.reshape((1, 3))).sum(axis=0) ** 2, [X],
                            n_tests=2, rng=np.random.RandomState(2))
print("verified")

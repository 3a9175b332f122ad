"""Five steps from multiplication to a convolutional net with dropout and RMSprop."""

import numpy as np
import theano
from theano import tensor as T
from theano.sandbox.rng_mrg import MRG_RandomStreams as RandomStreams
from theano.tensor.nnet.conv import conv2d
from theano.tensor.signal.pool import pool_2d as max_pool_2d

srng = RandomStreams(seed=7)
random = np.random.RandomState(5)


def floatX(X):
    return np.asarray(X, dtype=theano.config.floatX)


def init_weights(shape):
    return theano.shared(floatX(random.randn(*shape) * 0.1))


def rectify(X):
    return T.maximum(X, 0.)


def softmax(X):
    e_x = T.exp(X - X.max(axis=1).dimshuffle(0, 'x'))
    return e_x / e_x.sum(axis=1).dimshuffle(0, 'x')


def dropout(X, p=0.):
    if p > 0:
        retain_prob = 1 - p
        X *= srng.binomial(X.shape, p=retain_prob, dtype=theano.config.floatX)
        X /= retain_prob
    return X


def RMSprop(cost, params, lr=0.001, rho=0.9, epsilon=1e-6):
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


def model(X, w, w2, w_h, w_o, p_drop_conv, p_drop_hidden):
    l1a = rectify(conv2d(X, w, border_mode='full'))
    l1 = max_pool_2d(l1a, (2, 2), ignore_border=False)
    l1 = dropout(l1, p_drop_conv)
    l2a = rectify(conv2d(l1, w2))
    l2b = max_pool_2d(l2a, (2, 2), ignore_border=True)
    l2 = T.flatten(l2b, outdim=2)
    l2 = dropout(l2, p_drop_conv)
    l3 = rectify(T.dot(l2, w_h))
    l3 = dropout(l3, p_drop_hidden)
    return l1, l2, l3, softmax(T.dot(l3, w_o))


X, Y = T.tensor4(name="X"), T.matrix(name="Y")
w, w2 = init_weights((4, 1, 3, 3)), init_weights((8, 4, 3, 3))
w_h, w_o = init_weights((8 * 2 * 2, 20)), init_weights((20, 10))
noise_l1, noise_l2, noise_l3, noise_py_x = model(X, w, w2, w_h, w_o, 0.2, 0.5)
l1, l2, l3, py_x = model(X, w, w2, w_h, w_o, 0., 0.)
y_x = T.argmax(py_x, axis=1)
params = [w, w2, w_h, w_o]
cost = T.mean(T.nnet.categorical_crossentropy(py_x, Y))
noise_cost = T.mean(T.nnet.categorical_crossentropy(noise_py_x, Y))
train = theano.function(inputs=[X, Y], outputs=cost, updates=RMSprop(cost, params),
                        allow_input_downcast=True)
noisy = theano.function(inputs=[X, Y], outputs=[noise_cost, noise_l2], allow_input_downcast=True)
predict = theano.function(inputs=[X], outputs=y_x, allow_input_downcast=True)

images = random.rand(10, 1, 10, 10)
labels = np.eye(10)
for _ in range(8):
    print(train(images, labels))
print(predict(images))
first, kept = noisy(images, labels)
second, kept2 = noisy(images, labels)
print(kept.shape, first != second, (kept != kept2).any())

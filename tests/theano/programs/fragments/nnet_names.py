"""Activations, losses, their stable forms, batch normalization, pooling, neighbours."""

import numpy as np
import theano
import theano.tensor as T
from theano.tensor.nnet import neighbours
from theano.tensor.nnet.bn import batch_normalization_test, batch_normalization_train
from theano.tensor.signal import pool

x = T.matrix("x")
X = np.array([[-800., -2.5, -0.1], [0., 1.5, 800.]])


def show(*outputs):
    for value in theano.function([x], list(outputs))(X):
        print(value)


nnet = T.nnet
show(nnet.sigmoid(x), nnet.hard_sigmoid(x), nnet.softplus(x), nnet.relu(x), nnet.relu(x, 0.25))
show(nnet.elu(x), nnet.elu(x, 0.5), nnet.selu(x), nnet.softsign(x), nnet.softmax(x), nnet.logsoftmax(x))
show(T.log(nnet.softmax(x)), T.log(nnet.sigmoid(x)), T.log(1 - nnet.sigmoid(x)), T.log1p(T.exp(x / 10)))
show(T.grad(T.log(nnet.softmax(x / 100))[T.arange(2), [0, 1]].mean(), x))
show(nnet.softmax(x[1] / 100), nnet.relu(T.arange(3) - 1).astype("float64"))
probabilities = nnet.softmax(x / 100)
show(nnet.categorical_crossentropy(probabilities, T.constant([0, 2])),
     nnet.categorical_crossentropy(probabilities, T.constant([[0., 0., 1.], [0.5, 0.5, 0.]])),
     nnet.binary_crossentropy(nnet.sigmoid(x / 100), T.eye(2, 3)),
     nnet.nnet.sigmoid_binary_crossentropy(x, T.eye(2, 3)))
show(*nnet.crossentropy_softmax_argmax_1hot_with_bias(x / 100, T.constant([0., 1., 0.]), T.constant([2, 0])))
print(theano.function([x], nnet.confusion_matrix(T.constant([0, 1, 1]), T.constant([0, 0, 1]))[0],
                      on_unused_input="ignore")(X))

t = T.tensor4("t")
images = np.random.RandomState(0).rand(2, 3, 5, 5)
gamma, beta = T.constant(np.array([1., 2., 3.])), T.constant(np.array([0., 1., -1.]))
mean, var = theano.shared(np.zeros(3)), theano.shared(np.ones(3))
pattern = ("x", 0, "x", "x")
results = batch_normalization_train(
    t, gamma.dimshuffle(pattern), beta.dimshuffle(pattern), axes="spatial", epsilon=1e-3,
    running_average_factor=0.2, running_mean=mean.dimshuffle(pattern), running_var=var.dimshuffle(pattern))
out = theano.function([t], [results[0].sum(axis=(0, 2, 3)), *[r.flatten() for r in results[1:]]])(images)
for value in out:
    print(value)
print(theano.function([t], T.grad((results[0] ** 3).sum(), t)[0, 0, 0])(images))
tested = batch_normalization_test(t, gamma.dimshuffle(pattern), beta.dimshuffle(pattern),
                                  mean.dimshuffle(pattern), var.dimshuffle(pattern), axes="spatial")
print(theano.function([t], tested.sum(axis=(1, 2, 3)))(images))
flat_bn, flat_mean, flat_inv = batch_normalization_train(x, T.ones((1, 3)), T.zeros((1, 3)))
print(theano.function([x], [flat_bn, flat_mean, flat_inv])(X / 100)[0])

for mode in ("max", "sum", "average_inc_pad", "average_exc_pad"):
    pooled = pool.pool_2d(t, ws=(3, 2), stride=(2, 2), pad=(1, 1), ignore_border=True, mode=mode)
    print(mode, theano.function([t], pooled[0, 0])(images))
    if mode != "average_exc_pad":
        print(theano.function([t], T.grad((pooled ** 2).sum(), t)[0, 0])(images))
print(theano.function([t], pool.pool_2d(t, (2, 2), ignore_border=False)[1, 2])(images))
tied = pool.pool_2d(t, (2, 2), ignore_border=True)
print(theano.function([t], T.grad(tied.sum(), t))(np.zeros((1, 1, 2, 2))))
print(theano.function([t], pool.max_pool_2d_same_size(t, (2, 2))[0, 0])(images))
print(theano.function([t], pool.pool_3d(t.dimshuffle(0, "x", 1, 2, 3), (1, 2, 2), ignore_border=True)[0, 0, 0])(images))
print(theano.function([t], neighbours.images2neibs(t, (2, 2), mode="ignore_borders")[:2])(images))
print(theano.function([t], nnet.abstract_conv.bilinear_upsampling(t[:1, :1, :2, :2], ratio=2))(images))
k = np.random.RandomState(1).rand(4, 3, 2, 2)
for options in ({"border_mode": "full"}, {"border_mode": (1, 0)}, {"border_mode": 1, "subsample": (2, 1)},
                {"filter_flip": False}, {"filter_dilation": (2, 2)}, {"border_mode": "half"}):
    made = T.nnet.conv2d(t, T.constant(k), **options)
    print(options, theano.function([t], [made.shape, made.sum(axis=(0, 2, 3))])(images))
v = T.tensor5("v")
print(theano.function([v], T.nnet.conv3d(v, T.constant(k[:, :, None])).sum(axis=(0, 2, 3, 4)))(images[:, :, None]))

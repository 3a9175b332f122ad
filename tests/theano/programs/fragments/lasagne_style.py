"""Layers like those of Lasagne: flipped filters, transposed convolution, batch normalization."""

from collections import OrderedDict

import numpy as np
import theano
import theano.tensor as T
from theano.tensor.nnet.abstract_conv import (
    AbstractConv2d_gradInputs, conv2d_grad_wrt_inputs, conv2d_grad_wrt_weights, get_conv_output_shape)
from theano.tensor.signal import pool

rng = np.random.RandomState(11)


class Layer(object):
    def __init__(self, incoming, input_shape):
        self.input_layer = incoming
        self.input_shape = input_shape
        self.params = OrderedDict()

    def add_param(self, value, name, **tags):
        broadcastable = tuple(size == 1 for size in value.shape)
        param = theano.shared(value.astype(theano.config.floatX), name=name,
                              broadcastable=broadcastable)
        self.params[param] = set(tag for tag, on in tags.items() if on)
        return param


class Conv2DLayer(Layer):
    def __init__(self, incoming, input_shape, num_filters, size, stride=1, pad=0, flip_filters=True,
                 dilation=1):
        super(Conv2DLayer, self).__init__(incoming, input_shape)
        self.stride, self.pad, self.flip_filters = (stride, stride), pad, flip_filters
        self.dilation = (dilation, dilation)
        self.W = self.add_param(rng.randn(num_filters, input_shape[1], size, size) * 0.2, "W")
        self.b = self.add_param(rng.randn(num_filters), "b", regularizable=False)

    def get_output_for(self, input):
        border_mode = "half" if self.pad == "same" else self.pad
        conved = T.nnet.conv2d(
            input, self.W, self.input_shape, self.W.get_value(borrow=True).shape,
            subsample=self.stride, border_mode=border_mode, filter_flip=self.flip_filters,
            filter_dilation=self.dilation)
        return T.nnet.relu(conved + self.b.dimshuffle("x", 0, "x", "x"), 0.1)


class TransposedConv2DLayer(Layer):
    def __init__(self, incoming, input_shape, num_filters, size, stride, crop):
        super(TransposedConv2DLayer, self).__init__(incoming, input_shape)
        self.stride, self.crop = (stride, stride), (crop, crop)
        self.W = self.add_param(rng.randn(input_shape[1], num_filters, size, size) * 0.2, "W")
        rows = (input_shape[2] - 1) * stride - 2 * crop + size
        self.output_shape = (input_shape[0], num_filters, rows, rows)

    def get_output_for(self, input):
        op = AbstractConv2d_gradInputs(
            imshp=self.output_shape, kshp=self.W.get_value(borrow=True).shape,
            subsample=self.stride, border_mode=self.crop, filter_flip=False)
        return op(self.W, input, self.output_shape[2:])


class BatchNormLayer(Layer):
    def __init__(self, incoming, input_shape, epsilon=1e-4, alpha=0.1):
        super(BatchNormLayer, self).__init__(incoming, input_shape)
        self.epsilon, self.alpha = epsilon, alpha
        n = input_shape[1]
        self.beta = self.add_param(np.zeros(n), "beta")
        self.gamma = self.add_param(np.ones(n), "gamma")
        self.mean = self.add_param(np.zeros(n), "mean", running=True)
        self.inv_std = self.add_param(np.ones(n), "inv_std", running=True)

    def get_output_for(self, input, deterministic=False):
        axes = (0, 2, 3)
        input_mean = input.mean(axes)
        input_inv_std = T.inv(T.sqrt(input.var(axes) + self.epsilon))
        mean, inv_std = (self.mean, self.inv_std) if deterministic else (input_mean, input_inv_std)
        if not deterministic:
            running_mean = theano.clone(self.mean, share_inputs=False)
            running_inv_std = theano.clone(self.inv_std, share_inputs=False)
            running_mean.default_update = (1 - self.alpha) * running_mean + self.alpha * input_mean
            running_inv_std.default_update = ((1 - self.alpha) * running_inv_std +
                                              self.alpha * input_inv_std)
            mean += 0 * running_mean
            inv_std += 0 * running_inv_std
        pattern = ["x", 0, "x", "x"]
        return ((input - mean.dimshuffle(pattern)) * (self.gamma * inv_std).dimshuffle(pattern)
                + self.beta.dimshuffle(pattern))


def nesterov_momentum(loss, params, learning_rate, momentum=0.9):
    updates = OrderedDict((p, p - learning_rate * g) for p, g in zip(params, theano.grad(loss, params)))
    for param in params:
        value = param.get_value(borrow=True)
        velocity = theano.shared(np.zeros(value.shape, dtype=value.dtype),
                                 broadcastable=param.broadcastable)
        x = momentum * velocity + updates[param] - param
        updates[velocity] = x
        updates[param] = momentum * x + updates[param]
    return updates


x = T.tensor4("x")
first = Conv2DLayer(None, (3, 2, 9, 9), 4, 3, pad="same", flip_filters=False)
norm = BatchNormLayer(first, (3, 4, 9, 9))
second = Conv2DLayer(norm, (3, 4, 9, 9), 3, 3, stride=2, pad=1)
dilated = Conv2DLayer(second, (3, 3, 5, 5), 3, 2, dilation=2, pad="full")
deconv = TransposedConv2DLayer(second, (3, 3, 5, 5), 2, 3, stride=2, crop=1)


def network(deterministic):
    h = second.get_output_for(norm.get_output_for(first.get_output_for(x), deterministic))
    d = dilated.get_output_for(h)
    pooled = pool.pool_2d(d, ws=(3, 3), stride=(2, 2), pad=(1, 1), ignore_border=True,
                          mode="average_inc_pad")
    return h, pooled, deconv.get_output_for(h)


h, pooled, restored = network(deterministic=False)
loss = T.mean((restored - x) ** 2) + T.mean(pooled ** 2)
layers = [first, norm, second, dilated, deconv]
params = [p for layer in layers for p, tags in layer.params.items() if "running" not in tags]
train = theano.function([x], loss, updates=nesterov_momentum(loss, params, 0.05))
images = rng.rand(3, 2, 9, 9)
for _ in range(6):
    print(train(images))
print(norm.mean.get_value(), norm.inv_std.get_value())
outputs = theano.function([x], network(deterministic=True))(images)
print([out.shape for out in outputs], [float(out.sum()) for out in outputs])
print(get_conv_output_shape((3, 2, 9, 9), (4, 2, 3, 3), "half", (2, 2)))
W = T.tensor4("W")
wrt_inputs = conv2d_grad_wrt_inputs(T.ones((3, 4, 7, 7)), W, (3, 2, 9, 9), (4, 2, 3, 3))
wrt_weights = conv2d_grad_wrt_weights(x, T.ones((3, 4, 7, 7)), (4, 2, 3, 3), (3, 2, 9, 9))
print(theano.function([W], (wrt_inputs ** 2).sum())(np.arange(72.).reshape(4, 2, 3, 3)))
print(theano.function([x], wrt_weights[0])(images))

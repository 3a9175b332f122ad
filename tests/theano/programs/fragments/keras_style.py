"""Functions like those of Keras's Theano backend, with test values switched on."""

import numpy as np
import theano
import theano.ifelse
from theano import tensor as T
from theano.tensor.nnet import conv3d2d
from theano.sandbox.rng_mrg import MRG_RandomStreams as RandomStreams
from theano.tensor.signal import pool

try:
    import theano.sparse as th_sparse_module
except ImportError:
    th_sparse_module = None
try:
    from theano.tensor.nnet.nnet import softsign as T_softsign
except ImportError:
    from theano.sandbox.softsign import softsign as T_softsign

learning_phase = T.scalar(dtype="uint8", name="keras_learning_phase")
rng = np.random.RandomState(2)


def variable(value, dtype=None, name=None):
    value = np.asarray(value, dtype=dtype or theano.config.floatX)
    result = theano.shared(value=value, name=name, strict=False)
    result._keras_shape = value.shape
    result._uses_learning_phase = False
    return result


def placeholder(shape=None, ndim=None, dtype=None, name=None):
    dtype = dtype or theano.config.floatX
    ndim = len(shape) if ndim is None else ndim
    x = T.TensorType(dtype, (False,) * ndim)(name)
    x._keras_shape = shape
    return x


def function(inputs, outputs, updates=()):
    unique = []
    for old, new in updates:
        if old not in [other for other, _ in unique]:
            unique.append((old, new))
    return theano.function(inputs, outputs, updates=unique, allow_input_downcast=True,
                           on_unused_input="ignore", name="F")


def in_train_phase(x, alt):
    return theano.ifelse.ifelse(learning_phase, x, alt)


def normalize(x, reduction_axes, epsilon=1e-3):
    mean = x.mean(reduction_axes, keepdims=True)
    var = x.var(reduction_axes, keepdims=True)
    shape = [1 if axis in reduction_axes else x.shape[axis] for axis in range(x.ndim)]
    gamma = T.ones(shape)
    broadcast = [axis in reduction_axes for axis in range(x.ndim)]
    mean, var, gamma = [T.patternbroadcast(v, broadcast) for v in (mean, var, gamma)]
    return T.nnet.bn.batch_normalization(x, gamma, T.zeros_like(gamma), mean, T.sqrt(var + epsilon),
                                         mode="high_mem")


def conv2d(x, kernel, strides=(1, 1), padding="valid", dilation_rate=(1, 1)):
    kernel = kernel.dimshuffle((3, 2, 0, 1))
    conv_out = T.nnet.conv2d(
        x, kernel, border_mode="half" if padding == "same" else padding, subsample=strides,
        input_shape=(None, 2, None, None), filter_shape=(4, 2, 2, 2),
        filter_dilation=dilation_rate)
    if padding == "same":
        conv_out = conv_out[:, :, :(x.shape[2] + strides[0] - 1) // strides[0],
                            :(x.shape[3] + strides[1] - 1) // strides[1]]
    return conv_out


def pool2d(x, size, strides, mode):
    return pool.pool_2d(x, ws=size, stride=strides, ignore_border=True, pad=(1, 1), mode=mode)


def categorical_crossentropy(target, output):
    output /= output.sum(axis=-1, keepdims=True)
    output = T.clip(output, 1e-7, 1.0 - 1e-7)
    return T.nnet.categorical_crossentropy(output, target)


def rnn(step, inputs, initial, mask):
    mask = T.addbroadcast(mask.dimshuffle([1, 0, "x"]), 2)
    zero = T.zeros_like(initial)

    def _step(value, keep, output_tm1, *states):
        output, new_states = step(value, states)
        output = T.switch(keep, output, output_tm1)
        return [output] + [T.switch(keep, new, old) for old, new in zip(states, new_states)]

    results, _ = theano.scan(_step, sequences=[inputs.dimshuffle(1, 0, 2), mask],
                             outputs_info=[T.unbroadcast(zero, 1), T.unbroadcast(initial, 1)])
    return T.squeeze(results[0][-1]), results[0].dimshuffle(1, 0, 2)


with_test_values = theano.config.compute_test_value
theano.config.compute_test_value = "raise"
x = placeholder(shape=(None, 2, 6, 6), name="x")
x.tag.test_value = rng.rand(3, 2, 6, 6)
learning_phase.tag.test_value = np.uint8(1)
kernel = variable(rng.randn(2, 2, 2, 4), name="kernel")
bias = variable(np.zeros((4,)), name="bias")
h = conv2d(x, kernel, padding="same") + T.reshape(bias, (1, 4, 1, 1))
print(h.tag.test_value.shape)
h = T.nnet.relu(normalize(h, [0, 2, 3]), 0.3)
h = T.maximum(h, T_softsign(h))
h = pool2d(h, (3, 3), (2, 2), "average_inc_pad")
print(h.tag.test_value.shape, h.tag.test_value.sum())
h = T.concatenate([h, conv2d(x, kernel, strides=(2, 2), padding="same")], axis=1)
flat = T.reshape(h, (h.shape[0], T.prod(h.shape) // h.shape[0]))
dense = variable(rng.randn(72, 5) * 0.1)
output = T.nnet.softmax(T.dot(flat, dense))
y = T.extra_ops.to_one_hot(T.arange(3), 5)
loss = categorical_crossentropy(y, output).mean()
loss = in_train_phase(loss + 1e-2 * T.sum(T.square(dense)), loss)
print(loss.tag.test_value)
theano.config.compute_test_value = with_test_values

params = [kernel, bias, dense]
gradients = T.grad(loss, params)
norm = T.sqrt(sum([T.sum(T.square(g)) for g in gradients]))
gradients = [T.switch(norm >= 0.5, g * 0.5 / norm, g) for g in gradients]
iterations = variable(0)
t = iterations + 1
lr_t = 0.01 * (T.sqrt(1. - T.pow(0.999, t)) / (1. - T.pow(0.9, t)))
updates = [(iterations, t)]
for p, g in zip(params, gradients):
    m, v = variable(np.zeros(p._keras_shape)), variable(np.zeros(p._keras_shape))
    m_t, v_t = (0.9 * m) + 0.1 * g, (0.999 * v) + 0.001 * T.square(g)
    updates += [(m, m_t), (v, v_t), (p, p - lr_t * m_t / (T.sqrt(v_t) + 1e-8))]
train = function([x, learning_phase], [loss, norm], updates)
evaluate = function([x, learning_phase], [loss, T.argmax(output, axis=-1)])
images = x.tag.test_value
for _ in range(5):
    print(*train([*images], 1))
print(*evaluate(images, 0))

sequence, mask = T.tensor3("sequence"), T.matrix("mask", dtype="int8")
U = variable(rng.randn(3, 3))


def step(value, states):
    output = T.tanh(value + T.dot(states[0], U))
    return output, [output]


last, whole = rnn(step, sequence, T.zeros_like(sequence[:, 0, :]), mask)
print(*function([sequence, mask], [last, whole])(rng.rand(2, 3, 3), [[1, 1, 0], [1, 1, 1]]))
random = RandomStreams(seed=3)
print(function([], random.normal((200, 50), avg=1.0, std=2.0).mean())().round(0))

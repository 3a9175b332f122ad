"""Random streams: calls, sizes, dtypes, seeds, and updates that no call passes."""

import numpy as np
import theano
import theano.tensor as T
from theano.sandbox.rng_mrg import MRG_RandomStreams
from theano.tensor.shared_randomstreams import RandomStreams


def draws(variable, times=2):
    f = theano.function([], variable)
    return [f() for _ in range(times)]


def tell(name, variable, places=1):
    a, b = draws(variable)
    print(name, a.dtype, a.shape, (a != b).any(), np.round(np.mean(a, dtype="float64"), places) + 0.,
          np.round(np.std(a, dtype="float64"), places))


x = T.matrix("x")
for streams in (RandomStreams(seed=234), MRG_RandomStreams(seed=234)):
    print(type(streams).__name__)
    tell("uniform", streams.uniform((200, 100)))
    tell("uniform(low, high)", streams.uniform(size=(200, 100), low=-2.0, high=4.0))
    tell("normal", streams.normal((200, 100)))
    tell("normal(avg, std)", streams.normal(size=(400, 100), avg=3.0, std=0.5))
    tell("binomial", streams.binomial((200, 100), n=1, p=0.3, dtype="float64"))
    tell("binomial, positional", streams.binomial((200, 100), 1, 0.8))
    tell("binomial of probabilities", streams.binomial(
        size=(100, 200), n=1, p=T.constant(np.tile([0.1, 0.9], (100, 100))), dtype="float32"))
    tell("multinomial", streams.multinomial(pvals=np.tile([0.25, 0.25, 0.5], (400, 1)), dtype="int64"))
    print(draws(streams.multinomial(size=None, n=1, pvals=[[0., 1.], [1., 0.]]))[0])

srng = RandomStreams(seed=1)
tell("permutation", srng.permutation(size=(3,), n=5))
tell("random_integers", srng.random_integers((400, 50), 1, 6))
print(np.sort(draws(srng.permutation(n=5))[0]), draws(srng.choice(size=(4,), a=3))[0].shape)
shuffle = srng.shuffle_row_elements(x)
print(np.sort(theano.function([x], shuffle)(np.arange(6.).reshape(2, 3)), axis=1))

srng = RandomStreams(seed=234)
rv_u, rv_n = srng.uniform((2, 2)), srng.normal((2, 2))
f = theano.function([], rv_u)
g = theano.function([], rv_n, no_default_updates=True)
print((f() != f()).all(), (g() == g()).all())
nearly_zeros = theano.function([], rv_u + rv_u - 2 * rv_u)
print(nearly_zeros())
srng.seed(902340)
a = f()
srng.seed(902340)
print((a == f()).all(), (a == f()).any())
state = rv_u.rng.get_value()
b = f()
rv_u.rng.set_value(state)
print((b == f()).all())

mrg = MRG_RandomStreams(seed=9)
mask = mrg.binomial(x.shape, p=0.5, dtype=x.dtype) * x
train = theano.function([x], mask)
print(train(np.ones((3, 4))).shape, (train(np.ones((3, 4))) != train(np.ones((3, 4)))).any())
twice = [theano.function([], MRG_RandomStreams(seed=9).uniform((3,)))() for _ in range(2)]
print((twice[0] == twice[1]).all(), (twice[0] >= 0).all(), (twice[0] < 1).all())

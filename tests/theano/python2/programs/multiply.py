"""Symbols, functions, and `/` between integers."""

import theano
from theano import tensor as T

a, b = T.scalars('a', 'b')
multiply = theano.function(inputs=[a, b], outputs=a * b)
print multiply(1, 2)  # 2
print multiply(3, 3), multiply(3, 3) / 2

n, k = T.lscalar(), T.bvector('k')
half = n / 2
share = theano.function([n, k], [half, n / 2., 1 / T.cast(n, 'float32'), k / k.shape[0], (k / n) / 2.])
for result in share(7, [7, -7, 3]):
    print result, result.dtype
half /= 2
print half.eval({n: 9}), T.mean(k / 2).eval({k: [3, 6]})

"""Dtypes of results: cast_policy, integer division, means and sums, downcasts of inputs."""

import numpy as np
import theano
import theano.tensor as T

theano.config.floatX = "float32"
f, i, b, l = T.fvector("f"), T.ivector("i"), T.bvector("b"), T.lvector("l")
for name, expression in [
        ("f + 1", f + 1), ("f * 2.0", f * 2.0), ("2.0 * f", 2.0 * f), ("f / 3", f / 3),
        ("f ** 2", f ** 2), ("f ** 0.5", f ** 0.5), ("f * np.float64(2)", f * np.float64(2)),
        ("f + np.ones(1)", f + np.ones(1)), ("f + i", f + i), ("f + b", f + b), ("f + l", f + l),
        ("i + 1", i + 1), ("i + 1.5", i + 1.5), ("b + 1", b + 1), ("b + 1000", b + 1000),
        ("b * 1.5", b * 1.5), ("i / 2", i / 2), ("i // 2", i // 2), ("i / i", i / i), ("b / b", b / b),
        ("i % 2", i % 2), ("i + l", i + l), ("b.sum()", b.sum()), ("i.sum()", i.sum()),
        ("f.sum()", f.sum()), ("i.mean()", i.mean()), ("b.mean()", b.mean()), ("f.mean()", f.mean()),
        ("i.prod()", i.prod()), ("f > 1", f > 1), ("eq", T.eq(i, 1)), ("(f > 1).sum()", (f > 1).sum()),
        ("(f > 1).mean()", (f > 1).mean()), ("exp(i)", T.exp(i)), ("exp(b)", T.exp(b)),
        ("sqrt(l)", T.sqrt(l)), ("sigmoid(i)", T.nnet.sigmoid(i)), ("tanh(b)", T.tanh(b)),
        ("arange(3)", T.arange(3)), ("arange(3.)", T.arange(3.)), ("zeros", T.zeros((2,))),
        ("ones_like(i)", T.ones_like(i)), ("eye", T.eye(2)), ("constant(1.5)", T.constant(1.5)),
        ("constant(1)", T.constant(1)), ("as_tensor(1000)", T.as_tensor_variable(1000)),
        ("as_tensor([1., 2.])", T.as_tensor_variable([1., 2.])), ("shape", f.shape), ("argmax", T.argmax(f)),
        ("cast", T.cast(f, "int8")), ("astype", f.astype("float64")), ("switch", T.switch(f > 1, f, 0)),
        ("maximum", T.maximum(f, 0)), ("clip", T.clip(f, 0, 1)), ("dot(f, i)", T.dot(f, i)),
        ("-b", -b), ("abs(i)", abs(i)), ("invert", ~(i > 0)), ("and", (i > 0) & (b > 0)),
        ("std", f.std()), ("var(i)", i.var()), ("cumsum(i)", T.cumsum(i)), ("mean float64", f.mean(dtype="float64")),
        ("sum acc", f.sum(acc_dtype="float64")), ("scalar", T.scalar()), ("matrix", T.matrix()), ("vector", T.vector())]:
    print(name, expression.dtype)

g = theano.function([f], f * 2)
print(g([1, 2]).dtype, g(np.array([1, 2], dtype="int8")))
try:
    g(np.array([0.1, 0.2]))
except TypeError:
    print("TypeError: float64 for float32")
try:
    theano.function([i], i)([1.5])
except TypeError:
    print("TypeError: 1.5 for int32")
print(theano.function([f], f * 2, allow_input_downcast=True)(np.array([0.1, 0.2])).dtype)
scalar = T.fscalar("scalar")
print(theano.function([scalar], scalar)(0.1).dtype)
print(theano.shared(np.zeros(2)).dtype, theano.shared(0.5).dtype, theano.shared(3).dtype,
      theano.shared(np.float32(1)).dtype, theano.shared([1, 2]).__class__.__name__)
weights = theano.shared(np.zeros(2, dtype="float32"))
try:
    theano.function([], [], updates=[(weights, weights + np.ones(2))])
except TypeError:
    print("TypeError: a float64 update of a float32")

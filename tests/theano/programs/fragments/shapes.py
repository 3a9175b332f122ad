"""Shapes, broadcasting patterns, indices: the names that PyTensor has changed."""

import numpy as np
import theano
import theano.tensor as T

M = np.arange(12.).reshape(3, 4)
x, v = T.matrix("x"), T.vector("v")
t4 = T.tensor4("t4")


def show(*outputs):
    for value in theano.function([x], list(outputs))(M):
        print(value)


print(theano.function([t4], [t4.flatten(2).shape, T.flatten(t4, outdim=3).shape,
                             t4.flatten().shape, t4.flatten(ndim=2).shape])(np.zeros((2, 3, 4, 5))))
show(T.stack(x[0], x[1]), T.stack([x[0], x[1]], axis=1), T.concatenate([x, x + 1], axis=1).shape)
show(T.set_subtensor(x[0, 1:], 7.), T.inc_subtensor(x[:, 0], [1., 2., 3.]))
show(T.set_subtensor(x[[0, 2], [1, 3]], 0.), T.inc_subtensor(x[[0, 0]], 1.))
show(x[:, None, :].shape, x[..., ::-1][0], x[x > 5], x[T.arange(3), [0, 1, 3]], x[-1])
show(T.batched_dot(x.dimshuffle(0, "x", 1), x.dimshuffle(0, 1, "x")), T.tensordot(x, x, axes=2))
show(T.batched_tensordot(x.dimshuffle(0, 1, "x"), x.dimshuffle(0, 1, "x"), axes=[[1], [1]]))
show(T.tile(x[0], 2), T.repeat(x[:, :2], 2, axis=0), T.extra_ops.repeat(x[0, :2], 3))
show(T.sort(-x, axis=1)[0], T.argsort(-x, axis=1)[0], T.argmax(x), T.argmin(x, axis=1, keepdims=True))
show(*T.max_and_argmax(x, axis=1))
show(x.norm(2), x.norm(1, axis=0), x.norm(2, axis=(0, 1)), x.var(axis=0), x.std(), x.prod(axis=1),
     x.ptp(axis=0))
show(T.sqr(x)[0], T.inv(x + 1)[0], T.abs_(x - 5)[0], T.sgn(x - 5)[0], T.neq(x, 3)[0], T.or_(x > 3, x < 1)[0])
show(T.eye(3, 4, 1), T.diag(x[:3, :3]), T.tril(x), T.triu(x, 1), T.identity_like(x), T.zeros_like(x).sum())
show(T.cumsum(x, axis=0), T.cumprod(x + 1, axis=1)[0], T.extra_ops.diff(x[0]), T.roll(x[0], 1), x.nonzero()[0][:3])
show(T.extra_ops.to_one_hot(T.cast(x[0], "int32"), 5), T.bincount(T.cast(x[0], "int64")))
show(T.shape_padleft(x, 2).shape, T.shape_padright(x).shape, T.shape_padaxis(x, 1).shape,
     T.swapaxes(x, 0, 1).shape, x.T.shape, T.unbroadcast(x, 0).shape)
show(T.reshape(x, (2, -1)).shape, T.reshape(x, (2, 6), ndim=2).shape, T.squeeze(x[:1]).shape,
     x.ravel().shape, x.size, T.alloc(1.5, 2, 2), T.arange(2, 8, 3), T.mgrid[0:2, 0:2][0])
show(T.clip(x, 2, 5), T.dot(x, x.T)[0], T.outer(x[0], x[0])[1], T.sum(x, axis=(0, 1), keepdims=True))
show(T.any(x > 10), T.all(x >= 0, axis=1), T.isnan(x).any(), T.floor(x / 2)[0], T.round(x / 2)[0],
     x // 2, x % 3, T.mod(x, 4)[0], T.divmod(x, 5)[0][2])
show(*T.split(x, [1, 3], 2, axis=1))
show(T.choose(T.cast(x[0, :2], "int64"), [[10., 20.], [30., 40.]]), T.take(x, [1, 2], axis=1), x.take([5]))
show(T.erf(x[0] / 5), T.gammaln(x[0] + 1), T.psi(x[0] + 1), T.logaddexp(x[0], 1) if hasattr(T, "logaddexp") else T.log1p(x[0]))

print(T.row().broadcastable, T.col().broadcastable, T.matrix().broadcastable, t4.ndim)
print(T.addbroadcast(x, 1).broadcastable, T.patternbroadcast(x, (True, False)).broadcastable)
print(T.TensorType("float32", (True, False))("r").broadcastable, T.shape_padleft(v).broadcastable)
print(x.dimshuffle("x", 0, 1).broadcastable, T.ones((1, 3)).ndim, theano.shared(np.ones((1, 3))).broadcastable)
print(theano.shared(np.ones((1, 3)), broadcastable=(True, False)).broadcastable, T.constant(np.ones((1, 2))).broadcastable)
print(T.fmatrix().dtype, T.lvector().dtype, T.ftensor4().ndim, T.bvector().dtype, T.wscalar().dtype, T.zmatrix().dtype)
print(T.iscalar("n").name, [var.name for var in T.vectors("a", "b")], [var.name for var in T.fmatrices("c", "d")])
try:
    theano.function([v, T.col("c")], v)([1, 2], np.ones((2, 2)))
except Exception as error:
    print(type(error).__name__)

"""User-defined operators: a class with perform and grad, one with R_op, as_op."""


import numpy as np
import theano
import theano.tensor as T
from theano import Apply, Op, gof
from theano.compile.ops import as_op


class DoubleOp(theano.Op):
    __props__ = ()

    def make_node(self, x):
        x = theano.tensor.as_tensor_variable(x)
        return theano.Apply(self, [x], [x.type()])

    def perform(self, node, inputs, output_storage):
        x, = inputs
        z, = output_storage
        z[0] = x * 2

    def infer_shape(self, node, i0_shapes):
        return i0_shapes

    def grad(self, inputs, output_grads):
        return [output_grads[0] * 2]

    def R_op(self, inputs, eval_points):
        if eval_points[0] is None:
            return eval_points
        return self.grad(inputs, eval_points)


class AXPB(gof.Op):
    __props__ = ("a", "b")
    itypes = [T.dmatrix]
    otypes = [T.dmatrix]

    def __init__(self, a, b):
        self.a, self.b = a, b
        super(AXPB, self).__init__()

    def perform(self, node, inputs, output_storage, params=None):
        output_storage[0][0] = self.a * inputs[0] + self.b

    def infer_shape(self, node, input_shapes):
        return input_shapes

    def grad(self, inputs, grads):
        return [self.a * grads[0]]


class SumDiff(Op):
    __props__ = ()

    def make_node(self, x, y):
        x, y = T.as_tensor_variable(x), T.as_tensor_variable(y)
        return Apply(self, [x, y], [x.type(), x.type()])

    def perform(self, node, inputs, output_storage):
        x, y = inputs
        output_storage[0][0] = x + y
        output_storage[1][0] = x - y

    def infer_shape(self, node, shapes):
        return [shapes[0], shapes[0]]

    def grad(self, inputs, grads):
        g_sum, g_diff = grads
        if g_sum.owner is None and isinstance(g_sum.type, theano.gradient.DisconnectedType):
            g_sum = T.zeros_like(inputs[0])
        if isinstance(g_diff.type, theano.gradient.DisconnectedType):
            g_diff = T.zeros_like(inputs[0])
        return [g_sum + g_diff, g_sum - g_diff]


def infer_shape_numpy_dot(node, input_shapes):
    ashp, bshp = input_shapes
    return [ashp[:-1] + bshp[-1:]]


@as_op(itypes=[T.dmatrix, T.dmatrix], otypes=[T.dmatrix], infer_shape=infer_shape_numpy_dot)
def numpy_dot(a, b):
    return np.dot(a, b)


x, y = T.dmatrix("x"), T.dmatrix("y")
M = np.arange(6.).reshape(2, 3)
print(theano.function([x], DoubleOp()(x))(M))
print(theano.function([x], T.grad(DoubleOp()(x ** 2).sum(), x))(M))
print(theano.function([y], T.Rop(DoubleOp()(x), x, y))(M + 1))
print(theano.function([x], DoubleOp()(x).shape)(M))
print(DoubleOp() == DoubleOp(), AXPB(1, 2) == AXPB(1, 2), AXPB(1, 2) == AXPB(1, 3))
print(AXPB(4, 1), theano.function([x], AXPB(4, 1)(x))(M))
print(theano.function([x], T.grad(AXPB(4, 1)(x).sum(), x))(M))
s, d = SumDiff()(x, y)
print(theano.function([x, y], [s, d])(M, M * 10))
print(theano.function([x, y], T.grad((s ** 2).sum(), [x, y]))(M, M * 10))
print(theano.function([x, y], T.grad((s * d).sum(), [x, y]))(M, M * 10))
print(theano.function([x, y], numpy_dot(x, y))(M, M.T))
theano.gradient.verify_grad(DoubleOp(), [M], rng=np.random.RandomState(4))
theano.gradient.verify_grad(AXPB(3, 2), [M], rng=np.random.RandomState(4))


class Wrong(DoubleOp):
    def grad(self, inputs, output_grads):
        return [output_grads[0] * 3]


try:
    theano.gradient.verify_grad(Wrong(), [M], rng=np.random.RandomState(4))
except theano.gradient.verify_grad.E_grad:
    print("a wrong gradient is found")

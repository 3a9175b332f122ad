"""Programs that inspect graphs: owners, types, inputs, clones, modes, test values, checks."""

from collections import OrderedDict

import numpy as np
import theano
import theano.compile.nanguardmode
import theano.tensor as T
from theano import gof
from theano.compile.sharedvalue import SharedVariable
from theano.scan_module.scan_utils import equal_computations
from theano.tensor.var import TensorConstant, TensorVariable
from theano.updates import OrderedUpdates

x, y = T.matrix("x"), T.vector("y")
w = theano.shared(np.ones(3), name="w")
z = T.nnet.sigmoid(T.dot(x, w) + y * 2)
print(isinstance(z.owner.op, T.Elemwise), len(z.owner.inputs[0].owner.inputs), z.type.ndim, z.ndim, z.dtype, z.broadcastable)
print([v.name for v in gof.graph.inputs([z]) if v.name], len(gof.graph.ancestors([z])) > 4)
print(isinstance(w, SharedVariable), isinstance(x, TensorVariable), isinstance(T.constant(1), TensorConstant))
print(isinstance(x, theano.Variable), isinstance(x, gof.Variable), isinstance(w, gof.Constant))
print([v.name for v in gof.graph.inputs([z]) if isinstance(v, T.sharedvar.TensorSharedVariable)])
a, b = T.scalars("a", "b")
print(equal_computations([a + b], [a + b]), equal_computations([a + b], [a * b]))
print(gof.graph.is_same_graph(a + b, a + b), gof.graph.is_same_graph(a + b, b + a))

replaced = theano.clone(z, replace={w: T.constant([1., 2., 3.]), y: y + 1})
print(theano.function([x, y], [z, replaced])(np.eye(2, 3), [0., 0.]))
print(theano.function([y], z, givens=OrderedDict([(x, T.ones((2, 3)))]))([1., 2.]))
print((a + b).eval({a: 1, b: 2}))
try:
    theano.function([a, b], a)
except theano.compile.UnusedInputError:
    print("UnusedInputError")
try:
    theano.function([a], a + b)
except gof.MissingInputError:
    print("MissingInputError")

updates = OrderedUpdates()
counter = theano.shared(0, name="counter")
updates[counter] = counter + 1
print(dict(updates) == {counter: updates[counter]}, list((updates + OrderedUpdates()).keys()))
tick = theano.function([], counter, updates=updates)
print(tick(), tick(), counter.get_value())
print(theano.function([], [], updates=OrderedDict([(counter, counter * 10)]))(), counter.get_value())
f = theano.function([theano.In(x, name="images"), theano.In(y, value=[1., 1.], borrow=True)],
                    [theano.Out(z, borrow=True), z.sum()])
print(f(images=np.ones((2, 3))), len(f.get_shared()))
print(len(f.maker.fgraph.toposort()) > 0, [v.name for v in f.maker.fgraph.inputs])

for mode in ("FAST_COMPILE", "FAST_RUN", "DebugMode", theano.Mode(linker="py", optimizer="fast_compile"),
             theano.compile.get_default_mode().excluding("fusion")):
    print(theano.function([a], a ** 2 + 1, mode=mode)(3.))
nan = theano.function([a], T.log(a), mode=theano.compile.nanguardmode.NanGuardMode(
    nan_is_error=True, inf_is_error=True, big_is_error=False))
try:
    nan(-1.)
except (AssertionError, RuntimeError):
    print("the guard stops nan")

theano.config.compute_test_value = "warn"
q = T.matrix("q")
q.tag.test_value = np.ones((2, 3))
p = T.dot(q, w)
print(p.tag.test_value, theano.gof.op.get_test_value(p * 2))
theano.config.compute_test_value = "raise"
try:
    T.dot(q, T.constant(np.ones((2, 2))))
except ValueError:
    print("ValueError where the line is")
theano.config.compute_test_value = "off"

checked = T.opt.Assert("a must be positive")(a, T.gt(a, 0))
print(theano.function([a], checked)(2.))
try:
    theano.function([a], checked)(-2.)
except AssertionError as error:
    print("AssertionError", "a must be positive" in str(error))
try:
    theano.function([y, x], y + x)([1., 2.], np.ones((2, 3)))
except ValueError:
    print("ValueError")
print(theano.config.floatX, theano.config.device)
print(T.as_tensor_variable([1, 2]).eval(), T.is_flat(T.arange(3)), T.get_scalar_constant_value(T.constant(3) * 1))
shared_copy = theano.shared(np.zeros(2), borrow=True)
inside = shared_copy.get_value(borrow=True, return_internal_type=True)
inside += 5
print(shared_copy.get_value())

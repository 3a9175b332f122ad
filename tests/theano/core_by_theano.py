"""A program for Theano that uses its core, and prints the results as JSON.

    THEANO_FLAGS=floatX=float32,device=cpu,linker=py,optimizer=None \
        python tests/theano/core_by_theano.py >tests/theano/core_by_theano.json

wrote core_by_theano.json with Theano 1.0.5 on Python 3.8. `python -m network3.theano` runs the
same program.
"""

import json

import numpy as np
import theano
import theano.tensor as T
from theano.compile.ops import Rebroadcast
from theano.gof.graph import ancestors, inputs, is_same_graph
from theano.scan_module.scan_utils import equal_computations

results = {}
x, y, s = T.scalar("x"), T.scalar("y"), T.scalar("s")
m, v = T.matrix("m"), T.vector("v")


def floats(values):
    return np.asarray(values).astype(float).tolist()


def types(*values):
    return [[theano.shared(value).dtype, theano.shared(value).ndim] for value in values]


# Inputs with default values, names and updates.
counter = theano.function([x, theano.In(s, value=0.0, update=s + x)], s)
results["state"] = floats([counter(2), counter(2), counter[s], counter(1, 10.0), counter["s"]])
counter["s"] = 7
results["state set"] = floats([counter(1), counter[s]])
add = theano.function([x, theano.In(y, value=2.0, name="why")], x + y)
results["default"] = floats([add(1), add(1, 3), add(1), add(1, why=4), add["why"], add[y]])
add["why"] = 10
results["default set"] = floats(add(1))
named = theano.function([x, y], {"sum": x + y, "product": x * y})
results["dict"] = {key: floats(value) for key, value in named(2, 3).items()}

# Updates in every form, givens, default updates.
w = theano.shared(np.float32(1), "w")
u = theano.shared(np.float32(1), "u")
for updates in ({w: w + u}, [(w, w + u)], [[w, w + u]], theano.OrderedUpdates([(w, w + u)])):
    theano.function([], [], updates=updates)()
results["updates"] = floats(w.get_value())
results["together"] = floats(
    theano.function([], [w, u], updates=[(w, u), (u, w * 10)])() + [w.get_value(), u.get_value()]
)
results["givens"] = floats(theano.function([y], x * 2, givens={x: y + 1})(3))
results["givens list"] = floats(theano.function([y], x * 2, givens=[(x, y + 1)])(3))
u.set_value(np.float32(0))
u.default_update = u + 1
results["default update"] = floats([theano.function([], u)(), u.get_value()])
still = theano.function([], u, no_default_updates=True)
results["no default update"] = floats([still(), still(), u.get_value()])
only = theano.function([], u + w, no_default_updates=[u])
results["no default update of one"] = floats([only(), u.get_value()])

# Shared variables take their type from the value.
results["shared"] = types(
    1.5, 1, True, np.float32(2), np.zeros((2, 1)), np.zeros(3, "int8"), 2**40, np.uint8(3)
)
results["broadcastable"] = [
    list(theano.shared(np.zeros((2, 1))).broadcastable),
    list(theano.shared(np.zeros((2, 1)), broadcastable=(False, True)).broadcastable),
]

# Classes of variables: libraries distinguish shared, constant and computed ones.
samples = x, x + 1, theano.shared(np.ones(2)), T.constant(1.0), 1
results["kinds"] = {
    kind.__name__: [isinstance(value, kind) for value in samples]
    for kind in (T.TensorVariable, T.TensorConstant, theano.Variable, theano.gof.Constant)
    + (theano.compile.SharedVariable, T.sharedvar.TensorSharedVariable)
}
results["a variable by its class"] = [T.TensorVariable(T.dscalar).ndim, theano.Variable("a").type]

# Loops.
outputs, updates = theano.scan(lambda t, a: t + a, T.arange(4.0), np.float32(0))
results["cumulative sum"] = floats(theano.function([], outputs)())
results["no updates"] = [type(updates).__name__, len(updates)]
outputs, _ = theano.scan(
    lambda a: (a * 2, theano.scan_module.until(a > 5)),
    outputs_info=T.constant(np.float32(1)),
    n_steps=10,
)
results["until"] = floats(theano.function([], outputs)())
w.set_value(np.float32(1))
outputs, updates = theano.scan(lambda: {w: w * 2}, n_steps=4)
theano.function([], [], updates=updates)()
results["update in a loop"] = floats(w.get_value())
numbers, start = T.constant(np.arange(1, 5, dtype="float32")), T.constant(np.float32(1))
for fold in (theano.foldl, theano.foldr, theano.reduce):
    folded, _ = fold(lambda a, b: a - 2 * b, numbers, start)
    results[fold.__name__] = floats(theano.function([], folded)())
mapped, _ = theano.map(lambda a, b: a * b, numbers, non_sequences=[T.constant(np.float32(3))])
results["map"] = floats(theano.function([], mapped)())
fibonacci, _ = theano.scan(
    lambda a, b: a + b,
    outputs_info={"initial": T.constant(np.ones(2, "float32")), "taps": [-2, -1]},
    n_steps=6,
)
results["taps"] = floats(theano.function([], fibonacci)())
power, _ = theano.scan(lambda a, k: a * k, outputs_info=T.ones_like(x), non_sequences=x, n_steps=3)
results["gradient of a loop"] = floats(theano.function([x], T.grad(power[-1], x))(2))

# Gradients.
results["wrt"] = [
    type(theano.grad(x * y, (x, y))).__name__,
    type(theano.grad(x * y, [x, y])).__name__,
    type(theano.Rop([x * y], x, y)).__name__,
    type(theano.Lop(x * y, [x], y)).__name__,
]
a = np.array([1, 2, 3], "float32")
b = np.array([1, 0, 2], "float32")
direction = T.vector("direction")
rop = theano.function([v, direction], theano.Rop(v**2 * v.sum(), v, direction))
lop = theano.function([v, direction], theano.Lop(v**2 * v.sum(), v, direction))
results["Rop and Lop"] = [floats(rop(a, b)), floats(lop(a, b))]
results["stopped"] = [
    floats(theano.function([x], theano.grad(stop(x) * x, x))(3))
    for stop in (theano.gradient.disconnected_grad, theano.gradient.zero_grad)
]
clipped = theano.gradient.grad_clip(x, -1, 1)
results["clipped"] = floats(theano.function([x], theano.grad(clipped**2, x))(3))
cost = (v**3).sum()
results["hessian"] = floats(theano.function([v], theano.gradient.hessian(cost, v))(a))
results["jacobian"] = floats(theano.function([v], theano.gradient.jacobian(v**2, v))(a))
results["considered constant"] = floats(
    theano.function([x, y], theano.grad(x * y + y, x, consider_constant=[y]))(2, 3)
)
square = x**2
results["known gradients"] = floats(
    theano.function([x], theano.grad(None, x, known_grads={square: T.constant(np.float32(5))}))(3)
)

# Graphs.
total = x + y
results["inputs"] = [str(found) for found in inputs([total])]
results["ancestors"] = [str(found) for found in ancestors([total])[1:]]
results["same"] = [
    is_same_graph(x + y, x + y),
    is_same_graph(x + y, y + x),
    is_same_graph(x + y, x + x, givens={x: y}),
    equal_computations([x * 2], [x * 2]),
    equal_computations([x * 2], [y * 2], in_xs=[x], in_ys=[y]),
]
results["clone"] = floats(theano.function([y], theano.clone(x * x + 1, replace={x: y + 1}))(2))
results["rebroadcast"] = [
    list(Rebroadcast((0, True), (1, False))(m).broadcastable),
    list(T.addbroadcast(m, 1).broadcastable),
]


# Operators that the program defines, with Theano's interface.
class Doubled(theano.Op):
    __props__ = ()

    def make_node(self, x):
        x = T.as_tensor_variable(x)
        return theano.Apply(self, [x], [x.type()])

    def perform(self, node, inputs, outputs):
        outputs[0][0] = inputs[0] * 2

    def grad(self, inputs, output_grads):
        return [output_grads[0] * 2]

    def infer_shape(self, node, shapes):
        return shapes


@theano.as_op(itypes=[T.fvector], otypes=[T.fvector])
def reversed_(values):
    return values[::-1].copy()


doubled = Doubled()(v)
results["own operator"] = [
    floats(theano.function([v], doubled)(a)),
    floats(theano.function([v], theano.grad(doubled.sum(), v))(a)),
    floats(theano.function([v], doubled.shape)(a)),
    Doubled() == Doubled(),
]
results["as_op"] = floats(theano.function([v], reversed_(v))(a))
square_plus = theano.OpFromGraph([x, y], [x**2 + y])
results["OpFromGraph"] = floats(theano.function([x, y], square_plus(x, y))(3, 4))
overridden = theano.OpFromGraph(
    [x], [x**2], grad_overrides=lambda inputs, gradients: [gradients[0] * 100]
)
results["grad_overrides"] = floats(theano.function([x], theano.grad(overridden(x), x))(3))

# Both branches of a condition.
branch = theano.ifelse.ifelse(T.gt(x, 0), x * 2, x * 3)
choose = theano.function([x], branch)
results["ifelse"] = floats([choose(1), choose(-1)])

# Test values.
theano.config.compute_test_value = "raise"
t = T.matrix("t")
t.tag.test_value = np.ones((2, 3), "float32")
results["test value"] = [floats((t + 1).tag.test_value), list(T.dot(t, t.T).tag.test_value.shape)]
try:
    T.dot(t, t)
except ValueError:
    results["test value that does not fit"] = "ValueError"
try:
    T.matrix("without") + 1
except (AttributeError, ValueError) as error:
    results["no test value"] = type(error).__name__
theano.config.compute_test_value = "off"

# Errors.
refused = {}


def refuses(what, call):
    try:
        call()
    except Exception as error:  # noqa: B902
        refused[what] = type(error).__name__


refuses("an input that is not used", lambda: theano.function([x, y], x))
refuses("an input that is missing", lambda: theano.function([], x))
refuses("an unknown keyword", lambda: add(1, nix=3))
refuses("too many arguments", lambda: add(1, 2, 3))
refuses("a symbolic value", lambda: theano.shared(T.vector()))
refuses("an unknown option", lambda: theano.config.no_such_option)
refuses("a wrong floatX", lambda: setattr(theano.config, "floatX", "int"))
refuses("a key that is not shared", lambda: theano.OrderedUpdates({x: 1}))
refuses("a disconnected input", lambda: theano.grad(x, y))
refuses("a cost that is no scalar", lambda: theano.grad(v, v))
results["refused"] = refused

print(json.dumps(results, indent=1, sort_keys=True))

"""theano.gof: walking, comparing and copying graphs, and operators that programs define."""

import importlib
import pkgutil
import sys

import numpy as np
import pytest
from pytensor.link.c.interface import CLinkerOp

import network3.theano as theano
import network3.theano.tensor as T
from network3.theano.gof import graph, utils

x, y = T.scalar("x"), T.scalar("y")
product = x * y
total = product + x


def test_inputs_and_ancestors_come_in_the_order_of_reading():
    assert graph.inputs([total]) == [x, y]
    assert graph.ancestors([total]) == [total, product, x, y]
    assert graph.ancestors([total], blockers=[product]) == [total, product, x]


def test_variables_and_nodes_between_inputs_and_outputs():
    assert set(graph.variables([x, y], [total])) == {x, y, product, total}
    assert graph.orphans([x], [product]) == [y]
    assert graph.ops([x, y], [total]) == {product.owner, total.owner}
    assert graph.io_toposort([x, y], [total]) == [product.owner, total.owner]
    assert graph.is_in_ancestors(total.owner, product.owner)
    assert not graph.is_in_ancestors(product.owner, total.owner)


def test_a_copy_is_the_same_graph_of_other_variables():
    inputs, outputs = graph.clone([x, y], [total])
    assert outputs[0] is not total and inputs[0] is not x
    assert graph.equal_computations(outputs, [total], inputs, [x, y])
    same_inputs, _ = graph.clone([x, y], [total], copy_inputs=False)
    assert same_inputs == [x, y]


def test_graphs_are_compared_after_the_givens_are_replaced():
    assert graph.is_same_graph(x * y, x * y)
    assert not graph.is_same_graph(x * y, y * x)
    assert graph.is_same_graph(x * x, y * y, givens={x: y})
    assert graph.is_same_graph(x * x, y * y, givens=[(x, y)])


def test_a_search_is_breadth_first_or_depth_first():
    children = {1: [2, 3], 2: [4], 3: [4], 4: []}
    assert graph.stack_search([1], children.get, "bfs") == [1, 2, 3, 4]
    assert graph.stack_search([1], children.get, "dfs") == [1, 3, 4, 2]
    order, reached_by = graph.stack_search([1], children.get, "bfs", build_inv=True)
    assert reached_by[4] == [2, 3]
    with pytest.raises(ValueError, match="stack_search got mode='deep'"):
        graph.stack_search([1], children.get, "deep")


def test_views_are_followed_to_their_roots():
    m = T.matrix("m")
    assert graph.view_roots(m.T[0]) == [m]
    assert graph.view_roots(product) == [product]


def test_the_helpers_in_utils():
    assert utils.uniq([3, 1, 3, 2]) == [3, 1, 2]
    assert utils.unique([1, 2]) and not utils.unique([1, 1])
    calls = []
    remembering = utils.memoize(lambda n: calls.append(n) or n * 2)
    assert (remembering(2), remembering(2), calls) == (4, 4, [2])
    names = utils.give_variables_names([T.scalar(), T.scalar("a"), T.scalar()])
    assert len(set(names)) == 3 and "a" in names


class Scaled(theano.Op):
    """factor * x, with a gradient and a shape as a program for Theano defines them."""

    __props__ = ("factor",)

    def __init__(self, factor):
        self.factor = factor

    def make_node(self, x):
        x = T.as_tensor_variable(x)
        return theano.Apply(self, [x], [x.type()])

    def perform(self, node, inputs, output_storage):
        output_storage[0][0] = inputs[0] * np.asarray(self.factor, inputs[0].dtype)

    def infer_shape(self, node, shapes):
        return shapes

    def grad(self, inputs, output_grads):
        return [self.factor * output_grads[0]]

    def R_op(self, inputs, eval_points):
        return [None if eval_points[0] is None else self.factor * eval_points[0]]


def test_an_operator_written_for_theano_works_without_warnings(float64):
    v = T.vector("v")
    out = Scaled(3.0)(v)
    f = theano.function([v], [out, T.grad(out.sum(), v), out.shape], mode="FAST_COMPILE")
    values, gradient, shape = f([1.0, 2.0])
    assert list(values) == [3, 6] and list(gradient) == [3, 3] and list(shape) == [2]
    assert Scaled(3.0) == Scaled(3.0) != Scaled(4.0)
    np.random.seed(0)
    python = theano.Mode("py", "fast_compile")
    theano.gradient.verify_grad(Scaled(3.0), [np.ones(3)], rng=np.random, mode=python)


def test_a_gradient_that_uses_the_outputs_is_found(float64):
    class Exp(Scaled):
        def perform(self, node, inputs, output_storage):
            output_storage[0][0] = np.exp(inputs[0])

        def L_op(self, inputs, outputs, output_grads):
            return [output_grads[0] * outputs[0]]

    v = T.vector("v")
    gradient = theano.function([v], T.grad(Exp(1)(v).sum(), v), mode="FAST_COMPILE")
    np.testing.assert_allclose(gradient([0.0, 1.0]), [1, np.e])


def test_an_operator_without_a_gradient_says_so():
    class NoGradient(theano.Op):
        make_node, perform = Scaled.make_node, Scaled.perform
        __props__ = ()

    v = T.vector("v")
    with pytest.raises(NotImplementedError):
        T.grad(NoGradient()(v).sum(), v)


def test_a_right_product_through_an_operator_without_a_gradient_is_a_value_error():
    class Broken(theano.Op):
        __props__ = ()

        def make_node(self, x):
            return theano.Apply(self, [x], [x.type()])

        def grad(self, inputs, gradients):
            return [theano.gradient.grad_undefined(self, 0, inputs[0])]

    x, v = T.vector(), T.vector()
    with pytest.raises(ValueError, match="an operator that is not differentiable"):
        T.Rop(Broken()(x) ** 2, x, v)


def test_an_operator_that_computes_in_c_alone_says_so():
    class InC(theano.Op):
        make_node = Scaled.make_node
        __props__ = ()

        def c_code(self, node, name, inputs, outputs, sub):
            return ""

    v = T.vector("v")
    f = theano.function([v], InC()(v), mode="FAST_COMPILE")
    with pytest.raises(NotImplementedError, match="InC has no `perform`: its C code"):
        f(np.ones(2, v.dtype))


def test_updates_are_those_of_shared_variables():
    s, t = theano.shared(1.0, "s"), theano.shared(2.0, "t")
    both = theano.OrderedUpdates([(s, x)]) + {t: y}
    assert list(both.items()) == [(s, x), (t, y)] and type(both) is theano.OrderedUpdates
    assert list(([(t, y)] + theano.OrderedUpdates({s: x})).items()) == [(t, y), (s, x)]
    with pytest.raises(TypeError, match="only shared variables can be updated"):
        both[x] = 1
    with pytest.raises(KeyError, match="s already has another update"):
        both.update({s: y})


def test_a_graph_prints_as_text(capsys):
    assert theano.printing.debugprint(total) is None
    text = capsys.readouterr().out
    assert theano.printing.debugprint(total, file=sys.stdout) is sys.stdout
    assert text.splitlines()[0].startswith("Add") and "x" in text and "y" in text
    assert theano.printing.debugprint(total, file="str").strip() == text.strip()
    assert "x" in theano.pp(total) and "y" in theano.pp(total)
    elementwise = T.switch(T.gt(x, y), T.sqr(x), T.sgn(x))
    assert theano.pp(elementwise) == "switch(gt(x, y), sqr(x), sgn(x))"


def subclasses(kind):
    for subclass in kind.__subclasses__():
        yield subclass
        yield from subclasses(subclass)


def test_no_operator_with_c_code_is_in_this_layer():
    """PyTensor imports the classes of all operators that it has compiled, in every program.

    The layer changes PyTensor when it is imported, which only programs for Theano may do.
    """
    for module in pkgutil.walk_packages(theano.__path__, "network3.theano."):
        if not module.name.endswith((".__main__", ".gpuarray", ".cuda")):
            importlib.import_module(module.name)
    compiled = [op.__module__ for op in subclasses(CLinkerOp)]
    assert "network3.ops.checking" in compiled
    assert not [module for module in compiled if module.startswith("network3.theano")]

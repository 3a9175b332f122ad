"""User-defined graph rewrites: of a graph, of a node, by a pattern, in a mode and in the database."""


import theano
import theano.tensor as T
from theano import gof


def graph(f):
    return [str(node.op) for node in f.maker.fgraph.toposort()]


x, y, z = T.dvectors("xyz")
division = T.true_div(x * y, y)


class Simplify(gof.Optimizer):
    def add_requirements(self, fgraph):
        fgraph.attach_feature(gof.toolbox.ReplaceValidate())

    def apply(self, fgraph):
        for node in fgraph.toposort():
            if node.op == T.true_div:
                above, below = node.inputs
                if above.owner and above.owner.op == T.mul and below in above.owner.inputs:
                    a, b = above.owner.inputs
                    fgraph.replace_validate(node.outputs[0], a if b is below else b)


e = gof.FunctionGraph([x, y], [division])
Simplify().optimize(e)
print(e.outputs[0] is e.inputs[0], len(e.toposort()))


@gof.local_optimizer([T.true_div])
def simplify(node):
    if node.op == T.true_div:
        above, below = node.inputs
        if above.owner and above.owner.op == T.mul:
            a, b = above.owner.inputs
            if a is below:
                return [b]
            if b is below:
                return [a]
    return False


class Doubled(gof.LocalOptimizer):
    def tracks(self):
        return [T.add]

    def transform(self, node):
        if node.op == T.add and len(node.inputs) == 2 and node.inputs[0] is node.inputs[1]:
            return [2 * node.inputs[0]]
        return False


for rewrite in (simplify, Doubled()):
    for order in ("in_to_out", "out_to_in"):
        e = gof.FunctionGraph([x, y], [division, x + x])
        gof.TopoOptimizer(rewrite, order=order).optimize(e)
        print([len(e.toposort()), e.outputs[0] is e.inputs[0]])

minus = gof.OpSub(T.add, T.sub)
pattern = gof.PatternSub((T.mul, (T.exp, "a"), (T.exp, "b")), (T.exp, (T.add, "a", "b")))
mode = theano.compile.get_mode("FAST_COMPILE")
for rewrite in (minus, pattern):
    e = gof.FunctionGraph([x, y, z], [x + y, T.exp(x) * T.exp(y)])
    gof.TopoOptimizer(rewrite, order="out_to_in").optimize(e)
    print(theano.function(e.inputs, e.outputs, mode=mode, on_unused_input="ignore")([1.0], [3.0], [0.0]))

theano.compile.optdb.register("ours", gof.TopoOptimizer(simplify, order="out_to_in"), 1.0, "fast_run")
f = theano.function([x, y], division, mode=theano.compile.Mode("py", theano.compile.optdb.query(gof.Query(["ours"]))))
print(f([1.0, 2.0], [0.0, 0.0]))

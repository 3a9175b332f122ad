"""The public attributes of one object of each kind.

    THEANO_FLAGS=cxx= python3.8 tests/theano/names/attributes.py            writes attributes.json
    THEANO_FLAGS=cxx= python3.8 tests/theano/names/attributes.py --check    compares

This needs Theano 1.0.5 and NumPy below 1.20. `table.py` compares the attributes with those of
`network3.theano`.
"""

import importlib
import json
import sys
import warnings
from pathlib import Path

import numpy as np


def objects(theano):
    """Return one object of each kind whose attributes programs read."""

    def module(name):
        return importlib.import_module(theano.__name__ + "." + name)

    T = module("tensor")
    x, i = T.matrix("x"), T.iscalar("i")
    y = x * 2
    total = theano.shared(np.zeros(2, "float32"), "total")
    both = theano.function([x, theano.In(i, value=1)], {"a": x * i + total[0]}, name="both")
    function = theano.function([x], y, profile=True, updates=[(total, total + 1)])
    loop, updates = theano.scan(lambda a: a * 2, outputs_info=T.ones_like(i), n_steps=3)
    node = loop.owner
    while type(node.op).__name__ != "Scan":
        node = node.inputs[0].owner
    matrix = module("sparse").csr_matrix("matrix")
    streams = module("tensor.shared_randomstreams").RandomStreams(1)
    mrg = module("sandbox.rng_mrg").MRG_RandomStreams(1)
    numbers = module("typed_list").TypedListType(T.fvector)
    graph = function.maker.fgraph
    modes = [theano.compile.DebugMode(), module("compile.monitormode").MonitorMode()]

    class Own(theano.Op):
        __props__ = ()

        def make_node(self, x):
            return theano.Apply(self, [x], [x.type()])

    return {
        "function": function,
        "function with a default": both,
        "function.maker": function.maker,
        "function.maker.linker": function.maker.linker,
        "function.fn": function.fn,
        "function.profile": function.profile,
        "function.maker.fgraph": graph,
        "variable of a function.maker.fgraph": graph.outputs[0],
        "node of a function.maker.fgraph": graph.outputs[0].owner,
        "variable": x,
        "constant": T.constant(1.0),
        "shared variable": total,
        "shared variable of a generic type": theano.shared([1]),
        "container": total.container,
        "number in a graph": theano.scalar.float32("a"),
        "sparse variable": matrix,
        "list of variables": numbers(),
        "type": x.type,
        "generic type": theano.generic,
        "type of numbers": theano.scalar.float32,
        "type of sparse matrices": matrix.type,
        "type of lists": numbers,
        "node": y.owner,
        "tag": x.tag,
        "Elemwise": y.owner.op,
        "operator of numbers": y.owner.op.scalar_op,
        "DimShuffle": x.T.owner.op,
        "Sum": x.sum().owner.op,
        "Subtensor": x[0].owner.op,
        "Dot": T.dot(x, x).owner.op,
        "Scan": node.op,
        "OpFromGraph": theano.OpFromGraph([x], [y]),
        "operator of one's own": Own(),
        "Print": theano.printing.Print("a"),
        "pprint": theano.pprint,
        "mode": theano.compile.get_mode("FAST_COMPILE"),
        "DebugMode": modes[0],
        "MonitorMode": modes[1],
        "rewriter": theano.compile.get_mode("FAST_RUN").optimizer,
        "optdb": theano.compile.optdb,
        "Query": theano.gof.Query(include=["a"]),
        "FunctionGraph": theano.gof.FunctionGraph([x], [y]),
        "In": theano.In(x),
        "Out": theano.Out(x),
        "updates": updates,
        "RandomStreams": streams,
        "random variable": streams.uniform((2,)),
        "MRG_RandomStreams": mrg,
        "random variable of MRG": mrg.uniform((2,)),
    }


def quietly(theano):
    """Return the objects, computed in Python and without warnings."""
    before = theano.config.floatX, theano.config.mode
    theano.config.floatX, theano.config.mode = "float32", "FAST_COMPILE"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = objects(theano)
    theano.config.floatX, theano.config.mode = before
    return made


def main():
    import theano

    file = Path(__file__).with_suffix(".json")
    found = {
        kind: [name for name in dir(made) if not name.startswith("_")]
        for kind, made in quietly(theano).items()
    }
    if "--check" in sys.argv:
        return found != json.loads(file.read_text())
    lines = [json.dumps(kind) + ": " + json.dumps(found[kind]) for kind in found]
    file.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

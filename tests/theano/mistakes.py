"""Small wrong programs, and the errors that they raise.

    THEANO_FLAGS=cxx= python tests/theano/mistakes.py            writes mistakes.json
    THEANO_FLAGS=cxx= python tests/theano/mistakes.py --check    checks that it is up to date

This needs Theano 1.0.5, Python 3.8 and NumPy below 1.20. `MISTAKES` has, for each mistake, the line
of the program, and words of the message that show where to look: the names of the function and the
argument, the index of the argument, and the value that was given.
"""

import importlib
import json
import re
import sys
import warnings
from pathlib import Path

import numpy as np

MISTAKES = {
    # Arguments of a compiled function.
    "too few dimensions": ("step([[1.0]], 1.0, 1)", ["step", "index 1"]),
    "too many dimensions": ("step([[1.0]], [[1.0]], 1)", ["step", "index 1"]),
    "a vector for a number": ("step([[1.0]], [1.0], [1])", ["step", "index 2"]),
    "a number that does not fit": ("step([[1.0]], [1.0], 2**40)", ["step", "index 2"]),
    "a number that fits no integer": ("step([[1.0]], [1.0], 2**70)", ["step", "index 2"]),
    "a float for an integer": ("step([[1.0]], [1.0], 1.5)", ["step", "index 2", "1.5"]),
    "float64 for float32": ("step(np.ones((1, 1)), [1.0], 1)", ["step", "index 0", "float64"]),
    "int64 for int32": ("step([[1.0]], [1.0], np.int64(2**40))", ["step", "index 2"]),
    "an array of int64 for int32": (
        "step([[1.0]], [1.0], np.array(1))",
        ["step", "index 2", "int64"],
    ),
    "complex for float": ("step([[1j]], [1.0], 1)", ["step", "index 0"]),
    "an array of complex for float": ("step(np.ones((1, 1)) * 1j, [1.0], 1)", ["step", "index 0"]),
    "text": ("step('a', [1.0], 1)", ["step", "index 0"]),
    "bytes": ("step(b'a', [1.0], 1)", ["step", "index 0"]),
    "an array of text": ("step(np.array([['a']]), [1.0], 1)", []),
    "a ragged list": ("step([[1.0], [1.0, 2.0]], [1.0], 1)", ["step", "index 0"]),
    "a dict": ("step({}, [1.0], 1)", ["step", "index 0"]),
    "a set": ("step({1.0}, [1.0], 1)", ["step", "index 0"]),
    "a constant for a graph": ("T.dot(x, None)", ["None"]),
    "a list with None": ("T.concatenate([x, None])", ["None"]),
    "a ragged list for a graph": ("T.as_tensor_variable([[1], [1, 2]])", []),
    "a function": ("step(len, [1.0], 1)", ["step", "index 0"]),
    "None": ("step(None, [1.0], 1)", []),
    "None in a list": ("step([[None]], [1.0], 1)", ["step", "index 0"]),
    "a variable": ("step(x, [1.0], 1)", ["step", "index 0", 'with name "x"']),
    "a shared variable": ("step([[1.0]], s, 1)", ["step", "index 1", 'with name "s"']),
    "a negative number for unsigned": ("unsigned(-1)", ["unsigned", "index 0", "-1"]),
    "a large number for unsigned": ("unsigned(256)", ["unsigned", "index 0", "256"]),
    "a list of large numbers": ("small([1, 300])", ["small", "index 0", "300"]),
    "an array of another sign": ("small(np.ones(2, 'uint8'))", ["small", "index 0", "uint8"]),
    "a number for bool": ("boolean(2)", ["boolean", "index 0", "2"]),
    "a strict input": ("strict([[1.0]])", ["strict", "index 0"]),
    "two rows for a row": ("of_row(np.ones((2, 2), 'float32'))", ["of_row", "index 0"]),
    "too many arguments": ("step([[1.0]], [1.0], 1, 2)", []),
    "too few arguments": ("step([[1.0]], [1.0])", ["i"]),
    "no arguments": ("step()", ["x"]),
    "an unknown keyword": ("step([[1.0]], [1.0], j=1)", ["j", "x, w, i"]),
    "a keyword of a wrong type": ("step([[1.0]], [1.0], i=1.5)", ["i", "1.5"]),
    "a keyword that does not fit": ("step([[1.0]], [1.0], i=2**40)", ["i"]),
    "an argument twice": ("step([[1.0]], [1.0], 1, x=[[1.0]])", []),
    "an argument and its keyword": ("step([[1.0]], [1.0], x=[[1.0]])", ["x"]),
    "a default of a wrong type": ("theano.function([x, theano.In(i, value=1.5)], x * i)", ["1.5"]),
    "a state of a wrong type": ("count['total'] = 'a'", []),
    "no state of this name": ("count['nix']", ["nix"]),
    "no input to set": ("count['nix'] = 1", ["nix"]),
    "an argument for a state": ("count(1, 2)", ["total"]),
    # Computations.
    "sizes that differ": ("add([1.0, 2.0], [1.0, 2.0, 3.0])", ["Apply node", "2", "3"]),
    "sizes of a product": ("step([[1.0]], [1.0, 2.0], 1)", ["Apply node", "1", "2"]),
    "an index out of bounds": ("theano.function([w, i], w[i])([1.0], 1)", ["Apply node"]),
    "a range of indices out of bounds": (
        "theano.function([w], w[T.arange(3)])([1.0])",
        ["Apply node"],
    ),
    "every second index, out of bounds": (
        "theano.function([w], T.sqr(T.exp(w)[T.arange(0, 4, 2)]))([1.0])",
        ["Apply node"],
    ),
    "more indices than entries": (
        "theano.function([w, x], w[T.arange(x.shape[0])])([1.0], [[1.0], [1.0]])",
        ["Apply node"],
    ),
    "two entries declared as one": (
        "theano.function([w], T.addbroadcast(w, 0) + 1)([1.0, 2.0])",
        ["Apply node", "1", "2"],
    ),
    "a reshape to another size": (
        "theano.function([w], w.reshape((2, 2)))([1.0])",
        ["Apply node", "Reshape"],
    ),
    "pieces of other sizes": (
        "theano.function([x], T.join(0, x, x.T))([[1.0, 2.0]])",
        ["Apply node", "Join"],
    ),
    "an assertion": (
        "theano.function([w], Assert('no')(w, w.size > 5))([1.0])",
        ["Apply node", "no"],
    ),
    "integers divided by zero": ("theano.function([i], 7 // i)(0)", []),
    # Making functions.
    "a missing input": ("theano.function([x], T.dot(x, w))", ["w"]),
    "an unused input": ("theano.function([x, i], x)", ["i", "index 1"]),
    "an input twice": ("theano.function([x, x], x)", ["x"]),
    "an input that is no variable": ("theano.function([1], x)", []),
    "a shared input": ("theano.function([s], s)", ["s"]),
    "an output that is no variable": ("theano.function([x], [x, len])", []),
    "inputs that are no list": ("theano.function(x, x)", []),
    "an update of another type": ("theano.function([], [], updates=[(s, x)])", ["s"]),
    "an update of another dtype": ("theano.function([], [], updates=[(s, s * d)])", ["s"]),
    "an update of more dimensions": ("theano.function([x], [], updates=[(s, s + x)])", ["s"]),
    "an update of what is not shared": ("theano.function([x], [], updates=[(x, x)])", ["x"]),
    "two updates of one": ("theano.function([], [], updates=[(s, s), (s, s + 1)])", ["s"]),
    "updates that are no pairs": ("theano.function([], [], updates=[s])", []),
    "givens of another type": ("theano.function([w], x + 1, givens=[(x, w)])", ["w"]),
    "givens of another dtype": ("theano.function([], i, givens={i: np.float32(1)})", []),
    "givens that are no pairs": ("theano.function([x], x, givens=[3])", []),
    "an unknown mode": ("theano.function([x], x, mode='FASTER')", ["FASTER"]),
    "an unknown argument": ("theano.function([x], x, nix=1)", ["nix"]),
    "an unknown way with unused inputs": (
        "theano.function([x, i], x, on_unused_input='nix')",
        ["nix"],
    ),
    # Shared variables.
    "a value of another dtype": ("s.set_value(np.ones(2))", ["s", "float64"]),
    "a value of more dimensions": ("s.set_value([[1.0]])", ["s"]),
    "a value that is text": ("s.set_value('a')", ["s"]),
    "a value that does not fit": ("n.set_value(2**40)", ["n"]),
    "a value that is a variable": ("theano.shared(x)", []),
    "an unknown argument of shared": ("theano.shared(1.0, nix=1)", ["nix"]),
    # Graphs.
    "a constant that does not fit": ("T.constant(300, dtype='int8')", []),
    "a constant that is text": ("T.constant('a')", []),
    "a ragged constant": ("T.constant([[1], [1, 2]])", []),
    "a constant of too few dimensions": ("T.constant(1, ndim=-1)", []),
    "a constant that fits no integer": ("T.constant(2**70)", []),
    "a sum with text": ("x + 'a'", []),
    "a sum with None": ("x + None", []),
    "a cast to an unknown type": ("T.cast(x, 'nix')", ["nix"]),
    "a cast of complex": ("T.cast(T.zvector('z'), 'float32')", []),
    "an unknown dtype": ("T.TensorType('nix', (False,))", ["nix"]),
    "a large number added to int8": ("theano.function([b], b + 300)([1])", []),
    "a negative number with unsigned": ("theano.function([u], u + -1)(1)", []),
    "a bool of a comparison": ("bool(x > 1)", []),
    "a length": ("len(x)", []),
    "a loop over a matrix": ("list(x)", []),
    "an index too many": ("w[1, 2]", []),
    "an index that is text": ("w['a']", []),
    "an index that is a float": ("w[1.5]", []),
    "an assignment": ("w[0] = 1", []),
    "an axis that is not there": ("x.sum(axis=2)", []),
    "a dimension that is not there": ("x.dimshuffle(0, 2)", []),
    "a dimension that is lost": ("x.dimshuffle(0)", []),
    "rows for dimensions": ("T.dot(T.tensor3(), 'a')", ["a"]),
    "a reshape without ndim": ("x.reshape(i)", []),
    "a number as a condition": ("T.switch(x, 'a', 1)", []),
    "a broadcast of two": ("T.addbroadcast(x, 5)", ["5"]),
    "joining numbers": ("T.join(0, i, i)", []),
    "joining other dimensions": ("T.join(0, x, w)", []),
    "stacking nothing": ("T.stack([])", []),
    "bits of floats": ("x & 1", []),
    "the remainder of complex numbers": ("T.zvector() % 2", []),
    "floor of complex numbers": ("T.floor(T.zvector())", []),
    "setting more dimensions": ("T.set_subtensor(w[0], w)", []),
    "setting what is no part": ("T.set_subtensor(w, 1)", []),
    "an attribute that is not there": ("x.nix", ["nix"]),
    # Gradients.
    "a gradient by an integer": ("theano.grad(i * 1.5, i)", []),
    "a gradient of an integer": ("theano.grad(i * 2, i)", []),
    "a cost that is no number": ("theano.grad(x, x)", []),
    "a gradient by what is not there": ("theano.grad(x.sum(), w)", ["w"]),
    "a gradient by a number": ("theano.grad(x.sum(), 1)", []),
    "a gradient of a number": ("theano.grad(1.0, x)", []),
    "a gradient of an argmax": ("theano.grad(x.argmax().astype('float32'), x)", []),
    "a gradient of a comparison": ("theano.grad(T.gt(x, 0).sum(), x)", []),
    "a gradient of a draw": ("theano.grad(draw.sum(), x)", []),
    "a gradient of no operator": ("theano.grad(No()(w).sum(), w)", ["No"]),
    "a jacobian of a matrix": ("theano.gradient.jacobian(x, w)", []),
    "a hessian of a vector": ("theano.gradient.hessian(w, w)", []),
    # Loops and conditions.
    "a loop without a length": ("theano.scan(lambda: x)", []),
    "a loop over a number": ("theano.scan(lambda a: a, sequences=i)", []),
    "a loop that changes its type": (
        "theano.scan(lambda a: a * d.sum(), outputs_info=w.sum(), n_steps=2)",
        [],
    ),
    "a loop that changes its dimensions": (
        "theano.scan(lambda a: x, outputs_info=w, n_steps=2)",
        [],
    ),
    "a loop with too many arguments": ("theano.scan(lambda a, b: a, sequences=w)", []),
    "a condition of two types": ("theano.ifelse.ifelse(i, x, w)", []),
    "a condition that is a matrix": ("theano.ifelse.ifelse(x, x, x)", []),
    # Options.
    "an unknown option": ("theano.config.nix", ["nix"]),
    "a wrong value of an option": ("setattr(theano.config, 'floatX', 'nix')", ["nix"]),
    "a wrong value of compute_test_value": (
        "setattr(theano.config, 'compute_test_value', 'nix')",
        ["nix"],
    ),
    # Layers.
    "a convolution of matrices": ("T.nnet.conv2d(x, T.tensor4())", []),
    "a convolution with an unknown border": (
        "T.nnet.conv2d(T.tensor4(), T.tensor4(), border_mode='nix')",
        ["nix"],
    ),
    "pooling a vector": ("T.signal.pool.pool_2d(w, (2, 2), ignore_border=True)", []),
    "an unknown pooling": (
        "T.signal.pool.pool_2d(T.tensor4(), (2, 2), ignore_border=True, mode='nix')",
        ["nix"],
    ),
    "a softmax of four dimensions": ("T.nnet.softmax(T.tensor4())", []),
    "classes that are floats": ("T.nnet.categorical_crossentropy(x, w)", []),
    "a binomial with text": ("streams.binomial(size='a')", []),
}


def raised(theano):
    """Return the classes of each error up to Exception, and which of the words its message has.

    If the line raises no error, return the class of its value instead.
    """
    names = program(theano)
    table = {}
    for mistake, (line, words) in MISTAKES.items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                value = run(line, dict(names))
            except Exception as error:  # noqa: B902
                kinds = [kind.__name__ for kind in type(error).__mro__[:-2]]
                table[mistake] = [kinds, [word for word in words if said(word, str(error))]]
            else:
                table[mistake] = [[type(value).__name__], []]
    return table


def run(line, names):
    try:
        code = compile(line, "<mistake>", "eval")
    except SyntaxError:  # a statement
        code = compile(line, "<mistake>", "exec")
    return eval(code, names)


def said(word, message):
    return re.search(r"(?<!\w)" + re.escape(word) + r"(?!\w)", message)


def program(theano):
    """Return the names that the mistakes use."""

    def module(name):
        return importlib.import_module(theano.__name__ + "." + name)

    T = module("tensor")
    module("ifelse")
    module("tensor.signal.pool")
    x, w, v, i = T.matrix("x"), T.vector("w"), T.vector("v"), T.iscalar("i")
    b, u, d, row = T.bvector("b"), T.scalar("u", "uint8"), T.dvector("d"), T.row("row")
    t, total = T.scalar("t", "bool"), T.iscalar("total")
    streams = module("tensor.shared_randomstreams").RandomStreams(1)
    state = theano.In(total, value=0, update=total + i, implicit=True)

    class No(theano.Op):
        """An operator without a gradient."""

        __props__ = ()

        def make_node(self, x):
            return theano.Apply(self, [x], [x.type()])

        def perform(self, node, inputs, outputs):
            outputs[0][0] = inputs[0]

    return {
        "theano": theano,
        "T": T,
        "np": np,
        "Assert": module("tensor.opt").Assert,
        "No": No,
        "x": x,
        "w": w,
        "i": i,
        "b": b,
        "u": u,
        "d": d,
        "step": theano.function([x, w, i], T.dot(x, w) * i, name="step"),
        "add": theano.function([w, v], w + v, name="add"),
        "unsigned": theano.function([u], u, name="unsigned"),
        "small": theano.function([b], b, name="small"),
        "boolean": theano.function([t], t, name="boolean"),
        "strict": theano.function([theano.In(x, strict=True)], x, name="strict"),
        "of_row": theano.function([row], row, name="of_row"),
        "count": theano.function([i, state], total, name="count"),
        "s": theano.shared(np.zeros(2, "float32"), "s"),
        "n": theano.shared(np.int32(1), "n"),
        "draw": streams.normal((2,)),
        "streams": streams,
    }


def main():
    import theano

    theano.config.floatX = "float32"
    theano.config.mode = "FAST_COMPILE"
    file = Path(__file__).with_suffix(".json")
    found = raised(theano)
    if "--check" in sys.argv:
        kept = json.loads(file.read_text())
        for mistake in sorted(found.keys() | kept.keys()):
            if found.get(mistake) != kept.get(mistake):
                print(mistake, kept.get(mistake), "is now", found.get(mistake))
        return found != kept
    lines = [json.dumps(mistake) + ": " + json.dumps(found[mistake]) for mistake in MISTAKES]
    file.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

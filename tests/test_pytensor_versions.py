"""Code that depends on PyTensor's version or private names is in one file, and works."""

import ast
import importlib
import importlib.util
import re
from pathlib import Path

import numpy as np
import pytensor
import pytensor.tensor as T
import pytest
from processes import run
from pytensor.graph.basic import Apply
from pytensor.graph.op import Op

import network3
from network3.kernels import pytensor_versions as versions

pytestmark = pytest.mark.backends

PACKAGE = Path(network3.__file__).parent
HERE = Path(versions.__file__)
TEXTS = {
    str(path.relative_to(PACKAGE)): path.read_text()
    for path in sorted(PACKAGE.rglob("*.py"))
    if path != HERE
}


def private(name):
    return name.startswith("_") and not name.startswith("__")


def defined(tree):
    """Return the names of functions, classes, variables and attributes that a file defines."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.id if isinstance(node, ast.Name) else node.attr
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "object.__setattr__":
            yield getattr(node.args[1], "value", None)


OWN = {name for text in TEXTS.values() for name in defined(ast.parse(text))}


def imported(tree):
    """Return the names that a file imports, with the top-level package of each."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                source = node.module if isinstance(node, ast.ImportFrom) else alias.name
                yield alias.asname or alias.name.split(".")[0], (source or "").split(".")[0]


def offences(text):
    """Return the lines of a file that use PyTensor's private names or version, or replace names."""
    tree = ast.parse(text)
    sources = dict(imported(tree))
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=str(module), names=aliases):
                if module.startswith("pytensor") and any(private(a.name) for a in aliases):
                    yield ast.unparse(node)
            case ast.Attribute(value=owner, attr=name, ctx=context):
                source = sources.get(ast.unparse(owner))
                # Any object may belong to PyTensor, unless it is a module of Python.
                read = private(name) and name not in OWN and source in (None, "pytensor")
                if read or (isinstance(context, ast.Store) and source == "pytensor"):
                    yield ast.unparse(node)
            case ast.Call(func=ast.Name(id="setattr"), args=[owner, *_]):
                if sources.get(ast.unparse(owner)) == "pytensor":
                    yield ast.unparse(node)
            case ast.Compare() if "pytensor.__version__" in ast.unparse(node):
                yield ast.unparse(node)


@pytest.mark.parametrize(
    "text",
    [
        "from pytensor.tensor.variable import _tensor_py_operators",
        "import pytensor\nprint(pytensor.config._config_var_dict)",
        "from pytensor import gradient\ngradient._populate_grad_dict()",
        "def looking_inside(function):\n    return function.vm._nodes",
        "from pytensor.graph.op import Op\nOp.__call__ = print",
        "from pytensor.graph.op import Op\nsetattr(Op, '__call__', print)",
        "import pytensor\nnew = pytensor.__version__ >= '3.1'",
    ],
)
def test_the_search_finds_what_it_looks_for(text):
    assert len(list(offences(text))) == 1


# It replaces methods of Numba's code libraries if all of them exist.
NUMBAS = "kernels/numba/optimizing.py"


@pytest.mark.parametrize("file", sorted(TEXTS.keys() - {NUMBAS}))
def test_private_names_of_pytensor_come_through_one_file(file):
    assert list(offences(TEXTS[file])) == []


@pytest.mark.parametrize("name", versions.__all__)
def test_an_entry_is_needed(name):
    functions = (
        x
        for x in ast.parse(HERE.read_text(encoding="utf-8")).body
        if isinstance(x, ast.FunctionDef)
    )
    texts = [*TEXTS.values(), *(ast.unparse(function.body) for function in functions)]
    assert name == "UNDOCUMENTED" or any(re.search(rf"\b{name}\b", text) for text in texts)


UNDOCUMENTED = [(owner, name) for owner, names in versions.UNDOCUMENTED.items() for name in names]


@pytest.mark.parametrize("owner, name", UNDOCUMENTED, ids=lambda word: word.rpartition(".")[2])
def test_an_undocumented_attribute_is_there_and_needed(owner, name, tmp_path):
    module, _, kind = owner.rpartition(".")
    kind = getattr(importlib.import_module(module), kind)
    arguments = {"FunctionGraph": ([], []), "ModuleCache": (tmp_path,)}
    assert hasattr(kind, name) or hasattr(kind(*arguments.get(kind.__name__, ())), name)
    assert any(re.search(rf"[.]{name}\b|\bdef {name}\b", text) for text in TEXTS.values())


def test_the_operators_of_ifelse():
    condition, x = T.lscalar(), T.dvector()
    chosen = versions.ifelse(condition, x, 2 * x)
    assert isinstance(chosen.owner.op, versions.IfElse)
    assert pytensor.function([condition, x], chosen)(0, [1.0, 2.0]).tolist() == [2, 4]
    assert versions.LazyIfElse is None or issubclass(versions.LazyIfElse, Op)


def test_shapes_are_inferred_without_a_warning():
    """PyTensor 3.1.1 and later warn when a class is defined whose method has three parameters."""

    class Twice(Op):
        def make_node(self, x):
            return Apply(self, [x], [x.type()])

        def infer_shape(self, *arguments):
            node, [shape] = versions.node_and_shapes(arguments)
            assert node.op is self
            return [shape]

        def perform(self, node, inputs, output_storage):
            raise AssertionError("the shape follows from that of the input")

    x = T.dmatrix()
    assert pytensor.function([x], Twice()(x).shape)(np.zeros((2, 3))).tolist() == [2, 3]


def test_the_axis_of_a_split():
    split = T.split(T.dmatrix(), [1, 2], n_splits=2, axis=1)[0].owner
    axis = T.as_tensor(versions.split_axis(split.op, split.inputs[1:-1]))
    assert pytensor.function([], axis)() == 1


def test_options_by_their_names():
    assert versions.options()["floatX"].mutable
    assert "cvm" in versions.options()["linker"].all
    assert isinstance(versions.is_configured("optimizer"), bool)


def test_the_cell_of_a_shared_variable_holds_its_value():
    variable = pytensor.shared(np.arange(3.0))
    versions.cell_of(variable)[0] = np.arange(4.0)
    assert pytensor.function([], variable.sum())() == 6


def test_a_function_is_repeated_in_c_by_the_virtual_machine_alone():
    count = pytensor.shared(0)
    in_c = pytensor.function([], updates=[(count, count + 1)], mode="CVM")
    versions.repeats_in_c(in_c)(5)
    assert count.get_value() == 5
    in_python = pytensor.function([], updates=[(count, count + 1)], mode="FAST_COMPILE")
    assert versions.repeats_in_c(in_python) is None
    assert versions.jitted(in_c) is None


@pytest.mark.skipif(not importlib.util.find_spec("jax"), reason="no JAX")
def test_a_function_for_jax_has_what_its_linker_compiled():
    x = T.dvector()
    assert callable(versions.jitted(pytensor.function([x], x + 1, mode="JAX")))


def test_keys_and_fallbacks_of_numba():
    pytest.importorskip("numba")
    x = T.fmatrix()
    node = network3.ops.max_pool2d(x.dimshuffle("x", "x", 0, 1), (2, 2)).owner
    assert versions.numba_key(node.op, "1") != versions.numba_key(node.op, "2")
    with pytest.warns(match="object mode"):
        assert callable(versions.numba_fallback(node.op, node))


def test_a_default_update_is_set_without_the_warning_that_pytensor_still_gives():
    """`network3.theano` suppresses the warning, so it must not be imported in this process.

    There is no C compiler, because PyTensor imports the classes of all operators that it finds in
    its compile cache, and those of an older version of this package may be in `network3.theano`.
    """
    program = """
        import warnings

        import pytensor
        from network3.kernels import pytensor_versions as versions

        def warnings_of(set_update):
            with warnings.catch_warnings(record=True) as found:
                warnings.simplefilter("always")
                set_update()
            return [str(warning.message) for warning in found]

        count = pytensor.shared(0)
        assert warnings_of(lambda: versions.set_default_update(count, count + 1)) == []
        pytensor.function([], count)()
        assert count.get_value() == 1
        (warning,) = warnings_of(lambda: setattr(count, "default_update", count + 2))
        assert warning.startswith(versions.DEFAULT_UPDATE), warning
    """
    run(program, "cxx=")


def leaves_out_default_updates():
    pytensor.function([], T.constant(1), no_default_updates=True)


def scans():
    pytensor.scan(lambda: T.constant(1.0), n_steps=2)


@pytest.mark.parametrize(
    "beginning, cause",
    [
        (versions.NO_DEFAULT_UPDATES, leaves_out_default_updates),
        (versions.SCAN_UPDATES, scans),
    ],
)
def test_a_warning_that_pytensor_still_gives_is_silenced(beginning, cause):
    with pytest.warns(match=beginning):
        cause()
    with versions.silenced(beginning):
        cause()


def test_gradients_are_computed_by_the_private_function():
    x = T.dscalar()
    before, called = getattr(*versions.GRADIENT_RULES), []
    versions.patch(*versions.GRADIENT_RULES, lambda *a, **k: called.append(1) or before(*a, **k))
    try:
        T.grad(x**2, x)
    finally:
        versions.patch(*versions.GRADIENT_RULES, before)
    assert called


def test_variables_have_their_methods_from_the_private_class():
    for variable in (T.dvector(), T.constant(1.0), pytensor.shared(np.zeros(2))):
        assert isinstance(variable, versions.variable_methods)

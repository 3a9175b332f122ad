"""theano.function and theano.shared: inputs, outputs and errors, beyond `core_by_theano.py`."""

import copy
import functools
import pickle

import numpy as np
import pytensor
import pytest
from pytensor.link.vm import VMLinker

import network3
import network3.theano as theano
import network3.theano.tensor as T
from network3.engine import running
from network3.engine.threads import EachCall
from network3.ops.log_likelihood import LogLikelihood
from network3.theano.tensor.shared_randomstreams import RandomStreams
from network3.theano.typed_list import make_list

PYTHON = "FAST_COMPILE"


@pytest.fixture(autouse=True)
def single(float32):
    """Run all tests in float32."""


def test_a_function_has_what_programs_use():
    x, w = T.scalar("x"), theano.shared(np.float32(3), "w")
    f = theano.function([x], x * w, mode=PYTHON, name="times")
    assert f(2) == 6 and f.name == "times" and f.get_shared() == [w]
    assert [node.op.scalar_op.name for node in f.maker.fgraph.toposort()] == ["mul"]


def test_the_form_of_the_outputs_is_kept():
    x = T.scalar("x")
    assert theano.function([x], x + 1, mode=PYTHON)(1) == 2
    assert theano.function([x], [x + 1], mode=PYTHON)(1) == [2]
    assert theano.function([x], {"b": x, "a": x + 1}, mode=PYTHON)(1) == {"a": 2, "b": 1}
    assert theano.function([x], [], mode=PYTHON, on_unused_input="ignore")(1) == []


def test_the_chosen_backend_compiles(backend):
    x = T.vector("x")
    values = np.float32([1, 2, 3])
    for mode in (None, "FAST_RUN"):
        f = theano.function([x], (x**2).sum(), mode=mode)
        assert isinstance(f.maker.linker, VMLinker) == (backend == "c")
        assert f(values) == 14


def test_without_a_compiler_a_function_still_computes(monkeypatch, caplog):
    slow = theano.Mode("vm", "fast_compile")
    monkeypatch.setattr(network3.engine.backend, "_warned", False)
    monkeypatch.setattr(network3.engine.backend, "_mode_without_compiler", lambda: slow)
    monkeypatch.setattr(network3.engine.backend, "_flag", False)
    with pytensor.config.change_flags(cxx=""):
        x = T.scalar("x")
        assert theano.function([x], x * 2)(2) == 4
    assert "No C++ compiler was found" in caplog.text


def test_python_computes_whole_arrays_at_once():
    """A fused operator computes entry after entry in Python, and refuses more than 32 arrays."""
    several = T.dvectors(40)
    cost = functools.reduce(lambda total, x: T.tanh(total + x), several)
    with theano.change_flags(linker="py"):
        by_option = theano.function(several, cost)
    for function in (by_option, theano.function(several, cost, mode=theano.Mode("py"))):
        expected = functools.reduce(lambda total, x: np.tanh(total + x), 40 * [np.ones(2)])
        np.testing.assert_allclose(function(*40 * [np.ones(2)]), expected)
        names = {type(node.op.scalar_op).__name__ for node in function.maker.fgraph.toposort()}
        assert names == {"Add", "Tanh"}


def test_a_function_with_kernels_adapts_their_threads_and_still_pickles():
    z, y = T.matrix("z"), T.ivector("y")
    plain = theano.function([z], z + 1, mode=PYTHON)
    fused = theano.function([z, y], LogLikelihood()(z, y)[0], mode=PYTHON)
    assert running.adapting(plain) is None
    assert isinstance(running.adapting(fused), EachCall)
    arguments = [[0, 0]], np.array([1], "int32")
    for function in (fused, pickle.loads(pickle.dumps(fused))):
        assert function(*arguments) == pytest.approx(np.log(2))
    assert fused._threads.used > 0  # the time of the last call


def test_modes_have_theanos_names():
    assert theano.compile.get_mode("DEBUG_MODE") is theano.compile.get_mode("DebugMode")
    guarding = theano.compile.get_mode("NanGuardMode")
    assert type(guarding) is theano.compile.nanguardmode.NanGuardMode
    assert theano.compile.get_default_mode() is not None
    own = theano.Mode("py", "fast_compile")
    assert theano.compile.get_mode(own) is own
    with pytest.raises(ValueError, match="There is no mode 'FASTER': FAST_RUN, FAST_COMPILE"):
        theano.function([], T.constant(1), mode="FASTER")


def test_a_mode_without_a_linker_has_that_of_the_config():
    """PyTensor's own default is Numba, which takes minutes to compile what C takes seconds for."""
    by_default = theano.compile.get_default_mode()
    assert type(theano.Mode(optimizer="fast_run").linker) is type(by_default.linker)
    with theano.change_flags(linker="py"):
        assert type(theano.Mode(optimizer=None).linker).__name__ == "PerformLinker"


def test_a_mode_that_guards_against_nan_stops_at_it():
    x = T.scalar("x")
    mode = theano.compile.nanguardmode.NanGuardMode(True, False, False, linker="vm")
    guarded = theano.function([x], T.log(x), mode=mode)
    assert guarded(1) == 0
    with pytest.raises(AssertionError, match="(?i)nan"):
        guarded(-1)


@pytest.mark.parametrize(
    ["call", "sentence"],
    [
        (lambda x: theano.function(x, x), "theano.function got x as its inputs: they must be a"),
        (
            lambda x: theano.function([x], x, updates=3),
            "got updates=3: it must be a dict",
        ),
        (lambda x: theano.function([x], x, givens=[3]), r"got givens=\[3\]: it must be a dict or"),
        (lambda x: theano.function([x], x, updates={x: x}), "an update of x: only shared"),
        (
            lambda x: theano.function([theano.In(x, update=x)], x),
            r"In\(x, update=...\) needs an initial value",
        ),
        (lambda x: theano.function([3], x), "Unknown parameter type: <class 'int'>. theano.fun"),
        (lambda x: theano.shared(x), "theano.shared got the symbolic variable x"),
        (lambda x: theano.shared(1.0, target="gpu"), "theano.shared got target='gpu': the whole"),
    ],
)
def test_wrong_arguments_raise_errors_that_explain(call, sentence):
    with pytest.raises(TypeError, match=sentence):
        call(T.scalar("x"))


def test_the_keys_of_outputs_must_be_strings():
    x = T.scalar("x")
    with pytest.raises(AssertionError, match="the key 1.0: the keys must be strings"):
        theano.function([x], {1.0: x})


def test_wrong_calls_raise_errors_that_explain():
    x, y = T.scalar("x"), T.scalar("y")
    f = theano.function([x, theano.In(y, value=2.0)], x + y, mode=PYTHON, name="add")
    for call, sentence in [
        (lambda: f(), 'function with name "add": Missing required input: x'),
        (lambda: f(1, 2, 3), '"add": Too many parameters, it takes 2 and got 3'),
        (lambda: f(1, z=3), '"add": Unknown input: z. The named inputs are x, y'),
        (lambda: f(1, x=3), '"add": Multiple values for input: x'),
    ]:
        with pytest.raises(TypeError, match=sentence):
            call()


def test_too_many_values_are_counted_before_they_are_checked():
    v, w = T.vector("v"), theano.shared(np.float32(3))
    f = theano.function([v], v * w, mode=PYTHON, name="f")
    for call in (lambda: f(1, 2), lambda: f([1], 2), lambda: f([1], v=[2])):
        with pytest.raises(TypeError, match='"f": Too many parameters, it takes 1 and got 2'):
            call()
    assert w.get_value() == 3


def test_an_input_may_be_a_pair_with_its_value_as_in_theano():
    x = T.scalar("x")
    assert theano.function([(x, 3)], x, mode=PYTHON)() == 3
    assert theano.function([[x]], x, mode=PYTHON)(4) == 4
    count = theano.function([("n", (x, x + 1), 0.0)], x, mode=PYTHON)
    assert [float(count()), float(count()), float(count["n"])] == [0, 1, 2]
    for wrong in ((3,), (), (x, x + 1, 3.0), ((x,), 3.0)):
        with pytest.raises(TypeError, match="as an input: expected a variable"):
            theano.function([wrong], x)
    with pytest.raises(TypeError, match="as the value of the input x: expected a number"):
        theano.function([(x, theano.shared(3.0))], x)


def test_the_variable_of_a_right_product_is_an_input_even_if_the_product_does_not_need_it():
    """The first example of Theano's tutorial on the R-operator, and a product without x."""
    W, V, x, v = T.matrix("W"), T.matrix("V"), T.vector("x"), T.vector("v")
    f = theano.function([W, V, x], T.Rop(T.dot(x, W), W, V), mode=PYTHON)
    assert f([[1, 1], [1, 1]], [[2, 2], [2, 2]], [0, 1]).tolist() == [2, 2]
    f = theano.function([x, v], T.Rop([3 * x, x**2], x, v), mode=PYTHON)
    assert [product.tolist() for product in f([1, 2], [3, 4])] == [[9, 12], [6, 16]]
    compiled = theano.function([x, v], T.Rop(3 * x, x, v)).maker.fgraph
    assert compiled.inputs[0] not in {i for node in compiled.apply_nodes for i in node.inputs}


def test_a_gradient_by_a_variable_without_part_in_the_cost_is_refused_with_its_line():
    x, y = T.vector("x"), T.vector("y")
    with pytest.raises(theano.gradient.DisconnectedInputError, match="does not depend") as refused:
        T.grad(x.sum(), y)
    assert __file__ in str(refused.value)  # where y was created


@pytest.mark.parametrize("product", [T.Rop, T.Lop])
def test_a_product_of_a_number_is_refused_with_a_sentence(product):
    x = T.vector("x")
    with pytest.raises(ValueError, match=r"op got f=0.0: expected a variable, or a list of them"):
        product(0.0, [x], [x])


def test_a_print_prints_on_every_backend_and_keeps_the_gradient(backend, capfd):
    x = T.vector("x")
    shown = theano.printing.Print("x is", attrs=["__str__", "shape"])(x)
    f = theano.function([x], T.grad((shown**2).sum(), x))
    for value in (1, 5):
        assert f([value, 2]).tolist() == [2 * value, 4]
    printed = [f"x is __str__ = [{value}. 2.]\nx is shape = (2,)\n" for value in (1, 5)]
    assert capfd.readouterr().out == "".join(printed)


def test_param_is_in_and_warns_that_it_is_deprecated_as_theano_does():
    x = T.scalar("x")
    with pytest.warns(UserWarning, match="The Param class is deprecated"):
        inputs = [theano.Param(x, default=5.0)]
    assert theano.function(inputs, x * 2, mode=PYTHON)() == 10


def test_a_hidden_input_cannot_be_given():
    x, s = T.scalar("x"), T.scalar("s")
    f = theano.function([x, theano.In(s, value=1.0, update=s * x, implicit=True)], s, mode=PYTHON)
    assert [float(f(2)), float(f(2)), float(f[s])] == [1, 2, 4]
    with pytest.raises(TypeError, match="Tried to provide value for implicit input: s"):
        f(2, 1)


def test_an_input_with_a_shared_variable_as_its_value_has_its_state():
    x, s = T.scalar("x"), T.scalar("s")
    state = theano.shared(np.float32(1))
    f = theano.function([x, theano.In(s, value=state, update=s + x)], s, mode=PYTHON)
    f(5)
    assert state.get_value() == f[s] == 6


def test_precision_is_not_lost_silently():
    x = T.vector("x")
    double = np.ones(2)
    with pytest.raises(TypeError, match="float64"):
        theano.function([x], x, mode=PYTHON)(double)
    assert (
        theano.function([x], x, mode=PYTHON, allow_input_downcast=True)(double).dtype == "float32"
    )
    lenient = theano.function([theano.In(x, allow_downcast=True)], x, mode=PYTHON)
    assert lenient(double).dtype == "float32"


def test_an_array_of_one_row_may_grow_as_in_theano():
    w = theano.shared(np.zeros((1, 3), "float32"))
    assert w.broadcastable == (False, False)
    w.set_value(np.zeros((2, 3), "float32"))
    row = theano.shared(np.zeros((1, 3), "float32"), broadcastable=(True, False))
    assert row.broadcastable == (True, False)


def test_borrow_shares_memory_and_its_absence_copies():
    values = np.zeros(2, "float32")
    mine, copied = theano.shared(values, borrow=True), theano.shared(values)
    values[0] = 1
    assert list(mine.get_value()) == [1, 0] and list(copied.get_value()) == [0, 0]


def test_a_generic_value_is_kept_as_it_is():
    assert theano.shared([1, "a"]).get_value() == [1, "a"]
    assert theano.shared(None).type == theano.generic


def test_functions_and_variables_can_be_pickled():
    x, w = T.scalar("x"), theano.shared(np.float32(3), "w")
    f = theano.function([x], x * w, mode=PYTHON)
    assert pickle.loads(pickle.dumps(f))(2) == 6
    assert pickle.loads(pickle.dumps(w)).get_value() == 3


def test_the_updates_of_random_streams_are_found():
    streams = RandomStreams(seed=3)
    f = theano.function([], streams.uniform((2,)), mode=PYTHON)
    assert not np.array_equal(f(), f())
    g = theano.function([], streams.uniform((2,)), mode=PYTHON, no_default_updates=True)
    np.testing.assert_array_equal(g(), g())


def test_an_operator_in_c_raises_an_error_that_explains():
    class InC(theano.gof.COp):
        pass

    with pytest.raises(TypeError, match="InC is a theano.gof.COp, whose C code is for Theano"):
        InC(["code.c"], "main")


def test_a_raise_raises_when_it_is_computed():
    x = T.scalar("x")
    f = theano.function([x], theano.raise_op.Raise("not yet", KeyError)(x), mode=PYTHON)
    with pytest.raises(KeyError, match="not yet"):
        f(1)


def test_rebroadcast_refuses_an_axis_whose_length_is_not_1():
    m = T.matrix("m")
    row = theano.compile.Rebroadcast((0, True))(m)
    f = theano.function([m], row, mode=PYTHON)
    assert f(np.ones((1, 2), "float32")).shape == (1, 2)
    with pytest.raises(ValueError, match="an axis is declared as broadcastable"):
        f(np.ones((2, 2), "float32"))
    with pytest.raises(ValueError, match="Rebroadcast got axis 2 for a variable of 2 dimensions"):
        theano.compile.Rebroadcast((2, True))(m)


def test_a_default_update_may_have_known_sizes_that_its_variable_lacks():
    w = theano.shared(np.zeros(2, "float32"))
    w.default_update = w + T.as_tensor_variable(np.ones(2, "float32"))
    f = theano.function([], 2 * w, mode=PYTHON)
    np.testing.assert_array_equal(f(), [0, 0])
    np.testing.assert_array_equal(f(), [2, 2])
    assert w.get_value().tolist() == [2, 2]


@pytest.mark.parametrize("optimizer", ["fast_run", "fast_compile"])
def test_take_accepts_a_single_index(optimizer, caplog):
    """PyTensor's own `take` fails for a single index; its `tensorinv` logs tracebacks."""
    m, i = T.matrix("m"), T.iscalar("i")
    taken = [T.take(m, i), m.take(i, axis=-1), m.take(i + 9, mode="clip"), m.take([i], axis=0)]
    unit = T.nlinalg.tensorinv(T.eye(6).reshape((2, 3, 6)))
    f = theano.function([m, i], [*taken, unit.shape], mode=theano.Mode("py", optimizer))
    values = np.arange(6, dtype="float32").reshape(2, 3)
    one, column, last, row, lengths = f(values, 1)
    assert (one, last, lengths.tolist()) == (1, 5, [6, 2, 3])
    assert column.tolist() == [1, 4] and row.tolist() == [[3, 4, 5]]
    assert caplog.text == ""


def test_a_cast_wraps_values_out_of_range_around():
    x = T.vector("x")
    f = theano.function([x], [T.cast(x, "uint8"), T.cast(x, "int8")], mode=PYTHON)
    unsigned, signed = f([-1.0, 300.0, 2.5])
    assert unsigned.tolist() == [255, 44, 2] and signed.tolist() == [-1, 44, 2]


def test_the_maximum_of_large_integers_is_exact():
    """PyTensor compares them as float64 in C."""
    x = T.lvector("x")
    large = 2**60 + 1
    f = theano.function([x], [x.max(), x.min(), T.maximum(x, x - 1)])
    largest, smallest, larger = f(np.array([5, large, -large]))
    assert (largest, smallest) == (large, -large) and larger.tolist() == [5, large, -large]


@pytest.mark.theano
def test_single_precision_constants_are_computed_with_in_single_precision():
    """In double precision, half of these numbers have another last digit."""
    x = T.fvector("x")
    numbers = np.linspace(-1, 1, 50, dtype="float32")
    exact = np.abs(numbers + np.float32(0.1)) * np.float32(0.3)
    np.testing.assert_array_equal(theano.function([x], abs(x + 0.1) * 0.3)(numbers), exact)


def test_debug_mode_avoids_the_sums_that_pytensor_computes_wrongly_in_python():
    x = T.matrix("x")
    rewrites = theano.compile.get_mode("DebugMode").provided_optimizer
    graph = theano.gof.FunctionGraph([x], [T.sqr(x).sum()], clone=False)
    theano.compile.optdb.query(rewrites.excluding("inplace", "add_destroy_handler")).rewrite(graph)
    assert graph.toposort()[-1].op.scalar_op == theano.scalar.add
    f = theano.function([x], graph.outputs[0], mode=theano.Mode("py", None))
    assert f([[3.0, 2.0], [1.0, 0.0]]) == 14


def test_debug_mode_finds_numbers_that_are_not_finite_unless_told_otherwise():
    x = T.dvector("x")
    f = theano.function([x], T.log(x), mode="DebugMode")
    assert f([1.0, np.e]).tolist() == [0, 1]
    for wrong in ([-1.0], [np.inf]):
        with pytest.raises(theano.compile.debugmode.InvalidValueError):
            f(wrong)
    g = theano.function([x], T.log(x), mode=theano.compile.DebugMode(check_isfinite=False))
    assert np.isnan(g([-1.0]))


def test_debug_mode_compares_lists():
    x = T.dvector("x")
    mode = theano.compile.DebugMode(check_c_code=False, stability_patience=1)
    second = make_list([x, 2 * x])[1]
    assert theano.function([x], second, mode=mode)([1.0]).tolist() == [2]


def test_a_function_without_a_name_is_named_after_its_line():
    f = theano.function([], T.constant(1), mode=PYTHON)
    assert f.name.startswith(__file__)


def test_inputs_and_shared_variables_have_values_by_key():
    x, y, w = T.scalar("x"), T.scalar("y"), theano.shared(np.float32(3), "w")
    f = theano.function([x, theano.In(y, value=2.0)], x * y + w, mode=PYTHON)
    assert (f["y"], f[y], f.value[1], f[w], f["w"]) == (2, 2, 2, 3, 3)
    assert "x" in f and y in f and "z" not in f
    f["w"] = 5
    assert (f(1), w.get_value()) == (7, 5)
    assert f.container[y].value == 2 and f.container[w].storage is f.input_storage[2].storage
    assert [required for required, _, _ in f.defaults] == [True, False, False]
    assert [given.variable for given, _, _ in f.indices] == [x, y, w]


def test_a_function_is_pickled_and_copied_with_its_defaults():
    x, y, s = T.scalar("x"), T.scalar("y"), T.scalar("s")
    inputs = [x, theano.In(y, value=2.0), theano.In(s, value=0.0, update=s + x)]
    f = theano.function(inputs, {"a": x * y, "b": s}, mode=PYTHON)
    f(1)
    for other in (pickle.loads(pickle.dumps(f)), f.copy(), copy.copy(f), copy.deepcopy(f)):
        assert other(3) == {"a": 6, "b": 1} and other["y"] == 2
        assert [required for required, _, _ in other.defaults] == [True, False, False]
        assert f["s"] == 1 and other["s"] == 4
        other["y"] = 5
        assert f["y"] == 2


def test_two_functions_share_a_state_that_is_a_container_of_one():
    """The example of Theano's documentation of functions."""
    x, s = T.scalars("x", "s")
    inc = theano.function([x, theano.In(s, update=s + x, value=10.0)], [], mode=PYTHON)
    dec_inputs = [x, theano.In(s, update=s - x, value=inc.container[s], implicit=False)]
    dec = theano.function(dec_inputs, [], mode=PYTHON)
    assert dec[s] is inc[s]
    inc[s] = 2
    dec(3)
    assert inc[s] == dec[s] == -1


def test_a_monitor_gets_the_node_and_its_values(capsys):
    """The example of Theano's FAQ, which looks for NaN."""
    x = T.dscalar("x")
    seen = []
    mode = theano.compile.MonitorMode(
        pre_func=lambda i, node, fn: seen.append((i, node.op, fn.inputs[0][0])),
        post_func=theano.compile.monitormode.detect_nan,
    )
    theano.function([x], T.log(x) * x, mode=mode)(0)
    assert len(seen) >= 1 and seen[0][0] == 0 and seen[0][2] == 0
    assert "*** NaN detected ***" in capsys.readouterr().out


def test_the_arguments_of_a_function_are_dumped_and_compiled_later(tmp_path):
    x, y = T.scalar("x"), theano.shared(np.float32(2))
    theano.function_dump(tmp_path / "f", [x], x * y, mode=PYTHON, name="times")
    f = theano.function(**pickle.loads((tmp_path / "f").read_bytes()))
    assert f(3) == 6 and f.name == "times"
    assert theano.compile.pfunc(params=[x], outputs=[x + 1], mode=PYTHON)(2) == [3]


def test_a_default_update_can_be_deleted():
    x = theano.shared(0)
    x.default_update = x + 1
    del x.default_update
    assert theano.function([], x, mode=PYTHON)() == theano.function([], x, mode=PYTHON)() == 0


def test_the_gradient_of_an_operator_from_a_graph_may_be_one_itself():
    x, y, dz = T.vectors("x", "y", "dz")
    gradient = theano.OpFromGraph([x, y, dz], [dz * y * 2, dz * x * 1.5])
    product = theano.OpFromGraph([x, y], [x * y], grad_overrides=gradient)
    f = theano.function([x, y], T.grad(product(x, y).sum(), [x, y]), mode=PYTHON)
    assert [dx.tolist() for dx in f([1, 2], [3, 4])] == [[6, 8], [1.5, 3]]


def test_a_right_product_uses_the_override_of_an_operator_from_a_graph():
    """The override is wrong, to be seen."""
    x, y, u, v = T.vectors("x", "y", "u", "v")
    product = theano.OpFromGraph(
        [x, y],
        [x * y],
        rop_overrides=lambda inputs, points: [points[0] * inputs[1] * 2 + points[1] * inputs[0]],
    )
    f = theano.function([x, y, u, v], T.Rop(product(x, y) + x, [x, y], [u, v]), mode=PYTHON)
    assert f([1, 2], [3, 4], [5, 6], [7, 8]).tolist() == [5 * 3 * 2 + 7 + 5, 6 * 4 * 2 + 16 + 6]

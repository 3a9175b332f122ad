"""theano.config.compute_test_value: a graph computes examples while it is built."""

import numpy as np
import pytensor.graph.op
import pytest

import network3.theano as theano
import network3.theano.tensor as T
from network3.theano.gof.op import get_test_value


@pytest.fixture(params=["raise"])
def on(request):
    """Switch test values on for one test, and check that switching off restores PyTensor."""
    untouched = pytensor.graph.op.Op.__call__
    with theano.change_flags(compute_test_value=request.param, floatX="float32"):
        yield
    assert pytensor.graph.op.Op.__call__ is untouched


def example(*shape):
    x = T.TensorType("float32", [False] * len(shape))("x")
    x.tag.test_value = np.arange(np.prod(shape), dtype="float32").reshape(shape)
    return x


def test_a_result_has_the_value_that_the_operator_gives(on):
    x = example(2, 3)
    np.testing.assert_array_equal((2 * x + 1).tag.test_value, [[1, 3, 5], [7, 9, 11]])
    np.testing.assert_array_equal(T.dot(x, x.T).tag.test_value, [[5, 14], [14, 50]])


def test_sizes_that_do_not_fit_are_an_error_at_the_programs_line(on):
    x = example(2, 3)
    with pytest.raises(ValueError, match="mismatch|aligned") as error:
        T.dot(x, x)
    assert error.traceback[0].path.name == "test_compute_test_value.py"


def test_numbers_and_lists_have_their_arrays_as_test_values(on):
    assert theano.gof.op.get_test_value([0, 1, 2]).tolist() == [0, 1, 2]
    assert theano.gof.op.get_test_value(0.5) == 0.5


def test_a_shared_variable_and_a_constant_have_their_own_values(on):
    w = theano.shared(np.float32([1, 2]), "w")
    np.testing.assert_array_equal((w * T.constant(np.float32(3))).tag.test_value, [3, 6])
    np.testing.assert_array_equal(get_test_value(w), [1, 2])
    assert get_test_value(5) == 5


def test_an_error_names_the_variable_without_a_test_value(on):
    with pytest.raises(ValueError, match=r"input 0 \(y\) of Add has no test value: set y.tag"):
        T.matrix("y") + example(2, 2)
    with pytest.raises(AttributeError, match="y has no test value"):
        get_test_value(T.matrix("y"))


def test_an_error_names_the_test_value_of_a_wrong_type(on):
    x = T.matrix("x")
    x.tag.test_value = np.ones(3)
    with pytest.raises(ValueError, match="x.tag.test_value does not fit Matrix"):
        x + 1


def test_an_operator_that_is_defined_by_a_graph_has_a_test_value(on):
    x = T.dmatrix("x")
    x.tag.test_value = np.log([[1.0, 3.0]])
    np.testing.assert_allclose(T.nnet.softmax(x).tag.test_value, [[0.25, 0.75]])


def test_gradients_and_loops_have_test_values(on):
    x = example(3, 2)
    sums, _ = theano.scan(lambda row: (row**2).sum(), sequences=x)
    np.testing.assert_array_equal(sums.tag.test_value, [1, 13, 41])
    gradient = T.grad(sums.sum(), x)
    np.testing.assert_array_equal((gradient * 1).tag.test_value, 2 * x.tag.test_value)


def test_functions_compile_as_without_test_values(on):
    x = example(3)
    f = theano.function([x], T.grad((x**3).sum(), x), mode="FAST_COMPILE")
    np.testing.assert_array_equal(f(np.float32([1, 2])), [3, 12])
    assert x.sum().eval({x: np.float32([1, 2])}, mode="FAST_COMPILE") == 3


def test_test_values_do_not_change_shared_variables(on):
    w = theano.shared(np.zeros(3, "float32"))
    written = T.set_subtensor(w[0], 5, inplace=True)
    np.testing.assert_array_equal(written.tag.test_value, [5, 0, 0])
    np.testing.assert_array_equal(w.get_value(), [0, 0, 0])


@pytest.mark.parametrize("on", ["warn"], indirect=True)
def test_a_warning_points_at_the_programs_line(on):
    with pytest.warns(UserWarning, match="has no test value") as warned:
        T.matrix("y") + 1
    assert warned[0].filename == __file__


@pytest.mark.parametrize("on", ["ignore"], indirect=True)
def test_variables_without_a_test_value_can_be_ignored(on):
    assert not hasattr((T.matrix("y") + 1).tag, "test_value")
    assert hasattr((example(2, 2) + 1).tag, "test_value")


def test_switched_off_nothing_is_computed():
    assert not hasattr((example(2, 2) + 1).tag, "test_value")


def test_a_loop_checks_test_values_only_if_they_are_on(on):
    x, y = T.vector("x"), T.vector("y")
    x.tag.test_value, y.tag.test_value = np.zeros(2, x.dtype), np.ones(2, y.dtype)
    ((first, second),) = theano.gof.op.get_debug_values(x, y)
    assert first.tolist() == [0, 0] and second.tolist() == [1, 1]
    with pytest.raises(ValueError, match="unequal"):
        theano.gof.op.debug_assert((first == second).all(), "unequal")
    with pytest.raises(AttributeError, match="Argument 1 has no test value"):
        theano.gof.op.get_debug_values(x, T.vector())
    theano.config.compute_test_value = "off"
    assert theano.gof.op.get_debug_values(x, T.vector()) == []

"""Variables have Theano's constructors, broadcastable patterns, methods and errors."""

import numpy as np
import pytensor
import pytest

import network3.theano.tensor as T
from network3.theano.compile.debugmode import DebugMode
from network3.theano.tensor import inplace


def value(output, given=None):
    """Compute a graph in Python."""
    given = given or {}
    function = pytensor.function(list(given), output, mode="FAST_COMPILE")
    return function(*given.values())


def test_a_letter_means_the_dtype_and_a_number_the_dimensions():
    assert (T.fmatrix("x").dtype, T.fmatrix("x").ndim) == ("float32", 2)
    assert (T.lvector("x").dtype, T.lvector("x").ndim) == ("int64", 1)
    assert (T.wscalar("x").dtype, T.wscalar("x").ndim) == ("int16", 0)
    assert (T.btensor5("x").dtype, T.btensor5("x").ndim) == ("int8", 5)
    assert (T.ztensor4("x").dtype, T.ztensor4("x").ndim) == ("complex128", 4)


def test_without_a_letter_the_dtype_is_floatX_or_as_asked_for():
    with pytensor.config.change_flags(floatX="float32"):
        assert T.matrix("x").dtype == "float32"
        assert T.matrix("x", "int32").dtype == "int32"
        assert T.tensor4(dtype="float64").dtype == "float64"
    with pytensor.config.change_flags(floatX="float64"):
        assert T.row("x").dtype == "float64"


def test_only_rows_and_columns_are_broadcastable():
    assert T.matrix("x").broadcastable == (False, False)
    assert T.row("x").broadcastable == (True, False)
    assert T.fcol("x").type.broadcastable == (False, True)
    assert T.TensorType("float32", (True, False, True))("x").broadcastable == (True, False, True)
    assert T.tensor("int32", [False, True], name="x").broadcastable == (False, True)


def test_0_and_1_tell_which_axes_are_broadcastable():
    """Programs write (0,) * 5; for PyTensor these are lengths, and no array fits."""
    for kind in (
        T.TensorType("float32", (0, 1, 0)),
        T.TensorType("float32", broadcastable=[0, 1, 0]),
    ):
        assert kind.broadcastable == (False, True, False)
        assert kind == T.TensorType("float32", (False, True, False)) == kind.clone()
    assert T.constant(np.ones((0, 1))).type.shape == (0, 1)  # PyTensor's own types have lengths


def test_a_matrix_that_happens_to_have_one_row_is_not_broadcast():
    matrix, row, other = T.fmatrix("matrix"), T.frow("row"), T.fmatrix("other")
    one, three = np.ones((1, 2), "float32"), np.ones((3, 2), "float32")
    assert value(row + other, {row: one, other: three}).shape == (3, 2)
    with pytest.raises(ValueError):
        value(matrix + other, {matrix: one, other: three})


def test_a_variable_is_true_and_a_comparison_raises_an_error():
    """Programs for Theano write `if shared_variable` to test that it is not None."""
    x = T.fvector("x")
    assert x and T.fscalar() and x + 1 and T.eq(x, 1) and pytensor.shared(0.0)
    for comparison in (x < 1, x >= 2):
        with pytest.raises(TypeError, match="do not support boolean operations"):
            bool(comparison)


def test_a_plural_creates_several_variables():
    x, y = T.fmatrices("x", "y")
    assert (x.name, y.name, x.dtype) == ("x", "y", "float32")
    assert len(T.matrices(3)) == 3
    assert [v.name for v in T.lvectors("a", "b", "c")] == ["a", "b", "c"]


def test_a_variable_that_was_made_unbroadcastable_keeps_its_values_and_gradient():
    row = T.frow("row")
    x = T.unbroadcast(row, 0)
    given = {row: np.array([[1, 2]], "float32")}
    assert x.broadcastable == (False, False)
    assert T.addbroadcast(x, 0).broadcastable == (True, False)
    np.testing.assert_array_equal(value(x, given), [[1, 2]])
    np.testing.assert_array_equal(value(T.grad(T.sum(x**2), row), given), [[2, 4]])


def test_a_dimension_that_was_made_broadcastable_must_have_length_1():
    x = T.fmatrix("x")
    row = T.addbroadcast(x, 0)
    for output in (row, T.exp(row), T.grad(T.sum(row**2), x)):
        with pytest.raises(ValueError, match="an axis is declared as broadcastable"):
            value(output, {x: np.ones((2, 2), "float32")})


def test_a_range_of_indices_reads_what_a_slice_reads_if_all_of_them_exist():
    x, numbers = T.dvector("x"), np.arange(5.0)
    for start, stop, step in [(0, 3, 1), (0, 5, 2), (4, -1, -1)]:
        expected = numbers[np.arange(start, stop, step)].tolist()
        assert value(x[T.arange(start, stop, step)], {x: numbers}).tolist() == expected
    assert value(x[T.arange(x.shape[0] - 1) + 1], {x: numbers}).tolist() == [1, 2, 3, 4]


def test_a_determinant_is_an_array_in_modes_that_check_it():
    x, matrix = T.dmatrix("x"), np.diag([1.0, 2, 3])
    determinant = T.nlinalg.det(x)
    as_built = pytensor.function([x], determinant, mode=pytensor.compile.Mode("py", None))
    assert isinstance(as_built(matrix), np.ndarray)
    outputs = [determinant, T.grad(determinant, x)]
    mode = DebugMode(check_c_code=False, stability_patience=1)
    f = pytensor.function([x], outputs, mode=mode)
    assert f(matrix)[0] == pytest.approx(6)
    np.testing.assert_allclose(f(matrix)[1], np.diag([6, 3, 2]))


def test_the_diagonal_of_more_axes_is_that_of_the_first_two():
    x, numbers = T.dtensor3("x"), np.arange(24.0).reshape(2, 3, 4)
    for k in (0, 1, -1):
        diagonal = value(T.diag(x, k), {x: numbers})
        np.testing.assert_array_equal(diagonal, np.diagonal(numbers, k))
    assert value(T.diag([1, 2], 1)).tolist() == np.diag([1, 2], 1).tolist()


def test_classes_are_those_of_the_variables():
    x = T.matrix("x")
    assert isinstance(x, T.TensorVariable)
    assert isinstance(x.type, T.TensorType)
    assert isinstance(T.constant(1), T.TensorConstant)
    assert isinstance(pytensor.shared(np.ones(2)), T.sharedvar.TensorSharedVariable)
    assert isinstance(T.exp(x).owner.op, T.Elemwise)
    assert isinstance(x.dimshuffle(1, 0).owner.op, T.DimShuffle)
    assert isinstance(T.sum(x).owner.op, T.CAReduce)
    assert isinstance(x[0].owner.op, T.Subtensor)


def test_a_name_of_both_a_function_and_a_module_means_what_it_means_in_theano():
    assert callable(T.var) and callable(T.sort) and not callable(T.fft)


def test_methods_take_theanos_arguments_and_pytensors():
    x = T.tensor4("x")
    assert x.flatten().ndim == x.flatten(1).ndim == x.flatten(ndim=1).ndim == 1
    assert x.flatten(outdim=2).ndim == 2
    assert x.reshape((2, 3), 2).ndim == x.reshape((2, 3), ndim=2).ndim == 2
    assert T.constant(3).get_scalar_constant_value() == 3
    index = T.ivector("index")
    assert index.choose([index, index], None, "clip").owner.op.mode == "clip"
    assert index.choose([index, index], "clip").owner.op.mode == "clip"


def test_the_repetitions_of_tile_may_be_a_vector_whose_length_is_not_known():
    x, counts = np.arange(6).reshape(2, 3), T.ivector()
    tiled = T.tile(T.constant(x), counts, ndim=3)
    for numbers in ([2], [2, 3], [2, 1, 3]):
        given = {counts: np.array(numbers, "int32")}
        assert value(tiled, given).tolist() == np.tile(x[None], numbers).tolist()
    with pytest.raises(AssertionError, match="more repetitions than ndim=3"):
        value(tiled, {counts: np.ones(4, "int32")})
    assert T.tile(x, np.array([2, 3])).eval().tolist() == np.tile(x, [2, 3]).tolist()


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (lambda x: x.flatten(2, outdim=2), ValueError, "two names for the same"),
        (lambda x: T.flatten(x, 3), ValueError, "flatten got ndim=3: it must be from 1 to 2"),
        (lambda x: T.flatten(x, 2, 2), ValueError, "two names for the same"),
        (lambda x: T.mean(x, op=True), ValueError, "leave op out"),
        (lambda x: T.choose(x, [x], out=x), ValueError, "choose got out"),
        (lambda x: T.tile(x, (2, 2), ndim=1), ValueError, "tile got ndim=1"),
        (lambda x: T.tile(x, T.ivector()), ValueError, "it needs ndim"),
        (lambda x: T.tile(x, 2.5), ValueError, "they must be integers"),
        (lambda x: T.tile(x, T.imatrix()), ValueError, "they must be integers"),
        (lambda x: T.stack(), TypeError, "stack got no tensors"),
        (lambda x: T.stack(x, x, x, axis=1), TypeError, "put the tensors in a list"),
        (lambda x: T.topk(x, 0), ValueError, "kth is 0"),
        (lambda x: T.unbroadcast(x, 2), ValueError, "unbroadcast got axis 2"),
        (lambda x: T.patternbroadcast(x, 3 * [True]), ValueError, "got 3 booleans"),
        (lambda x: T.batched_dot(T.scalar(), x), TypeError, "a scalar for a"),
        (lambda x: T.batched_tensordot(x, x, [[0], [1]]), ValueError, "must be among 1 to 1"),
        (lambda x: T.unravel_index(x, (2, 3), ndim=3), ValueError, "ndim is 3 but dims has 2"),
        (lambda x: T.nlinalg.diag(T.tensor3()), TypeError, "diag got 3 dimensions"),
        (lambda x: T.nlinalg.norm(x, 3), ValueError, "norm of a matrix: ord is 3"),
        (lambda x: T.nlinalg.qr(x, "raw"), ValueError, "qr got mode 'raw'"),
        (lambda x: T.slinalg.Cholesky(on_error="no"), ValueError, "must be 'raise' or 'nan'"),
        (lambda x: T.slinalg.Solve("banana"), ValueError, "A_structure is 'banana'"),
    ],
)
def test_a_wrong_argument_raises_an_error_that_explains(call, error, sentence):
    with pytest.raises(error, match=sentence):
        call(T.imatrix("x"))


@pytest.mark.parametrize("lower", [True, False])
def test_cholesky_raises_or_gives_nan_for_a_matrix_that_is_not_positive_definite(lower):
    x = T.dmatrix("x")
    bad = {x: -np.eye(2)}
    with pytest.raises(np.linalg.LinAlgError, match="not positive definite"):
        value(T.slinalg.Cholesky(lower=lower)(x), bad)
    assert np.isnan(value(T.slinalg.Cholesky(lower=lower, on_error="nan")(x), bad)).any()


def test_the_gradient_of_cholesky_raises_for_a_matrix_that_is_not_positive_definite():
    x = T.dmatrix()
    gradient = T.grad(T.slinalg.cholesky(x).sum(), x)
    assert value(gradient, {x: np.eye(2)}).tolist() == [[0.5, 0], [1, 0.5]]
    with pytest.raises(np.linalg.LinAlgError, match="not positive definite"):
        value(gradient, {x: np.array([[1, 0.2], [0.2, -2]])})


def test_least_squares_are_a_class_and_norms_are_of_one_or_two_dimensions():
    x, y, least = T.dmatrix(), T.dvector(), T.dscalar()
    solution = T.nlinalg.lstsq()(x, y, least)[0]
    given = {x: np.diag([2.0, 4.0]), y: np.array([1.0, 1.0]), least: 0.0}
    np.testing.assert_allclose(value(solution, given), [0.5, 0.25])
    with pytest.raises(TypeError, match="alloc_diag got 2 dimensions: x must be a vector"):
        T.nlinalg.alloc_diag(x)
    with pytest.raises(NotImplementedError, match="norm got 3 dimensions"):
        T.nlinalg.norm(T.tensor3(), None)


def test_linear_algebra_of_integers_and_without_a_second_matrix():
    a, b = T.matrix(dtype="uint8"), T.matrix(dtype="uint8")
    x = T.slinalg.solve(a, b)
    solved = value(x, {a: np.array([[2, 0], [0, 4]], "uint8"), b: np.ones((2, 1), "uint8")})
    assert solved.tolist() == [[0.5], [0.25]] and x.dtype == solved.dtype == "float64"
    m = T.dmatrix()
    eigenvalues = value(T.slinalg.eigvalsh(m, T.NoneConst), {m: np.diag([3.0, 1])})
    assert eigenvalues.tolist() == [1, 3]


def test_topk_goes_from_the_largest_down_and_bottom_k_from_the_smallest_up():
    x = T.constant([3.0, 1.0, 2.0, 5.0])
    np.testing.assert_array_equal(value(T.topk(x, 2)), [5, 3])
    np.testing.assert_array_equal(value(T.argtopk(x, 2)), [3, 0])
    np.testing.assert_array_equal(value(T.topk(x, -2)), [1, 2])


def test_a_shared_array_is_broadcastable_only_if_the_program_says_so():
    one = np.ones((1, 3))
    make = T.sharedvar.tensor_constructor
    assert make(one).broadcastable == (False, False)
    assert make(one, "name", broadcastable=(True, False)).broadcastable == (True, False)
    assert make(one, borrow=True).get_value(borrow=True) is one
    with pytest.raises(TypeError, match="target is 'gpu': it must be 'cpu'"):
        make(one, target="gpu")


def test_an_inplace_operator_keeps_the_dtype_of_its_first_input():
    x, y = T.lvector(), T.dvector()
    output = inplace.add_inplace(x, y)
    f = pytensor.function(
        [pytensor.In(x, mutable=True), y], output, mode="FAST_COMPILE", accept_inplace=True
    )
    array = np.array([1, 2])
    assert f(array, [0.7, 1.2]).tolist() == array.tolist() == [1, 3]
    assert inplace.transpose_inplace(T.row()).broadcastable == (False, True)


def test_an_inplace_operator_writes_over_its_first_input():
    x = T.dvector("x")
    output = inplace.exp_inplace(x)
    assert output.owner.op.inplace_pattern == {0: 0}
    assert output.owner.op.destroy_map == {0: [0]}
    function = pytensor.function(
        [pytensor.In(x, mutable=True)], output, mode="FAST_COMPILE", accept_inplace=True
    )
    array = np.zeros(2)
    function(array)
    np.testing.assert_array_equal(array, [1, 1])


def test_an_absent_name_raises_an_error_that_says_what_to_use():
    with pytest.raises(AttributeError, match=r"no theano.tensor.MaxAndArgmax: use the function"):
        T.MaxAndArgmax  # noqa: B018
    with pytest.raises(ImportError, match=r"no theano.tensor.load: use numpy"):
        from network3.theano.tensor import load  # noqa: F401
    with pytest.raises(AttributeError, match="no theano.tensor.banana: docs/theano-names"):
        T.banana  # noqa: B018
    assert not hasattr(T, "banana")


@pytest.mark.parametrize("axis", [T.scalar(), T.lscalar()])
def test_an_axis_to_sort_along_may_be_symbolic_and_a_float(axis):
    x = T.matrix()
    numbers = np.array([[2, 1], [0, 3]], x.dtype)
    for number in (0, 1, -1, -2):
        given = {x: numbers, axis: np.array(number, axis.dtype)}
        assert value(T.sort(x, axis), given).tolist() == np.sort(numbers, number).tolist()
        assert value(T.argsort(x, axis), given).tolist() == np.argsort(numbers, number).tolist()
    with pytest.raises(AssertionError, match="the axis must be from -2 to 1"):
        value(T.sort(x, axis), {x: numbers, axis: np.array(2, axis.dtype)})


def test_operators_are_constructed_with_theanos_arguments():
    x, dims = T.matrix(), T.lvector()
    assert T.DimShuffle([False, False], [1, "x", 0])(x).broadcastable == (False, True, False)
    last = T.extra_ops.Unique(True, False, False, axis=-1)(x)
    rows = T.extra_ops.unravel_index(T.constant([5, 3]), dims, ndim=2)
    f = pytensor.function([x, dims], [*last, *rows], mode="FAST_COMPILE")
    arguments = np.array([[3.0, 1, 3], [4, 2, 4]], x.dtype), [2, 3]
    values, places, first, second = f(*arguments)
    assert values.tolist() == [[1, 3], [2, 4]] and places.tolist() == [1, 0]
    assert first.tolist() == [1, 1] and second.tolist() == [2, 0]

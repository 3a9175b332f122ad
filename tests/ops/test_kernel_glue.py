"""The code between PyTensor and the C++ kernels: calls, memory, sizes, errors and the cache."""

import platform
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytensor
import pytensor.tensor as T
import pytest
from activations import images_innermost
from compare import draw, variables
from operators import EXAMPLES, has_kernel, name_of
from processes import run
from pytensor.compile.mode import Mode
from pytensor.link.vm import VMLinker

import network3
from network3.kernels.c import glue
from network3.kernels.c.glue import FOLDER
from network3.kernels.operator import KernelOp
from network3.kernels.pytensor_versions import GCC_compiler
from network3.ops import max_pool2d
from network3.ops.conv2d import Conv2D, Conv2DFilterGradient, Conv2DInputGradient
from network3.ops.conv_pool_activate import (
    ConvPoolActivate,
    ConvPoolFilterGradient,
    ConvPoolFilterStep,
    ConvPoolInputGradient,
    ShortConvPoolActivate,
)
from network3.ops.dropout_mask import DropoutMask
from network3.ops.fully_connected import FullyConnected, FullyConnectedStep
from network3.ops.l2_pool2d import L2Pool2D, L2Pool2DGradient
from network3.ops.log_likelihood import LogLikelihood, LogLikelihoodGradient
from network3.ops.max_pool2d import MaxPool2D, MaxPool2DGradient
from network3.ops.mersenne_mask import MersenneMask
from network3.ops.mrg_uniform import MRGUniform
from network3.ops.pool_activate import PoolActivate, PoolActivateGradient

X, W, Y, POOLED = (3, 2, 5, 7), (4, 2, 2, 3), (3, 4, 4, 5), (3, 2, 2, 2)
IN, WEIGHTS, OUT = (3, 5), (5, 7), (3, 7)
FILTER_STEP = [X, *3 * [(3, 4, 2, 2)], (), (), W, (4,)]  # x, y, ties, dy, eta, decay, w, b
STEP = [IN, OUT, OUT, (), (), WEIGHTS, (7,)]  # x, y, dy, eta, decay, w, b

# Each operator with a C++ kernel, with the shapes of its inputs and of its first output.
OPERATORS = [
    (op, [x.type.shape for x in inputs], op.make_node(*inputs).outputs[0].type.shape)
    for op, inputs in EXAMPLES
    if has_kernel(op, "c")
]
each_operator = pytest.mark.parametrize(
    "op, shapes, result", OPERATORS, ids=[name_of(op) for op, *_ in OPERATORS]
)


@pytest.fixture(autouse=True)
def cpp(float32):
    network3.GPU = False


def test_kernels_know_integers_by_their_size():
    """npy_int32 is `long` on Windows; on macOS npy_int64 is `long`, but int64_t is `long long`."""
    assert GCC_compiler.try_flags(
        [],
        preamble=f'#include "{FOLDER / "number.h"}"',
        body="""
        static_assert(std::is_same<Number<long long>::type, std::int64_t>::value, "64 bits");
        static_assert(std::is_same<Number<long>::type, Number<std::conditional<
            sizeof(long) == 8, std::int64_t, std::int32_t>::type>::type>::value, "long");
        static_assert(std::is_same<Number<unsigned>::type, std::uint32_t>::value, "unsigned");
        static_assert(std::is_same<Number<float>::type, float>::value, "no integer");
        static_assert(std::is_same<Number<signed char>::type, std::int8_t>::value, "a byte");
        return 0;
        """,
    )


# The dtypes of the inputs of each operator.
DTYPES = {type(op): [x.dtype for x in inputs] for op, inputs in EXAMPLES}


def inputs_of(op, shapes, known=True):
    return [
        T.tensor(dtype=dtype, shape=shape if known else len(shape) * (None,))
        for dtype, shape in zip(DTYPES[type(op)], shapes, strict=True)
    ]


def values_of(op, shapes):
    """Return small whole numbers, so sums do not depend on their order; labels are 0 to 4."""
    values = [np.round(2 * draw(shape, seed=k + 55)) for k, shape in enumerate(shapes)]
    if isinstance(op, LogLikelihood | LogLikelihoodGradient):
        values[1] = np.abs(values[1]) % 5
    if isinstance(op, MRGUniform | MersenneMask):  # the state of a generator
        values[1] = np.abs(values[1]) + 1
    if isinstance(op, MersenneMask):
        values[1][-1] = 622  # the position of the next word
        values[2] = np.array([2**26, 0, 1])  # below a half
    return [v.astype(x.dtype) for v, x in zip(values, inputs_of(op, shapes), strict=True)]


# For the exponential function, and for the Toom-Cook convolution, which uses fractions.
TOLERANCES = {LogLikelihood: 1e-6, ShortConvPoolActivate: 2e-6}


def assert_same(op, arrays, truth):
    """Check that arrays are equal, up to the last bits of the largest number."""
    for array, true in zip(arrays, truth, strict=True):
        assert array.shape == np.shape(true)
        tolerance = TOLERANCES.get(type(op), 0)
        np.testing.assert_allclose(
            array, true, rtol=0, atol=tolerance * np.max(np.abs(true), initial=0)
        )


def compiled(op, shapes):
    inputs = inputs_of(op, shapes, known=False)
    outputs = op(*inputs)
    return pytensor.function(inputs, outputs if isinstance(outputs, list) else [outputs])


def test_the_driver_for_sanitizers_runs_every_kernel():
    driver = Path(__file__).parents[1] / "sanitizers" / "driver.cpp"
    kernels = {op.kernel for op, *_ in OPERATORS}
    assert not [name for name in kernels if f'"{name}"' not in driver.read_text()]


@each_operator
def test_what_runs_is_compiled_code_and_not_the_reference(op, shapes, result, monkeypatch):
    def refuse(*arguments, **keywords):
        raise AssertionError("the NumPy reference was asked")

    monkeypatch.setattr(type(op), "perform", refuse)
    monkeypatch.setattr(type(op), "reference", refuse)
    f = compiled(op, shapes)
    kinds = [type(node.op) for node in f.maker.fgraph.apply_nodes]
    assert [kind for kind in kinds if issubclass(kind, KernelOp)] == [type(op)]
    assert all(thunk.cthunk is not None for thunk in f.vm.thunks)
    assert f(*values_of(op, shapes))[0].shape == result


@each_operator
def test_sizes_are_known_before_anything_runs(op, shapes, result):
    """They are part of the type if input sizes are known, else a graph without the operator."""
    outputs = op(*inputs_of(op, shapes))
    y = outputs[0] if isinstance(outputs, list) else outputs
    assert y.type.shape == result
    inputs = inputs_of(op, shapes, known=False)
    outputs = op(*inputs)
    y = outputs[0] if isinstance(outputs, list) else outputs
    assert y.type.shape == len(result) * (None,)
    f = pytensor.function(inputs, y.shape, on_unused_input="ignore")
    assert not any(isinstance(node.op, KernelOp) for node in f.maker.fgraph.apply_nodes)
    assert tuple(f(*values_of(op, shapes))) == result


def scattered(array):
    """Yield the same array in other layouts.

    It is in Fortran order, with images innermost (and maps and rows reversed), reversed in one or
    all dimensions, and with gaps.
    """
    if array.ndim == 0:
        yield from 6 * [array]
        return
    backwards = array.ndim * (slice(None, None, -1),)
    yield np.asfortranarray(array)
    yield images_innermost(array)
    maps_backwards = (slice(None), *backwards[1 : array.ndim // 2 + 1])
    yield images_innermost(array[maps_backwards])[maps_backwards]
    yield np.ascontiguousarray(array[..., ::-1])[..., ::-1]
    yield np.ascontiguousarray(array[backwards])[backwards]
    wide = np.full([2 * n for n in array.shape], 99, array.dtype)
    view = wide[array.ndim * (slice(None, None, 2),)]
    view[...] = array
    yield view


@each_operator
def test_inputs_may_be_scattered_in_memory(op, shapes, result):
    f, values = compiled(op, shapes), values_of(op, shapes)
    expected = op.reference(*values)
    for views in zip(*map(scattered, values), strict=True):
        assert not any(view.flags.c_contiguous for view in views if view.ndim > 1)
        copies = [view.copy() for view in views]
        assert_same(op, f(*views), expected)
        for view, copy in zip(views, copies, strict=True):
            np.testing.assert_array_equal(view, copy)


def test_views_made_inside_the_graph_are_read_as_they_are():
    (x,) = variables((4, 5, 2, 3))
    f = pytensor.function([x], max_pool2d(x.transpose(3, 2, 1, 0)[:, :, ::-1], (2, 2)))
    value = draw((4, 5, 2, 3), "float32")
    turned = np.ascontiguousarray(value.transpose(3, 2, 1, 0)[:, :, ::-1])
    windows = turned[:, :, :4].reshape(3, 2, 2, 2, 2, 2)
    np.testing.assert_array_equal(f(value), windows.max(axis=(3, 5)))


@each_operator
def test_a_later_call_does_not_overwrite_an_earlier_result(op, shapes, result):
    f, values = compiled(op, shapes), values_of(op, shapes)
    first = f(*values)
    kept = [array.copy() for array in first]
    # By 2, an even position in a generator's words stays even.
    f(*(value + value.dtype.type(1 + (value.dtype == "uint32")) for value in values))
    for array, copy in zip(first, kept, strict=True):
        np.testing.assert_array_equal(array, copy)


@each_operator
def test_the_number_of_images_may_change_and_be_zero(op, shapes, result):
    """PyTensor passes the memory of the last result, as it does for results inside a graph."""
    inputs, values = inputs_of(op, shapes, known=False), values_of(op, shapes)
    outputs = op(*inputs)
    y = outputs[0] if isinstance(outputs, list) else outputs
    keeping = Mode(VMLinker(allow_gc=False, use_cloop=True), "fast_run")
    f = pytensor.function(inputs, y.sum(axis=-1) if y.ndim else y + 0, mode=keeping)
    # Images are the first dimension of all inputs except weights, biases, a generator's state and
    # a limit of three numbers.
    uint32 = [v.dtype == "uint32" for v in values]
    has_images = [s[:1] == X[:1] and not u for s, u in zip(shapes, uint32, strict=True)]
    for images in (3, 1, 0, 2):
        some = [v[:images] if has else v for v, has in zip(values, has_images, strict=True)]
        truth = op.reference(*some)[0]
        truth = truth.sum(axis=-1) if y.ndim else truth
        sums = f(*some)
        assert sums.shape == truth.shape
        np.testing.assert_allclose(sums, truth, rtol=1e-5, atol=1e-5)


@each_operator
def test_without_compiled_code_the_reference_runs(op, shapes, result):
    inputs, values = inputs_of(op, shapes, known=False), values_of(op, shapes)
    outputs = op(*inputs)
    outputs = outputs if isinstance(outputs, list) else [outputs]
    f = pytensor.function(inputs, outputs, mode=Mode(linker="py", optimizer=None))
    for array, truth in zip(f(*values), compiled(op, shapes)(*values), strict=True):
        assert array.flags.c_contiguous
        assert (array.dtype, array.shape) == (truth.dtype, truth.shape)
        np.testing.assert_allclose(array, truth, rtol=1e-6)


WRONG = {
    "filters for other maps": (
        Conv2D(),
        [X, (4, 3, 2, 3)],
        "must have the same number of feature maps",
    ),
    "a filter one row too high": (
        Conv2D(),
        [X, (4, 2, 6, 3)],
        "filters are larger than the images",
    ),
    "a filter far too wide": (Conv2D(), [X, (4, 2, 2, 9)], "negative size, -1, in dimension 3"),
    "dy of other filters": (
        Conv2DInputGradient(),
        [Y, (5, 2, 2, 3)],
        "must have as many feature maps as",
    ),
    "dy of other images": (
        Conv2DFilterGradient(),
        [X, (2, 4, 4, 5)],
        "must have the same number of images",
    ),
    "dy one row too high": (Conv2DFilterGradient(), [X, (3, 4, 6, 5)], "dy is larger than the im"),
    "a window too high": (MaxPool2D(6, 3), [X], "windows are larger than the feature maps"),
    "a window too wide": (L2Pool2D(2, 8), [X], "windows are larger than the feature maps"),
    "dy unlike y": (
        MaxPool2DGradient(2, 3),
        [X, POOLED, (3, 2, 1, 1)],
        "y and dy must have the shape of x",
    ),
    "dy unlike y, L2": (
        L2Pool2DGradient(2, 3),
        [X, POOLED, (3, 2, 1, 1)],
        "y and dy must have the shape of x",
    ),
    "y not of x": (MaxPool2DGradient(2, 2), [X, POOLED, POOLED], "must have the shape of x"),
    "y not of x, L2": (L2Pool2DGradient(2, 2), [X, POOLED, POOLED], "must have the shape of x"),
    "a state of three numbers": (DropoutMask(1), [X, (3,)], "the state must have four numbers"),
    "a window too high, fused": (
        PoolActivate(6, 3, "tanh"),
        [X, (2,)],
        "windows are larger than the feature maps",
    ),
    "biases for other maps": (PoolActivate(2, 3, "tanh"), [X, (3,)], "one bias per feature map"),
    "a window of 32 places": (
        PoolActivate(4, 8, "tanh"),
        [(3, 2, 4, 8), (2,)],
        "at most 31 places in float32",
    ),
    "dy unlike y, fused": (
        PoolActivateGradient(2, 3, "tanh"),
        [X, POOLED, POOLED, (3, 2, 1, 1)],
        "y, ties and dy must have the same shape",
    ),
    "ties unlike y": (
        PoolActivateGradient(2, 3, "tanh"),
        [X, POOLED, (3, 2, 2, 1), POOLED],
        "y, ties and dy must have the same shape",
    ),
    "y not of x, fused": (
        PoolActivateGradient(2, 2, "tanh"),
        [X, POOLED, POOLED, POOLED],
        "must have the shape of x",
    ),
    "weights for other inputs": (
        FullyConnected("tanh"),
        [IN, (4, 7), (7,)],
        "x must have as many columns as w has rows",
    ),
    "biases for other outputs": (
        FullyConnected("tanh"),
        [IN, WEIGHTS, (6,)],
        "one bias per column of w",
    ),
    "a step on other weights": (
        FullyConnectedStep("tanh", True, True),
        [*STEP[:5], (4, 7), (7,)],
        "x must have as many columns as w has rows",
    ),
    "a step with other dy": (
        FullyConnectedStep("tanh", True, True),
        [IN, OUT, (3, 6), *STEP[3:]],
        "do not match x and w",
    ),
    "a step on other biases": (
        FullyConnectedStep("tanh", True, True),
        [*STEP[:6], (6,)],
        "do not match x and w",
    ),
    "labels of other images": (LogLikelihood(), [OUT, (2,)], "one label per image"),
    "a label too large": (LogLikelihood(), [(3, 1), (3,)], "a label is not a class of the network"),
    "labels of other images, gradient": (
        LogLikelihoodGradient(),
        [OUT, (2,), ()],
        "one label per image",
    ),
}


@pytest.mark.parametrize("op, shapes, sentence", WRONG.values(), ids=WRONG)
def test_wrong_sizes_at_run_time_are_an_error_in_one_sentence(op, shapes, sentence):
    values = values_of(op, shapes)
    with pytest.raises(ValueError, match=sentence):
        compiled(op, shapes)(*values)
    with pytest.raises(ValueError, match=r"\w+ \w+ \w+"):
        op.reference(*values)


IMAGES_INNERMOST = {
    Conv2D: [0],
    Conv2DInputGradient: [0],
    ConvPoolActivate: [0, 1],
    ConvPoolInputGradient: [0],
    ShortConvPoolActivate: [0],
    PoolActivate: [0, 1],
    PoolActivateGradient: [0],
}


@each_operator
def test_only_maps_handed_on_have_their_images_innermost(op, shapes, result):
    for k, array in enumerate(compiled(op, shapes)(*values_of(op, shapes))):
        innermost = k in IMAGES_INNERMOST.get(type(op), [])
        in_memory = np.moveaxis(array, 0, -1) if innermost else array
        assert in_memory.flags.c_contiguous
        assert array.flags.c_contiguous == (not innermost)


def step(in_place, wanted=(True, True), mutable=False):
    """Return a compiled SGD update, which may or may not modify w and b in place."""
    return compiled_step(FullyConnectedStep("ReLU", *wanted, in_place), STEP, mutable)


def compiled_step(op, shapes, mutable):
    *others, w, b = inputs_of(op, shapes)
    changed = [pytensor.In(x, mutable=mutable, borrow=True) for x in (w, b)]
    outputs = [pytensor.Out(y, borrow=True) for y in op(*others, w, b)]
    return pytensor.function([*others, *changed], outputs, accept_inplace=mutable)


STEP_VALUES = values_of(FullyConnectedStep("ReLU", True, True), STEP)


def test_the_input_gradient_of_a_step_lies_as_the_input_does():
    f, (x, *others) = step(in_place=False), STEP_VALUES
    assert f(x, *others)[2].flags.c_contiguous
    assert f(np.asfortranarray(x), *others)[2].flags.f_contiguous


@pytest.mark.parametrize("squares", [False, True])
@pytest.mark.parametrize("input_gradient", [False, True])
def test_outputs_that_are_not_wanted_are_left_out(input_gradient, squares):
    w, b, dx, square = FullyConnectedStep("ReLU", True, True).reference(*STEP_VALUES)
    expected = [w, b, *input_gradient * [dx], *squares * [square]]
    op = FullyConnectedStep("ReLU", input_gradient, squares)
    assert_same(op, step(False, (input_gradient, squares))(*STEP_VALUES), expected)


def in_fortrans_order(array):
    return np.array(array, order="F")


def read_only(array):
    array = array.copy()
    array.flags.writeable = False
    return array


def backwards(array):
    return array[::-1].copy()[::-1]


STEPS = {
    "fully connected": (lambda in_place: FullyConnectedStep("ReLU", True, True, in_place), STEP),
    "filters": (
        lambda in_place: ConvPoolFilterStep(2, 2, "ReLU", squares=True, in_place=in_place),
        FILTER_STEP,
    ),
}


@pytest.mark.parametrize("place", [np.copy, in_fortrans_order, read_only, backwards])
@pytest.mark.parametrize("in_place", [False, True])
@pytest.mark.parametrize("make, shapes", STEPS.values(), ids=STEPS)
def test_what_cannot_or_must_not_be_changed_is_copied(make, shapes, in_place, place):
    op = make(in_place)
    *others, w, b = values = values_of(op, shapes)
    f = compiled_step(op, shapes, mutable=in_place)
    w, b = place(w), place(b)
    new_w, new_b, *_ = f(*others, w, b)
    assert_same(f, [new_w, new_b], op.reference(*values)[:2])
    for old, new, value in zip((w, b), (new_w, new_b), values[-2:], strict=True):
        same = in_place and old.flags.carray
        assert np.shares_memory(old, new) == same
        np.testing.assert_array_equal(old, new if same else value)


def test_a_step_in_place_changes_shared_variables_where_they_lie():
    w, b = (pytensor.shared(value, shape=value.shape) for value in STEP_VALUES[5:])
    inputs = inputs_of(FullyConnectedStep("ReLU", False, False), STEP)[:5]
    new_w, new_b = FullyConnectedStep("ReLU", False, False, in_place=True)(*inputs, w, b)
    f = pytensor.function(inputs, [], updates=[(w, new_w), (b, new_b)], accept_inplace=True)
    arrays = [p.get_value(borrow=True) for p in (w, b)]
    expected = STEP_VALUES
    for _ in range(3):
        f(*STEP_VALUES[:5])
        expected = [
            *STEP_VALUES[:5],
            *FullyConnectedStep("ReLU", False, False).reference(*expected),
        ]
        for p, array, truth in zip((w, b), arrays, expected[5:], strict=True):
            assert p.get_value(borrow=True) is array
            np.testing.assert_array_equal(array, truth)


def test_after_an_error_the_function_still_works():
    f = compiled(Conv2D(), [X, W])
    good, wrong = values_of(Conv2D(), [X, W]), values_of(Conv2D(), [X, (4, 3, 2, 3)])
    for _ in range(3):
        with pytest.raises(ValueError, match="conv2d"):
            f(*wrong)
        np.testing.assert_array_equal(f(*good)[0], *Conv2D().reference(*good))


def test_equal_operators_are_computed_once():
    (x,) = variables(X)
    f = pytensor.function([x], max_pool2d(x, (2, 2)) + max_pool2d(x, [2, 2]) * 2)
    assert [node.op for node in f.maker.fgraph.apply_nodes].count(MaxPool2D(2, 2)) == 1
    assert MaxPool2D(2, 2) != MaxPool2D(2, 3) != L2Pool2D(2, 3)


@pytest.fixture
def copied_folder(tmp_path, monkeypatch):
    """Copy the kernels to a folder where the tests can change them."""
    for file in FOLDER.iterdir():
        if file.is_file():
            shutil.copy(file, tmp_path)
    monkeypatch.setattr(glue, "FOLDER", tmp_path)
    monkeypatch.setattr(KernelOp, "folder", lambda self, name: tmp_path)
    return tmp_path


def version(op):
    return op.c_code_cache_version_apply(op.make_node(T.tensor4(dtype="float32")))


def test_the_cache_version_does_not_depend_on_the_folder(copied_folder, monkeypatch):
    here = version(MaxPool2D(2, 2))
    monkeypatch.undo()
    assert version(MaxPool2D(2, 2)) == here


def test_the_cache_version_changes_with_the_rule_for_the_outputs_shape(monkeypatch):
    before = version(MaxPool2D(2, 2))
    monkeypatch.setattr(MaxPool2D, "output_shapes", lambda self, x: [(x[0], x[1], x[2], x[3])])
    assert version(MaxPool2D(2, 2)) != before


@pytest.mark.parametrize("file", ["max_pool2d.cpp", "kernel.h", "glue.h"])
def test_the_cache_version_changes_with_a_kernels_text(file, copied_folder):
    before = version(MaxPool2D(2, 2))
    other = version(L2Pool2D(2, 2))
    path = copied_folder / file
    path.write_text(path.read_text() + "/* changed */\n")
    assert version(MaxPool2D(2, 2)) != before
    # The file of one kernel does not affect the other kernels.
    assert (version(L2Pool2D(2, 2)) == other) == (file == "max_pool2d.cpp")


def test_a_changed_kernel_is_compiled_anew(copied_folder):
    """One changed character turns the maximum into the minimum; the operator is the same."""
    value = draw(X, "float32")
    (largest,) = compiled(MaxPool2D(2, 2), [X])(value)
    path = copied_folder / "max_pool2d.cpp"
    text = path.read_text()
    assert text.count("value > so_far") == 1
    path.write_text(text.replace("value > so_far", "value < so_far"))
    (smallest,) = compiled(MaxPool2D(2, 2), [X])(value)
    (negative,) = MaxPool2D(2, 2).reference(-value)
    np.testing.assert_array_equal(smallest, -negative)
    assert (smallest < largest).all()


@pytest.mark.parametrize(
    "file", ["pool_activate.cpp", "activation.h", "maps.h", "vector.h", "kernel.h"]
)
def test_the_cache_version_changes_with_what_a_kernel_includes(file, copied_folder):
    op = PoolActivate(2, 2, "tanh")
    node = op.make_node(*variables(X, (2,)))
    before = op.c_code_cache_version_apply(node)
    path = copied_folder / file
    path.write_text(path.read_text() + "/* changed */\n")
    assert op.c_code_cache_version_apply(node) != before


KERNELS = {}  # the kernels of each file, with the constants for which each is compiled
for operator, *_ in OPERATORS:
    constants = tuple(getattr(operator, name).upper() for name in operator.constants)
    KERNELS.setdefault(operator.source, set()).add((operator.kernel, constants))


def test_every_operators_kernel_has_a_file():
    assert sorted(KERNELS) == sorted(path.name for path in FOLDER.glob("*.cpp"))


def compile_alone(compiler, files, tmp_path, *flags):
    """Compile all kernels of these files for both precisions; return the compiler's output."""
    kernels = sorted(kernel for file in files for kernel in KERNELS[file])
    made = [
        f"(void *){kernel}<{', '.join((*constants, T))}>"
        for kernel, constants in kernels
        for T in ("float", "double")
    ]
    source = tmp_path / "all.cpp"
    lines = [f'#include "{file}"' for file in files]
    source.write_text("\n".join([*lines, f"void *all_kernels[] = {{{', '.join(made)}}};", ""]))
    command = [compiler, "-std=c++17", "-Wall", "-Werror", f"-I{FOLDER}", *flags, source]
    result = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    return result.returncode, result.stderr


@pytest.mark.parametrize("file", KERNELS)
def test_a_kernel_compiles_without_python(file, tmp_path):
    if not shutil.which("g++"):
        pytest.skip("no g++")
    assert compile_alone("g++", [file], tmp_path, "-fsyntax-only", "-fopenmp-simd") == (0, "")


@pytest.mark.slow
@pytest.mark.parametrize(
    "compiler, processor",
    [("g++", "x86-64"), ("g++", "haswell"), ("clang++", "x86-64"), ("clang++", "native")],
)
def test_the_kernels_compile_for_other_processors(compiler, processor, tmp_path):
    if not shutil.which(compiler):
        pytest.skip(f"no {compiler}")
    if processor != "native" and platform.machine() != "x86_64":
        pytest.skip("another architecture")
    flags = "-O1", "-c", "-fopenmp-simd", f"-march={processor}"
    assert compile_alone(compiler, KERNELS, tmp_path, *flags) == (0, "")


def for_vectors():
    """Yield operators with sizes that do not fill a processor's vectors, or fill them exactly."""
    for N in (1, 10, 16, 33):
        x, w, y = (N, 2, 6, 5), (7, 2, 3, 2), (N, 7, 4, 4)
        yield Conv2D(), [x, w]
        yield Conv2DInputGradient(), [y, w]
        yield Conv2DFilterGradient(), [x, y]
        yield ConvPoolActivate(2, 2, "ReLU"), [x, w, (7,)]
        yield ShortConvPoolActivate(2, 2, "ReLU"), [(N, 8, 9, 9), (20, 8, 5, 5), (20,)]
        for C in (2, 16):  # with many maps only nonzero entries are visited
            back = [(N, C, 6, 5), (7, C, 3, 2), *3 * [(N, 7, 2, 2)]]
            yield ConvPoolFilterGradient(2, 2, "ReLU"), back
            yield ConvPoolInputGradient(2, 2, "ReLU"), back
            step = [back[0], *back[2:], (), (), back[1], (7,)]
            yield ConvPoolFilterStep(2, 2, "ReLU", squares=True), step
        pooled = (N, 2, 3, 1)
        yield PoolActivate(2, 3, "ReLU"), [x, (2,)]
        yield PoolActivateGradient(2, 3, "ReLU"), [x, *3 * [pooled]]
        back = [x, w, *3 * [(N, 7, 2, 2)]]
        yield ConvPoolActivate(2, 2, "ReLU", "average"), [x, w, (7,)]
        yield ConvPoolInputGradient(2, 2, "ReLU", "average"), back
        yield DropoutMask(2**31), [(N, 7), (4,)]
        for M in (3, 16, 17, 100):
            inputs, weights, outputs = (N, 20), (20, M), (N, M)
            yield FullyConnected("ReLU"), [inputs, weights, (M,)]
            step = [inputs, outputs, outputs, (), (), weights, (M,)]
            yield FullyConnectedStep("ReLU", True, True), step


FOR_ANOTHER_PROCESSOR = """
    import network3
    from test_kernel_glue import assert_same, compiled, for_vectors, values_of
    network3.GPU = False
    functions = {}
    for op, shapes in for_vectors():
        f = functions.setdefault(op, compiled(op, shapes))
        values = values_of(op, shapes)
        assert_same(op, f(*values), op.reference(*values))
    print(len(functions))
"""


@pytest.mark.slow
@pytest.mark.parametrize("processor, feature", [("x86-64", "sse2"), ("haswell", "avx2")])
def test_vectors_of_other_processors_give_the_same(processor, feature):
    """They run in a separate process, whose modules PyTensor compiles for this processor."""
    cpus = Path("/proc/cpuinfo")
    if not cpus.exists() or feature not in cpus.read_text(encoding="utf-8").split():
        pytest.skip("it does not run here")
    out, _ = run(FOR_ANOTHER_PROCESSOR, f"gcc__cxxflags=-march={processor}")
    assert out == "15\n"

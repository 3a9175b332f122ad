"""What lies between PyTensor and the C++ kernels: calls, memory, sizes, errors and the cache."""

import shutil
import subprocess

import numpy as np
import pytensor
import pytensor.tensor as T
import pytest
from compare import draw, variables
from pytensor.compile.mode import Mode
from pytensor.link.vm import VMLinker

import network3
from network3.kernels import c as glue
from network3.kernels.c import FOLDER, KernelOp
from network3.ops import max_pool2d
from network3.ops.conv2d import Conv2D, Conv2DFilterGradient, Conv2DInputGradient
from network3.ops.dropout_mask import DropoutMask
from network3.ops.l2_pool2d import L2Pool2D, L2Pool2DGradient
from network3.ops.max_pool2d import MaxPool2D, MaxPool2DGradient

X, W, Y, POOLED = (3, 2, 5, 7), (4, 2, 2, 3), (3, 4, 4, 5), (3, 2, 2, 2)

# Each operator, the sizes of its inputs and those of its first output.
OPERATORS = [
    (Conv2D(), [X, W], Y),
    (Conv2DInputGradient(), [Y, W], X),
    (Conv2DFilterGradient(), [X, Y], W),
    (MaxPool2D(2, 3), [X], POOLED),
    (MaxPool2DGradient(2, 3), [X, POOLED, POOLED], X),
    (L2Pool2D(2, 3), [X], POOLED),
    (L2Pool2DGradient(2, 3), [X, POOLED, POOLED], X),
    (DropoutMask(2**31), [X, (4,)], X),
]
each_operator = pytest.mark.parametrize(
    "op, shapes, result", OPERATORS, ids=[op.kernel for op, *_ in OPERATORS]
)


@pytest.fixture(autouse=True)
def cpp(float32):
    network3.GPU = False


def inputs_of(op, shapes, known=True):
    x = variables(*(shape if known else len(shape) * (None,) for shape in shapes))
    if isinstance(op, DropoutMask):
        x[1] = T.vector(dtype="uint32")
    return x


def values_of(op, shapes):
    """Small whole numbers, so that all orders of summing give the same."""
    values = [np.round(2 * draw(shape, seed=k)) for k, shape in enumerate(shapes)]
    return [v.astype(x.dtype) for v, x in zip(values, inputs_of(op, shapes), strict=True)]


def compiled(op, shapes):
    inputs = inputs_of(op, shapes, known=False)
    outputs = op(*inputs)
    return pytensor.function(inputs, outputs if isinstance(outputs, list) else [outputs])


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
    """As a type where the sizes of the inputs are known, else as a graph without the operator."""
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
    """The same numbers at scattered places: in Fortran's order, backwards, and with gaps."""
    yield np.asfortranarray(array)
    yield np.ascontiguousarray(array[..., ::-1])[..., ::-1]
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
        for array, truth in zip(f(*views), expected, strict=True):
            np.testing.assert_array_equal(array, truth)
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
    f(*(value + value.dtype.type(1) for value in values))
    for array, copy in zip(first, kept, strict=True):
        np.testing.assert_array_equal(array, copy)


@each_operator
def test_the_number_of_images_may_change_and_be_zero(op, shapes, result):
    """PyTensor offers the memory of the last result, as it may for results inside a graph."""
    inputs, values = inputs_of(op, shapes, known=False), values_of(op, shapes)
    outputs = op(*inputs)
    y = outputs[0] if isinstance(outputs, list) else outputs
    keeping = Mode(VMLinker(allow_gc=False, use_cloop=True), "fast_run")
    f = pytensor.function(inputs, y.sum(axis=-1), mode=keeping)
    # The dimension of images is the first of all but the filters and dropout's state.
    has_images = [shape[0] == X[0] for shape in shapes]
    for images in (3, 1, 0, 2):
        some = [v[:images] if has else v for v, has in zip(values, has_images, strict=True)]
        truth = op.reference(*some)[0].sum(axis=-1)
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
        assert array.dtype == truth.dtype
        np.testing.assert_allclose(array, truth, rtol=1e-6)


WRONG = {
    "filters for other maps": (Conv2D(), [X, (4, 3, 2, 3)], "another number of input maps"),
    "a filter one row too high": (
        Conv2D(),
        [X, (4, 2, 6, 3)],
        "filters are larger than the images",
    ),
    "a filter far too wide": (Conv2D(), [X, (4, 2, 2, 9)], "negative size, -1, in dimension 3"),
    "dy of other filters": (
        Conv2DInputGradient(),
        [Y, (5, 2, 2, 3)],
        "another number of maps than",
    ),
    "dy of other images": (Conv2DFilterGradient(), [X, (2, 4, 4, 5)], "another number of images"),
    "dy one row too high": (Conv2DFilterGradient(), [X, (3, 4, 6, 5)], "dy is larger than the im"),
    "a window too high": (MaxPool2D(6, 3), [X], "windows are larger than the feature maps"),
    "a window too wide": (L2Pool2D(2, 8), [X], "windows are larger than the feature maps"),
    "dy unlike y": (MaxPool2DGradient(2, 3), [X, POOLED, (3, 2, 1, 1)], "another shape than y"),
    "dy unlike y, L2": (L2Pool2DGradient(2, 3), [X, POOLED, (3, 2, 1, 1)], "another shape than y"),
    "y not of x": (MaxPool2DGradient(2, 2), [X, POOLED, POOLED], "does not have the shape that"),
    "y not of x, L2": (L2Pool2DGradient(2, 2), [X, POOLED, POOLED], "does not have the shape that"),
    "a state of three numbers": (DropoutMask(1), [X, (3,)], "the state must have four numbers"),
}


@pytest.mark.parametrize("op, shapes, sentence", WRONG.values(), ids=WRONG)
def test_wrong_sizes_at_run_time_are_an_error_in_one_sentence(op, shapes, sentence):
    values = values_of(op, shapes)
    with pytest.raises(ValueError, match=sentence):
        compiled(op, shapes)(*values)
    with pytest.raises(ValueError, match=r"\w+ \w+ \w+"):
        op.reference(*values)


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
    """The kernels' text in a folder where it can be changed."""
    for file in FOLDER.iterdir():
        if file.is_file():
            shutil.copy(file, tmp_path)
    monkeypatch.setattr(glue, "FOLDER", tmp_path)
    return tmp_path


def version(op):
    return op.c_code_cache_version_apply(op.make_node(T.tensor4(dtype="float32")))


def test_the_cache_version_does_not_depend_on_the_folder(copied_folder, monkeypatch):
    here = version(MaxPool2D(2, 2))
    monkeypatch.setattr(glue, "FOLDER", FOLDER)
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
    # A kernel's own file is of no concern to the other kernels.
    assert (version(L2Pool2D(2, 2)) == other) == (file == "max_pool2d.cpp")


def test_a_changed_kernel_is_compiled_anew(copied_folder):
    """The maximum becomes the minimum with one character, though the operator is the same."""
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


KERNELS = sorted(path.name for path in FOLDER.glob("*.cpp"))


def test_every_operators_kernel_has_a_file():
    assert sorted({op.source for op, *_ in OPERATORS}) == KERNELS


@pytest.mark.parametrize("file", KERNELS)
def test_a_kernel_compiles_without_python(file):
    compiler = shutil.which("g++")
    if not compiler:
        pytest.skip("no g++")
    result = subprocess.run(
        [
            compiler,
            "-std=c++11",
            "-fsyntax-only",
            "-fopenmp-simd",
            "-Wall",
            "-Werror",
            FOLDER / file,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stderr) == (0, "")

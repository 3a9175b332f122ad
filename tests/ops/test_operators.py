"""Every operator declares what it must, and its declarations are true for its example."""

import importlib.util

import numpy as np
import pytensor
import pytensor.tensor as T
import pytest
from compare import draw
from operators import EXAMPLES, NAMES, has_kernel
from pytensor.graph.basic import Apply

from network3.kernels import codes
from network3.kernels.operator import KernelOp
from network3.ops.activation import ACTIVATIONS

JAX = ["jax"] if importlib.util.find_spec("jax") else []

each_operator = pytest.mark.parametrize("op, inputs", EXAMPLES, ids=NAMES)


def values_of(inputs):
    """Return values for variables: labels and ties from 0 to 4, floats between 0 and 2."""
    values = [np.abs(draw(x.type.shape, seed=k)) for k, x in enumerate(inputs)]
    values = [
        v % 5 if x.dtype.startswith("int") else v for v, x in zip(values, inputs, strict=True)
    ]
    return [np.asarray(v % 2, x.dtype) for v, x in zip(values, inputs, strict=True)]


@each_operator
def test_an_operator_declares_all_that_is_asked_of_it(op, inputs):
    assert isinstance(op.independent_images, bool)
    assert op.flop(*(x.type.shape for x in inputs)) >= 0
    results = op.reference(*values_of(inputs))
    outputs = op.make_node(*inputs).outputs
    assert [np.shape(result) for result in results] == [y.type.shape for y in outputs]


@each_operator
def test_images_are_independent_if_the_operator_says_so(op, inputs):
    """The first two of three images give the same results without the third."""
    if not op.independent_images:
        pytest.skip("it does not say so")
    images, *others = values_of(inputs)
    together = op.reference(images, *others)[0]
    alone = op.reference(images[:2], *others)[0]
    np.testing.assert_allclose(alone, together[:2], rtol=1e-6)
    assert not np.array_equal(together[:2], together[1:])


def test_kernels_are_missing_only_where_they_are_known_to_be():
    """Otherwise a misspelt name would silently select the slow reference."""
    missing = {
        folder: {op.kernel for op, _ in EXAMPLES if not has_kernel(op, folder)}
        for folder in ("reference", "c", "numba", *JAX)
    }
    outcomes = {"outcome_counts", "chosen_outcomes"}
    fused = {"pool_activate", "conv_pool", "fully_connected", "log_likelihood"}
    assert missing["reference"] == set()
    assert missing["c"] == outcomes | {"fully_connected_gradient"}
    assert missing["numba"] == outcomes
    assert all(any(part in kernel for part in fused) for kernel in missing.get("jax", ()))


@each_operator
def test_the_c_kernel_computes_what_the_reference_does(op, inputs, float32):
    if not has_kernel(op, "c"):
        pytest.skip("the reference serves")
    f = pytensor.function(inputs, op(*inputs, return_list=True), mode="CVM", accept_inplace=True)
    assert all(thunk.cthunk is not None for thunk in f.vm.thunks)
    values = values_of(inputs)
    for result, truth in zip(f(*values), op.reference(*values), strict=True):
        np.testing.assert_allclose(result, truth, rtol=2e-5, atol=2e-5)


@each_operator
def test_the_jax_kernel_computes_what_the_reference_does(op, inputs, float32):
    pytest.importorskip("jax")
    if not has_kernel(op, "jax"):
        pytest.skip("XLA fuses by itself")
    from network3.engine.backend import _jax_mode

    f = pytensor.function(inputs, op(*inputs, return_list=True), mode=_jax_mode(False))
    values = values_of(inputs)
    for result, truth in zip(f(*values), op.reference(*values), strict=True):
        np.testing.assert_allclose(np.asarray(result), truth, rtol=2e-5, atol=2e-5)


@pytest.mark.numba
@each_operator
def test_the_numba_kernel_computes_what_the_reference_does(op, inputs, float32):
    if not has_kernel(op, "numba"):
        pytest.skip("the reference serves, and PyTensor warns of it")
    import network3.kernels.numba  # noqa: F401 (registers the kernels)

    f = pytensor.function(inputs, op(*inputs, return_list=True), mode="NUMBA", accept_inplace=True)
    values = values_of(inputs)
    for result, truth in zip(f(*values), op.reference(*values), strict=True):
        np.testing.assert_allclose(result, truth, rtol=2e-5, atol=2e-5)


def test_jax_refuses_an_operator_without_a_kernel_and_names_it():
    pytest.importorskip("jax")
    from network3.engine.backend import _jax_mode

    op, inputs = next(pair for pair in EXAMPLES if pair[0].kernel == "fully_connected")
    with pytest.raises(NotImplementedError, match="FullyConnected has no kernel: there is no"):
        pytensor.function(inputs, op(*inputs), mode=_jax_mode(False))


class Undeclared(KernelOp):
    """An operator that declares only the name of its kernel."""

    kernel = "undeclared"

    def make_node(self, x):
        return Apply(self, [x], [x.type()])


@pytest.mark.parametrize(
    "ask, what",
    [
        (lambda op: op.independent_images, "independent_images = True or False"),
        (lambda op: op.flop((1,)), "flop"),
        (lambda op: op.example(), "example"),
        (lambda op: op.output_shapes((1,)), "output_shapes"),
    ],
)
def test_what_is_not_declared_is_named(ask, what):
    with pytest.raises(NotImplementedError, match=f"Undeclared does not declare {what}"):
        ask(Undeclared())


def test_an_operator_without_a_reference_names_the_file_that_is_missing():
    sentence = "Undeclared has no kernel: there is no network3.kernels.reference.test_operators"
    with pytest.raises(NotImplementedError, match=sentence):
        Undeclared().reference(np.zeros(1))


def test_a_misspelt_kernel_is_an_error_and_not_the_slow_reference():
    class Misspelt(Undeclared):
        kernel, file, source = "max_pool2", "max_pool2d", "max_pool2d.cpp"

    x = T.matrix("x")
    for folder in ("reference", *JAX):
        with pytest.raises(ImportError, match=f"{folder}.max_pool2d has no function max_pool2$"):
            Misspelt().kernel_in(folder)
    with pytest.raises(ImportError, match="max_pool2d.cpp has no function max_pool2"):
        pytensor.function([x], Misspelt()(x), mode="CVM")


def test_a_package_of_kernels_that_is_not_there_is_named():
    class Elsewhere(Undeclared):
        kernel, kernels = "undeclared", "nowhere_kernels"

    with pytest.raises(ImportError, match="Elsewhere names the package 'nowhere_kernels' for its"):
        Elsewhere().reference(np.zeros(1))


def test_evaluation_asks_an_operator_whether_images_are_independent():
    from network3.evaluation.image_by_image import for_any_number

    x = T.matrix("x")
    with pytest.raises(NotImplementedError, match="independent_images"):
        for_any_number(Undeclared()(x), x, 10)


def test_activation_functions_have_one_order_for_all_kernels():
    assert tuple(activation.name for activation in ACTIVATIONS) == codes.ACTIVATIONS

"""Every form of convolution, compared with its definition as a sum of products."""

import functools
import itertools

import numpy as np
import pytensor
import pytensor.tensor as T
import pytest
from pytensor.compile.mode import Mode
from pytensor.gradient import verify_grad
from pytensor.graph.traversal import ancestors
from pytensor.tensor.exceptions import NotScalarConstantError

import network3.theano as theano
import network3.theano.tensor.nnet as nnet
from network3.ops.checking import checked_shape
from network3.ops.conv2d import Conv2D, Conv2DFilterGradient, Conv2DInputGradient
from network3.theano.tensor.nnet import abstract_conv
from network3.theano.tensor.nnet.conv import ConvOp
from network3.theano.tensor.nnet.neighbours import images2neibs

AS_BUILT = Mode(linker="py", optimizer=None)
PYTHON = Mode(linker="py", optimizer="fast_run")


def draw(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


def definition(x, w, border, steps, dilation, flip, groups=1):
    """Convolve by the definition.

    y[n,k,p,q] = sum over c, r, s of w[k,c,r,s] * x[n,c, step*p + apart*(R-1-r) - before, ...], with
    r and s instead of R-1-r and S-1-s if filters are not flipped. Outside the images, x is 0.
    """
    (N, _, H, W), (K, maps, R, S) = x.shape, w.shape
    reach = [(n - 1) * apart + 1 for n, apart in zip((R, S), dilation, strict=True)]
    P, Q = (
        (n + sum(b) - e) // step + 1
        for n, b, e, step in zip((H, W), border, reach, steps, strict=True)
    )
    y = np.zeros((N, K, P, Q))
    for n, k, p, q, c, r, s in np.ndindex(N, K, P, Q, maps, R, S):
        at = [
            step * place + apart * (size - 1 - weight if flip else weight) - before
            for step, place, apart, size, weight, (before, _) in zip(
                steps, (p, q), dilation, (R, S), (r, s), border, strict=True
            )
        ]
        if 0 <= at[0] < H and 0 <= at[1] < W:
            group = k // (K // groups)
            y[n, k, p, q] += w[k, c, r, s] * x[n, group * maps + c, at[0], at[1]]
    return y


def borders(mode, reach):
    """Return (before, after) for both axes."""
    if mode == "full":
        return [(n - 1, n - 1) for n in reach]
    if mode == "half":
        return [(n // 2, n // 2) for n in reach]
    sides = {"valid": (0, 0), 2: (2, 2)}.get(mode, mode) if not isinstance(mode, tuple) else mode
    return [side if isinstance(side, tuple) else (side, side) for side in sides]


FORMS = list(
    itertools.product(
        ["valid", "full", "half", 2, (1, 2), ((0, 2), (3, 1))],
        [(1, 1), (2, 1), (2, 3)],
        [(1, 1), (1, 2)],
        [True, False],
    )
)


@pytest.mark.parametrize("mode, steps, dilation, flip", FORMS)
@pytest.mark.parametrize("known", [True, False], ids=["known sizes", "unknown sizes"])
def test_every_form_computes_the_definition(mode, steps, dilation, flip, known, float64):
    x, w = draw(2, 3, 6, 7), draw(4, 3, 3, 2, seed=1)
    variables = [T.tensor(dtype="float64", shape=a.shape if known else 4 * (None,)) for a in (x, w)]
    y = nnet.conv2d(
        *variables,
        border_mode=mode,
        subsample=steps,
        filter_dilation=dilation,
        filter_flip=flip,
    )
    reach = [(n - 1) * apart + 1 for n, apart in zip(w.shape[2:], dilation, strict=True)]
    expected = definition(x, w, borders(mode, reach), steps, dilation, flip)
    result = pytensor.function(variables, y, mode=AS_BUILT)(x, w)
    np.testing.assert_allclose(result, expected, atol=1e-12)
    if known:
        assert y.type.shape == expected.shape
    sizes = abstract_conv.get_conv_output_shape(x.shape, w.shape, mode, steps, dilation)
    assert sizes == expected.shape


def test_each_group_of_maps_has_its_own_filters(float64):
    x, w = draw(2, 6, 4, 5), draw(9, 2, 2, 3, seed=1)
    y = nnet.conv2d(x, w, num_groups=3, border_mode="half").eval(mode=AS_BUILT)
    expected = definition(x, w, [(1, 1), (1, 1)], (1, 1), (1, 1), True, groups=3)
    np.testing.assert_allclose(y, expected, atol=1e-12)


def operators(*outputs):
    """Return the operators of a graph that is not rewritten."""
    return [v.owner.op for v in ancestors(outputs) if v.owner]


def test_the_books_convolution_is_one_node_and_so_are_its_gradients():
    x, w = (T.tensor(dtype="float32", shape=s) for s in ((10, 1, 28, 28), (20, 1, 5, 5)))
    y = nnet.conv2d(x, w, input_shape=(10, 1, 28, 28), filter_shape=(20, 1, 5, 5))
    assert operators(y) == [Conv2D()]
    dy = y.type()
    dx = abstract_conv.conv2d_grad_wrt_inputs(dy, w, (10, 1, 28, 28))
    assert operators(dx) == [Conv2DInputGradient()]
    dw = abstract_conv.conv2d_grad_wrt_weights(x, dy, (20, 1, 5, 5))
    assert operators(dw) == [Conv2DFilterGradient()]


@pytest.mark.parametrize(
    "form",
    [
        {"border_mode": "full", "filter_flip": False},
        {"subsample": (2, 2), "border_mode": 1},
        {"filter_dilation": (2, 1), "border_mode": "half"},
        {"num_groups": 2, "subsample": (2, 1)},
    ],
    ids=str,
)
def test_first_and_second_derivatives_are_those_of_finite_differences(form, float64):
    groups = form.get("num_groups", 1)
    x, w = draw(1, 2, 4, 4), draw(2, 2 // groups, 2, 3, seed=1)

    def squared_gradient(x, w):
        y = T.sin(nnet.conv2d(x, w, **form)).sum()
        return sum((g**2).sum() for g in T.grad(y, [x, w]))

    def convolution(x, w):
        return nnet.conv2d(x, w, **form)

    rng = np.random.default_rng(0)
    verify_grad(convolution, [x, w], rng=rng, mode=AS_BUILT)
    verify_grad(squared_gradient, [x, w], rng=rng, mode=AS_BUILT, rel_tol=1e-3)


def test_conv3d_computes_its_definition(float64):
    x, w = draw(2, 2, 4, 5, 4), draw(3, 2, 2, 3, 2, seed=1)
    y = nnet.conv3d(x, w, subsample=(1, 2, 1)).eval(mode=AS_BUILT)
    expected = np.zeros((2, 3, 3, 2, 3))
    for (n, k, o, p, q), (c, i, r, s) in itertools.product(
        np.ndindex(expected.shape), np.ndindex(w.shape[1:])
    ):
        expected[n, k, o, p, q] += w[k, c, i, r, s] * x[n, c, o + 1 - i, 2 * p + 2 - r, q + 1 - s]
    np.testing.assert_allclose(y, expected, atol=1e-12)


@functools.cache
def loss(form):
    """Compile y and its gradients for the chosen backend."""
    x, w = (T.tensor(dtype="float32", shape=s) for s in ((2, 2, 6, 6), (4, 2, 3, 3)))
    y = nnet.conv2d(x, w, **dict(form))
    return [x, w], [y, *T.grad(T.sin(y).sum(), [x, w])]


@pytest.mark.parametrize(
    "form",
    [
        (("border_mode", "full"),),
        (("border_mode", "half"), ("subsample", (2, 2))),
        (("filter_dilation", (2, 2)), ("filter_flip", False)),
    ],
    ids=str,
)
def test_jax_computes_what_python_computes(form, float32):
    pytest.importorskip("jax")
    inputs, outputs = loss(form)
    arrays = [draw(*v.type.shape).astype("float32") for v in inputs]
    from network3.kernels import jax  # noqa: F401  registers the kernels

    by_jax = pytensor.function(inputs, outputs, mode="JAX")(*arrays)
    by_python = pytensor.function(inputs, outputs, mode=AS_BUILT)(*arrays)
    for a, b in zip(by_jax, by_python, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


def test_conv_op_is_made_with_its_sizes(float64):
    x, w = draw(2, 1, 5, 5), draw(3, 1, 2, 2, seed=1)
    y = ConvOp(imshp=(1, 5, 5), kshp=(2, 2), nkern=3, bsize=2, dx=2, dy=1)(x, w)
    assert y.type.shape == (2, 3, 2, 4)
    assert ConvOp.getOutputShape((5, 5), (2, 2), (2, 1), "valid") == (2, 4)


IMAGES, FILTERS = T.tensor4(dtype="float32"), T.tensor4(dtype="float32")
ERRORS = {
    "border mode": ({"border_mode": "same"}, ValueError, "border_mode is 'same': it must be"),
    "negative border": ({"border_mode": (-1, 0)}, ValueError, "border_mode is"),
    "no step": ({"subsample": (0, 1)}, ValueError, r"subsample is \(0, 1\): it must be 2"),
    "one step": ({"subsample": 2}, ValueError, "subsample is 2: it must be 2 positive"),
    "dilation": ({"filter_dilation": (1,)}, ValueError, "filter_dilation is"),
    "shape": ({"input_shape": (1, 2)}, ValueError, "imshp is .* it must have 4 sizes"),
    "maps": (
        {"input_shape": (1, 3, 6, 6), "filter_shape": (4, 2, 2, 2)},
        ValueError,
        "images with 3 feature maps but filters for 2",
    ),
    "too large with steps": (
        {"input_shape": (1, 1, 4, 4), "filter_shape": (1, 1, 6, 2), "subsample": (2, 1)},
        ValueError,
        "filters have size 6 along axis 2 but images have size 4",
    ),
    "logical": ({"imshp_logical": (1, 2)}, ValueError, "imshp_logical"),
    "groups": ({"num_groups": 0}, ValueError, "num_groups is 0"),
}


@pytest.mark.parametrize("arguments, error, sentence", ERRORS.values(), ids=ERRORS)
def test_an_impossible_argument_raises_an_error_that_explains(arguments, error, sentence):
    with pytest.raises(error, match=sentence):
        nnet.conv2d(IMAGES, FILTERS, **arguments)


def test_the_older_name_of_the_shape_gets_a_warning():
    with pytest.warns(UserWarning, match="older name of nnet.conv2d's input_shape"):
        y = nnet.conv2d(IMAGES, FILTERS, image_shape=(2, 1, 5, 5), filter_shape=(3, 1, 2, 2))
    assert y.type.shape == (2, 3, 4, 4)


def test_a_gradient_of_an_impossible_size_is_refused():
    dy = T.tensor(dtype="float32", shape=(1, 1, 3, 3))
    with pytest.raises(ValueError, match="topgrad has the shape"):
        abstract_conv.conv2d_grad_wrt_inputs(dy, np.ones((1, 1, 2, 2), "float32"), (1, 1, 9, 9))


def test_a_gradient_of_an_impossible_size_is_refused_when_it_is_computed():
    dy, w = T.dtensor4(), T.dtensor4()
    dx = abstract_conv.conv2d_grad_wrt_inputs(dy, w, (None, None, 7, 7))
    f = theano.function([dy, w], dx, mode=PYTHON)
    assert f(np.ones((1, 1, 5, 5)), np.ones((1, 1, 3, 3))).shape == (1, 1, 7, 7)
    with pytest.raises(ValueError, match="invalid shape for AbstractConv2d_gradInputs"):
        f(np.ones((1, 1, 6, 6)), np.ones((1, 1, 3, 3)))


@pytest.mark.parametrize("mode", [PYTHON, "CVM"], ids=["Python", "C"])
def test_a_shape_that_is_checked_is_a_value_error_in_python_and_in_c(mode):
    x = T.dvector()
    f = pytensor.function([x], checked_shape(x, (2,), "the sizes are wrong"), mode=mode)
    assert f(np.ones(2)).tolist() == [1, 1]
    with pytest.raises(ValueError, match="the sizes are wrong"):
        f(np.ones(3))


def test_the_first_convolution_takes_sizes_of_any_integer_type_and_refuses_others():
    x, w = T.dtensor4(), T.dtensor4()
    with pytest.warns(UserWarning, match="conv.conv2d is deprecated"):
        y = nnet.conv.conv2d(x, w, (np.int8(3), np.array(2), 8, None), (4, 2, 5, 5))
    f = theano.function([x, w], y, mode=PYTHON)
    assert f(np.ones((3, 2, 8, 9)), np.ones((4, 2, 5, 5))).shape == (3, 4, 4, 5)
    with pytest.raises(ValueError, match="conv.conv2d got another shape than declared"):
        f(np.ones((2, 2, 8, 8)), np.ones((4, 2, 5, 5)))
    with (
        pytest.warns(UserWarning, match="deprecated"),
        pytest.raises(NotScalarConstantError, match="each size must be a number, or None"),
    ):
        nnet.conv.conv2d(x, w, (3, 2, 8, T.iscalar()))


def test_a_filter_that_does_not_fit_gives_a_size_below_1():
    sizes = abstract_conv.get_conv_output_shape((2, 3, 1, 4), (5, 3, 3, 3), "valid", (1, 1))
    assert sizes == (2, 5, -1, 2)
    assert abstract_conv.get_conv_gradinputs_shape((5, 3, 3, 3), sizes, "valid", (1, 1))[2] == 1
    assert abstract_conv.assert_conv_shape((0, 0, 1, 1)) == (0, 0, 1, 1)
    with pytest.raises(ValueError, match=r"invalid shape \(dim\[2\]: -1 <= 0\)"):
        abstract_conv.assert_conv_shape(sizes)


def test_a_symbolic_shape_is_checked_when_it_is_computed():
    """The second function also needs the option, as in Theano."""
    n, x = T.iscalar(), T.dmatrix()
    f = theano.function([n], abstract_conv.assert_conv_shape((n, n, n))[2], mode=PYTHON)
    assert f(1) == 1
    with pytest.raises(AssertionError, match=r"invalid shape \(dim\[2\] <= 0\)"):
        f(0)
    assert abstract_conv.assert_shape(x, (2, None)) is x
    with theano.change_flags({"conv.assert_shape": True}):
        checked = abstract_conv.assert_shape(x, (n, None), "another size")
    with pytest.raises(AssertionError, match="another size"):
        theano.function([x, n], checked, mode=PYTHON)(np.ones((2, 3)), 3)


def test_patches_that_do_not_fill_images_are_a_type_error_when_sizes_are_computed():
    x = T.dtensor4()
    f = theano.function([x], images2neibs(x, (2, 2)), mode=PYTHON)
    assert f(np.ones((1, 1, 4, 2))).shape == (2, 4)
    with pytest.raises(TypeError, match="patches of 2 with steps of 2 for images of a computed"):
        f(np.ones((1, 1, 3, 2)))

"""LogLikelihood, the cost of a softmax layer, compared with sums in float64."""

import numpy as np
import pytensor
import pytensor.tensor as T
import pytest
from compare import assert_close, check_gradient, draw, variables

import network3
from network3.kernels.reference import log_likelihood as reference
from network3.ops.log_likelihood import LogLikelihood


@pytest.fixture(autouse=True)
def cpp():
    network3.GPU = False


def compiled():
    """Return a function of z, labels and dcost that gives the cost, p and dz."""
    z, labels, dcost = T.matrix(), T.ivector(), T.scalar()
    cost, p = LogLikelihood()(z, labels)
    return pytensor.function(
        [z, labels, dcost], [cost, p, T.grad(None, z, known_grads={cost: dcost})]
    )


def labels_of(N, M, seed=5):
    return np.random.default_rng(seed).integers(0, M, N).astype("int32")


def truth(z, labels, dcost):
    """Return the same, computed image by image in float64."""
    cost, p, dz = 0.0, np.zeros(z.shape), np.zeros(z.shape)
    for n, row in enumerate(z.astype("float64")):
        p[n] = np.exp(row) / np.exp(row).sum()
        cost -= np.log(p[n, labels[n]]) / len(z)
        dz[n] = dcost / len(z) * p[n]
        dz[n, labels[n]] -= dcost / len(z)
    return cost, p, dz


def test_a_case_that_can_be_checked_by_eye(floatX):
    """The probabilities are 1/4 and 3/4, so the costs are log 4 and log 4/3."""
    z = np.log(np.array([[1, 3], [1, 3]])).astype(floatX)
    cost, p, dz = compiled()(z, np.array([0, 1], "int32"), np.array(8, floatX))
    assert float(cost) == pytest.approx((np.log(4) + np.log(4 / 3)) / 2, rel=1e-6)
    np.testing.assert_allclose(p, [[0.25, 0.75], [0.25, 0.75]], rtol=1e-6)
    np.testing.assert_allclose(dz, [[-3, 3], [1, -1]], rtol=1e-6)


def test_it_computes_the_definition(floatX):
    f = compiled()
    for N in (1, 3, 10, 16, 33):
        for M in (1, 2, 3, 10, 17, 100):
            z, labels, dcost = 3 * draw((N, M), floatX), labels_of(N, M), np.array(0.7, floatX)
            expected = truth(z, labels, dcost)
            for place in (np.ascontiguousarray, np.asfortranarray):
                for result, array in zip(f(place(z), labels, dcost), expected, strict=True):
                    assert_close(result, np.asarray(array), floatX)


def test_the_reference_computes_the_definition():
    z, labels = draw((5, 4)), labels_of(5, 4)
    cost, p, dz = truth(z, labels, 0.7)
    for result, array in zip(reference.log_likelihood(z, labels), (cost, p), strict=True):
        np.testing.assert_allclose(result, array, rtol=1e-12)
    np.testing.assert_allclose(reference.log_likelihood_gradient(p, labels, 0.7), dz, rtol=1e-12)


@pytest.mark.slow
def test_the_gradient_by_finite_differences(float64):
    (z,) = variables((6, 4))
    cost, _ = LogLikelihood()(z, T.constant(labels_of(6, 4)))
    check_gradient(T.sin(cost), [z], [draw((6, 4))])


def test_large_numbers_do_not_overflow(floatX):
    z = np.array([[1000, 0], [-1000, 0]], floatX)
    cost, p, dz = compiled()(z, np.array([1, 1], "int32"), np.array(2, floatX))
    assert cost == 500
    assert p.tolist() == [[1, 0], [0, 1]]
    assert dz.tolist() == [[1, -1], [0, 0]]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_nan_makes_the_cost_nan(place, floatX):
    z = np.zeros((2, 3), floatX)
    z[1, place] = np.nan
    cost, *_ = compiled()(z, np.array([0, 1], "int32"), np.array(1, floatX))
    assert np.isnan(cost)


@pytest.mark.parametrize("label", [-1, 4, -(2**31), 2**31 - 1])
def test_a_label_out_of_range_is_refused_in_one_sentence(label, floatX):
    z, labels = draw((3, 4), floatX), np.array([0, label, 2], "int32")
    sentence = "log_likelihood: a label is not a class of the network"
    with pytest.raises(ValueError, match=f"^{sentence}"):
        compiled()(z, labels, np.array(1, floatX))
    with pytest.raises(ValueError, match=f"^{sentence}$"):
        reference.log_likelihood(z, labels)


def test_other_types_are_refused_at_once():
    with pytest.raises(TypeError, match="log_likelihood got z with 1 dimensions"):
        LogLikelihood()(T.vector(dtype="float32"), T.ivector())
    for labels in (T.lvector(), T.imatrix()):
        with pytest.raises(TypeError, match="got labels of type .*: they must be an ivector"):
            LogLikelihood()(T.matrix(dtype="float32"), labels)

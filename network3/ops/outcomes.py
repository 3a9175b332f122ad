"""Which outcomes uniform numbers choose, by rows of probabilities."""

from pytensor.gradient import grad_undefined

from network3.kernels.operator import KernelOp
from network3.ops.inputs import check_float_arrays, floats


class OutcomeCounts(KernelOp):
    """counts[b, m] = how many u[:, b] choose m, the first whose sum of p[b, : m + 1] exceeds u"""

    kernel = "outcome_counts"
    independent_images = False

    def check(self, p, u):
        check_float_arrays(self.kernel, 2, p=p)
        check_float_arrays(self.kernel, 2, u=u)

    def output_shapes(self, p, u):
        return [tuple(p)]

    def output_dtypes(self, p, u):
        return ["int64"]

    def flop(self, p, u):
        return 0

    def pullback(self, inputs, outputs, cotangents):
        return [grad_undefined(self, place, x) for place, x in enumerate(inputs)]

    @classmethod
    def example(cls):
        return cls(), floats((3, 5), (2, 3))


class ChosenOutcomes(OutcomeCounts):
    """chosen[b, c] = the outcome that u[c, b] chooses in row b of p, without those before"""

    kernel = "chosen_outcomes"

    def output_shapes(self, p, u):
        return [(p[0], u[0])]


def outcome_counts(p, u):
    """Return int64 (B, L): how often each outcome is chosen in each row.

    Parameters
    ----------
    p : (B, L)
        Probabilities, summed in float64. A number that no sum exceeds chooses nothing.
    u : (trials, B)
        Numbers between 0 and 1.
    """
    return OutcomeCounts()(p, u)


def chosen_outcomes(p, u):
    """Return int64 (B, k): different outcomes of each row, in the order chosen; -1 for nothing.

    Parameters
    ----------
    p : (B, L)
        Probabilities. That of a chosen outcome becomes 0, and the others are divided by their sum.
    u : (k, B)
        Numbers between 0 and 1.

    Raises
    ------
    ValueError
        If k is more than L.
    """
    return ChosenOutcomes()(p, u)

"""theano.sandbox.multinomial: counts of outcomes from probabilities and uniform numbers."""

import pytensor.tensor as T
from pytensor.tensor.variable import TensorVariable

from network3.ops.outcomes import outcome_counts
from network3.theano import absent

__all__ = ["MultinomialFromUniform"]


class MultinomialFromUniform:
    """Count how often each outcome occurs, given uniform random numbers.

    Call it with the probabilities `pvals` (B, L), the uniform numbers `unis` (n * B,) in [0, 1)
    and the number of trials `n`; it returns the counts (B, L). Trial k of row b uses
    ``unis[k * B + b]``. If that number is not less than the sum of the row, the trial counts for no
    outcome.

    Parameters
    ----------
    odtype : str
        The dtype of the counts; "auto" is the dtype of `pvals`.
    """

    def __init__(self, odtype):
        self.odtype = odtype

    def __call__(self, pvals, unis, n=1) -> TensorVariable:
        pvals, unis = T.as_tensor_variable(pvals), T.as_tensor_variable(unis)
        if pvals.type.ndim != 2 or unis.type.ndim != 1:
            raise NotImplementedError(
                f"MultinomialFromUniform: got pvals with {pvals.type.ndim} dimensions and unis "
                f"with {unis.type.ndim}; they must be a matrix and a vector"
            )
        counts = outcome_counts(pvals, unis.reshape((n, pvals.shape[0])))
        return T.cast(counts, pvals.dtype if self.odtype == "auto" else self.odtype)


__getattr__ = absent.names(
    __name__,
    {
        "ChoiceFromUniform": "use theano.sandbox.rng_mrg.MRG_RandomStreams(seed).choice",
        "MultinomialWOReplacementFromUniform": (
            "use theano.sandbox.rng_mrg.MRG_RandomStreams(seed).choice"
        ),
    },
)

"""theano.sandbox.multinomial"""

import pytensor.tensor as T
from pytensor.tensor.variable import TensorVariable

from network3.ops.outcomes import outcome_counts
from network3.theano import absent

__all__ = ["MultinomialFromUniform"]


class MultinomialFromUniform:
    """How often each outcome comes, from probabilities and uniform numbers.

    Called with pvals (B, L), unis (n * B,) and n, it gives (B, L) in `odtype` ("auto": that of
    `pvals`); trial k of row b uses unis[k * B + b]. A trial whose number is not below the row's sum
    counts for no outcome.
    """

    def __init__(self, odtype):
        self.odtype = odtype

    def __call__(self, pvals, unis, n=1) -> TensorVariable:
        pvals, unis = T.as_tensor_variable(pvals), T.as_tensor_variable(unis)
        if pvals.type.ndim != 2 or unis.type.ndim != 1:
            raise NotImplementedError(
                f"MultinomialFromUniform got pvals with {pvals.type.ndim} dimensions and unis with "
                f"{unis.type.ndim}: it needs a matrix and a vector"
            )
        counts = outcome_counts(pvals, unis.reshape((n, pvals.shape[0])))
        return T.cast(counts, pvals.dtype if self.odtype == "auto" else self.odtype)


__getattr__ = absent.names(
    __name__,
    {
        "ChoiceFromUniform": "theano.sandbox.rng_mrg.MRG_RandomStreams(seed).choice",
        "MultinomialWOReplacementFromUniform": (
            "theano.sandbox.rng_mrg.MRG_RandomStreams(seed).choice"
        ),
    },
)

"""theano.sandbox: what Theano kept apart; `rng_mrg` is the part that programs use."""

from network3.theano import absent
from network3.theano.sandbox import multinomial, rng_mrg

__all__ = ["multinomial", "rng_mrg"]

__getattr__ = absent.names(
    __name__,
    {
        "cuda": "THEANO_FLAGS=device=cuda or network3.GPU = True compile for a GPU, by JAX",
        "gpuarray": "THEANO_FLAGS=device=cuda or network3.GPU = True compile for a GPU, by JAX",
        "linalg": "use theano.tensor.nlinalg and theano.tensor.slinalg",
    },
)

"""theano.sandbox: Theano's experimental modules, of which programs mostly use `rng_mrg`."""

from network3.theano import absent
from network3.theano.sandbox import multinomial, rng_mrg

__all__ = ["multinomial", "rng_mrg"]

__getattr__ = absent.names(
    __name__,
    {
        "cuda": "THEANO_FLAGS=device=cuda or network3.GPU = True compiles for a GPU, with JAX",
        "fourier": "use theano.tensor.fft, or theano.tensor.fourier",
        "gpuarray": "THEANO_FLAGS=device=cuda or network3.GPU = True compiles for a GPU, with JAX",
        "linalg": "import theano.sandbox.linalg",
        "minimal": "see docs/add-an-operator.md, which shows how to write an operator",
    },
)

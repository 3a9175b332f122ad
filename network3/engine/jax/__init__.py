"""Extensions of PyTensor's JAX backend, which are registered when this package is imported."""

from network3.engine.jax import (  # noqa: F401 (register extensions)
    backwards,
    printing,
    random_states,
    sizes,
)
from network3.kernels import jax  # noqa: F401 (registers the kernels)

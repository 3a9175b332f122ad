"""Extensions of PyTensor's JAX backend, which are registered when this package is imported."""

from network3.engine.jax import backwards, printing, sizes  # noqa: F401 (register extensions)
from network3.kernels import jax  # noqa: F401 (registers the kernels)

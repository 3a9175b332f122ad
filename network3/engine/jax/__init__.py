"""PyTensor's JAX backend as the package needs it; importing this registers everything with it."""

from network3.engine.jax import (  # noqa: F401 (they register themselves)
    backwards,
    printing,
    random_states,
    sizes,
)
from network3.kernels import jax  # noqa: F401 (registers the kernels)

"""Slices with a negative step, such as ``x[::-1]``, for JAX, computed by indexing.

With JAX's own slices of a negative step, the gradients of some loops (for example of a GRU before
another GRU) make XLA's algebraic simplifier abort the process. This was seen with jax 0.10.2 and
Keras's layers.
"""

import jax.numpy as jnp
import numpy as np
from pytensor.link.jax.dispatch import jax_funcify
from pytensor.tensor.subtensor import Subtensor, indices_from_subtensor


@jax_funcify.register(Subtensor)
def _subtensor(op, **kwargs):
    def subtensor(x, *numbers):
        indices = list(indices_from_subtensor(numbers, op.idx_list))
        for axis, index in enumerate(indices):
            if isinstance(index, slice) and index.step is not None and index.step < 0:
                x = jnp.take(x, np.arange(x.shape[axis])[index], axis)
                indices[axis] = slice(None)
        return x[tuple(indices)]

    return subtensor

"""Draws by NumPy's legacy generator for JAX: a callback draws on the host, the same numbers."""

import jax
import jax.numpy as jnp
import numpy as np
from pytensor.link.jax.dispatch import jax_funcify

from network3.ops.random_states import PACKED, RandomFunction, packed, unpacked


@jax_funcify.register(RandomFunction)
def _random_function(op, **kwargs):
    def draw(state, size, *arguments):
        if isinstance(size, jax.core.Tracer):
            raise TypeError("the size is not concrete")
        size = tuple(int(n) for n in size)
        shape = _shape(op, size, arguments)
        dtype = jax.dtypes.canonicalize_dtype(op.outtype.dtype)
        # What is known keeps its bits, also where JAX has no 64-bit numbers.
        unknown = [k for k, x in enumerate(arguments) if isinstance(x, jax.Array)]

        def on_host(state, *values):
            known = [None if k in unknown else np.asarray(x) for k, x in enumerate(arguments)]
            for k, value in zip(unknown, values, strict=True):
                known[k] = np.asarray(value)
            generator = unpacked(state)
            numbers = op.drawn(generator, size, known)
            if numbers.dtype.kind in "iu" and np.any(numbers != numbers.astype(dtype)):
                raise OverflowError(
                    f"{op} drew {numbers.flat[np.argmax(numbers != numbers.astype(dtype))]}, which "
                    f"does not fit into {dtype}: JAX has 64-bit integers only with floatX=float64"
                )
            return packed(generator), numbers.astype(dtype)

        results = (jax.ShapeDtypeStruct((PACKED,), "uint32"), jax.ShapeDtypeStruct(shape, dtype))
        state = jnp.asarray(state)
        return jax.pure_callback(on_host, results, state, *(arguments[k] for k in unknown))

    return draw


def _shape(op, size, arguments):
    """The shape of the numbers, which JAX must know before they are drawn."""
    if size:
        leading = size
    elif op.ndim_added:
        leading = np.broadcast_shapes(*map(np.shape, arguments[:-1]), np.shape(arguments[-1])[:-1])
    else:
        leading = np.broadcast_shapes(*map(np.shape, arguments))
    if not op.ndim_added:
        return (op.outtype.ndim - len(leading)) * (1,) + leading
    last = op.outtype.shape[-1]
    if last is None:
        # As long as the last argument, or, for a permutation, as the last argument says.
        last = np.shape(arguments[-1])[-1] if np.ndim(arguments[-1]) else int(arguments[-1])
    return (*leading, last)

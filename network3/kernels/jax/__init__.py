"""The JAX kernels; importing this package makes PyTensor's JAX backend use them.

A kernel is a function on JAX arrays with the arguments of its reference in `kernels.reference`.
Operators that only the C++ and Numba backends fuse have none: XLA fuses by itself.
"""

import jax.numpy as jnp
import numpy as np
from pytensor.link.jax.dispatch import jax_funcify

from network3.kernels.operator import KernelOp


@jax_funcify.register(KernelOp)
def _kernel_of(op, node, **kwargs):
    kernel = op.kernel_in("jax")
    properties = [getattr(op, name) for name in op.numbers + op.constants]

    def checked(*arrays):
        # Sizes that were not known when the graph was built are known when JAX traces it; its own
        # convolution gives an empty result where a filter does not fit.
        types = [x.type.clone(shape=np.shape(a)) for x, a in zip(node.inputs, arrays, strict=True)]
        op.check(*(t() for t in types))
        # Where JAX has 64-bit numbers, operators of PyTensor give float64 in a graph in float32.
        # Constant scalars come as Python's numbers.
        arrays = [jnp.asarray(a, t.dtype) for t, a in zip(types, arrays, strict=True)]
        return kernel(*arrays, *properties)

    return checked

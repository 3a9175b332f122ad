"""The JAX kernels; importing this package makes PyTensor's JAX backend use them.

A kernel is a function of JAX arrays, with the same arguments as its reference in
`kernels.reference`. Fused operators have no JAX kernel, because XLA does its own fusion.
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
        # All sizes are known now, so check them again: if a filter does not fit, JAX's convolution
        # returns an empty array.
        types = [x.type.clone(shape=np.shape(a)) for x, a in zip(node.inputs, arrays, strict=True)]
        op.check(*(t() for t in types))
        # If JAX has 64-bit numbers, PyTensor's operators may give float64 in a float32 graph.
        # Constant scalars are Python numbers.
        arrays = [jnp.asarray(a, t.dtype) for t, a in zip(types, arrays, strict=True)]
        return kernel(*arrays, *properties)

    return checked

"""PyTensor's JAX linker, with shared variables that stay on the device.

PyTensor hands the value of every shared variable to JAX at every call; a NumPy array is then copied
to the device each time, for the images of MNIST 157 MB a call. Here a value is moved once: the
shared variable holds a JAX array from then on, until `bring_home`.
"""

import contextlib
import warnings
import weakref

import jax
import numpy as np
from pytensor.compile.mode import Mode
from pytensor.compile.sharedvalue import SharedVariable
from pytensor.link.jax.linker import JAXLinker

# The shared variables whose value a JAX function has moved to the device.
_away: "weakref.WeakSet[SharedVariable]" = weakref.WeakSet()


class DeviceMode(Mode):
    """A mode with a short name: PyTensor's own prints every rewrite it knows."""

    def __str__(self):
        return "network3's JAX mode"

    __repr__ = __str__


class DeviceLinker(JAXLinker):
    """Compiles for JAX; places each shared value on the device once."""

    def fgraph_convert(self, fgraph, *args, **kwargs):
        with _quiet():
            return super().fgraph_convert(fgraph, *args, **kwargs)

    def create_thunk_inputs(self, storage_map):
        self.cells = super().create_thunk_inputs(storage_map)
        return self.cells

    def jit_compile(self, fn):
        outputs, cells = self.fgraph.outputs, self.cells

        def traced(*values):
            with _quiet():
                return [_declared(r, v) for r, v in zip(fn(*values), outputs, strict=True)]

        compiled = super().jit_compile(traced)
        shared = [
            (k, variable)
            for k, variable in enumerate(self.fgraph.inputs)
            if isinstance(variable, SharedVariable)
        ]

        def call(*values):
            values = list(values)
            for k, variable in shared:
                if isinstance(values[k], np.ndarray):
                    values[k] = cells[k][0] = jax.device_put(values[k])
                    _away.add(variable)
            return compiled(*values)

        return call


def bring_home(variables=None):
    """Gives shared variables that JAX holds their value back as a writable NumPy array.

    All of them, or those among `variables`. Functions compiled for JAX move it out again.
    """
    for variable in list(_away) if variables is None else variables:
        cell = variable.container.storage
        if isinstance(cell[0], jax.Array):
            cell[0] = np.array(cell[0])
        _away.discard(variable)


def _declared(result, variable):
    """A result in its variable's dtype: where JAX has 64-bit numbers, some results of a graph in
    float32 come in float64. Shapes are Python's ints and generators are dicts; they stay."""
    return result.astype(variable.dtype) if isinstance(result, jax.Array) else result


@contextlib.contextmanager
def _quiet():
    """Keeps back what JAX and PyTensor say of every graph in float32 without meaning harm."""
    with warnings.catch_warnings():
        # int64 and float64 in the graph become 32-bit numbers, as meant where floatX is float32.
        warnings.filterwarnings("ignore", message="Explicitly requested dtype")
        # Shape checks cannot be traced; the sizes are known and were checked with the net.
        warnings.filterwarnings("ignore", message="Skipping Assert")
        yield

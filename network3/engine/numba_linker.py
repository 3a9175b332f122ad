"""PyTensor's Numba linker, but functions are compiled when they are created.

PyTensor compiles a function at its first call, which in a training is the first mini-batch, where
Ctrl-C is deferred.
"""

import inspect
from collections.abc import Sequence

import numba
import numpy as np
from numba.core import event
from pytensor.link.numba.dispatch.basic import get_numba_type, numba_funcify, numba_njit
from pytensor.link.numba.linker import NumbaLinker

from network3.engine import compilation
from network3.kernels import numba as kernels
from network3.kernels.numba.optimizing import optimized_once
from network3.ops.random_states import RandomFunction, RandomStateType, packed, unpacked


class Linker(NumbaLinker):
    """Compile for Numba: at once if all inputs have a value, otherwise at the first call."""

    def fgraph_convert(self, *args, **kwargs):
        kernels.made.clear()
        converted = super().fgraph_convert(*args, **kwargs)
        self.kernels = tuple(kernels.made)
        return converted

    def create_thunk_inputs(self, storage_map):
        self.cells = super().create_thunk_inputs(storage_map)
        return self.cells

    def jit_compile(self, fn):
        compiled, parts = super().jit_compile(fn), self.kernels
        states = [isinstance(x.type, RandomStateType) for x in self.fgraph.outputs]

        def call(*values):
            values = _arrays(values)
            if not compiled.overloads:
                _compile(compiled, values, parts)
            results = compiled(*values)
            if not any(states):
                return results
            return [unpacked(r) if s else r for r, s in zip(results, states, strict=True)]

        values = _arrays(cell[0] for cell in self.cells)
        if any(value is None for value in values):
            return call
        _compile(compiled, values, parts)
        return call if any(states) else compiled


def _arrays(values):
    """The values, with random states packed."""
    return tuple(packed(v) if isinstance(v, np.random.RandomState) else v for v in values)


@numba_funcify.register(RandomFunction)
def _random_function(op, node, **kwargs):
    """A draw by NumPy's legacy generator, in Python."""
    kinds = numba.types.Tuple((numba.uint32[::1], get_numba_type(node.outputs[1].type)))

    def in_python(state, size, *arguments):
        state = unpacked(state)
        drawn = op.drawn(state, np.asarray(size), [np.asarray(x) for x in arguments])
        return packed(state), drawn

    @numba_njit
    def draw(*inputs):
        with numba.objmode(results=kinds):
            results = in_python(*inputs)
        return results

    return draw


def _compile(function, values, parts):
    """Compile a function that PyTensor generated for the types of these values."""
    # A function that PyTensor keeps on disk has one parameter, *args.
    packed = inspect.getfullargspec(function.py_func).varargs
    progress = _Progress(parts)
    with optimized_once(), event.install_listener("numba:compile", progress):
        function.compile(tuple(map(numba.typeof, [values] if packed else values)))
    progress.end()


class _Progress(event.Listener):
    """Report how many kernels of a function are compiled; the function itself is one more part."""

    def __init__(self, kernels: Sequence) -> None:
        self.kernels, self.told = kernels, False

    def on_start(self, event):
        if not self.told:
            self._tell(0)

    def on_end(self, event):
        compiled = event.data["dispatcher"]
        for number, kernel in enumerate(self.kernels, start=1):
            if kernel is compiled:
                self._tell(number)

    def end(self):
        """Report that everything is compiled, if anything was."""
        if self.told:
            self._tell(len(self.kernels) + 1)

    def _tell(self, done):
        self.told = True
        compilation.tell("Numba", done, len(self.kernels) + 1)

"""PyTensor's Numba linker, but functions are compiled when they are created.

PyTensor compiles a function at its first call, which in a training is the first mini-batch, where
Ctrl-C is deferred.
"""

import inspect
from collections.abc import Sequence

import numba
from numba.core import event
from pytensor.link.numba.linker import NumbaLinker

from network3.engine import compilation
from network3.kernels import numba as kernels
from network3.kernels.numba.optimizing import optimized_once


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

        def call(*values):
            if not compiled.overloads:
                _compile(compiled, values, parts)
            return compiled(*values)

        values = tuple(cell[0] for cell in self.cells)
        if any(value is None for value in values):
            return call
        _compile(compiled, values, parts)
        return compiled


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

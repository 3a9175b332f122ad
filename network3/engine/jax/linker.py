"""PyTensor's JAX linker, with shared variables that stay on the device.

PyTensor passes the value of every shared variable to JAX at every call. A NumPy array is then
copied to the device each time; for the images of MNIST this is 157 MB per call. This linker copies
a value once: from then on the shared variable holds a JAX array, until `to_host` is called. Its
`get_value` still returns a NumPy array.
"""

import copy
import time
import weakref

import jax
import numpy as np
from pytensor.compile.mode import Mode
from pytensor.compile.sharedvalue import SharedVariable
from pytensor.link.jax.linker import JAXLinker

from network3.engine import compilation, interrupts
from network3.kernels.pytensor_versions import cell_of, patch, silenced
from network3.ops.conv2d import Conv2D, Conv2DFilterGradient, Conv2DInputGradient
from network3.ops.random_states import RandomStateType, packed, unpacked

# JAX warns that int64 and float64 in the graph become 32-bit numbers. This is intended if floatX is
# float32.
TRUNCATED_DTYPE = "Explicitly requested dtype"
CONVOLUTIONS = Conv2D | Conv2DFilterGradient | Conv2DInputGradient
STRETCH = 0.25  # seconds

# The shared variables whose values are on the device.
_away: "weakref.WeakSet[SharedVariable]" = weakref.WeakSet()


def _get_value(variable, borrow=False, return_internal_type=False):
    """Return the value as PyTensor does, but convert a JAX array to NumPy.

    The array may be read-only with `borrow`; `return_internal_type` returns the JAX array itself.
    """
    value = cell_of(variable)[0]
    if isinstance(value, jax.Array) and not return_internal_type:
        return np.asarray(value) if borrow else np.array(value)
    return value if borrow else copy.deepcopy(value)


patch(SharedVariable, "get_value", _get_value)


class DeviceMode(Mode):
    """A mode with a short name; PyTensor's modes print all their rewrites."""

    def __str__(self):
        return "network3's JAX mode"

    __repr__ = __str__


class DeviceLinker(JAXLinker):
    """Compile for JAX, and copy each shared value to the device once.

    With `on_host`, a function returns NumPy arrays, which the caller may modify.
    """

    def __init__(self, on_host=False):
        super().__init__()
        self.on_host = on_host

    def fgraph_convert(self, fgraph, *args, **kwargs):
        with silenced(TRUNCATED_DTYPE):
            return super().fgraph_convert(fgraph, *args, **kwargs)

    def create_thunk_inputs(self, storage_map):
        self.cells = super().create_thunk_inputs(storage_map)
        return self.cells

    def jit_compile(self, fn):
        outputs, cells = self.fgraph.outputs, self.cells

        def traced(*values):
            with silenced(TRUNCATED_DTYPE):
                return [_declared(r, v) for r, v in zip(fn(*values), outputs, strict=True)]

        compiled = super().jit_compile(traced)
        shared = [
            (k, variable)
            for k, variable in enumerate(self.fgraph.inputs)
            if isinstance(variable, SharedVariable)
        ]

        states = [
            k for k, x in enumerate(self.fgraph.inputs) if isinstance(x.type, RandomStateType)
        ]

        def placed(values):
            """Return the values, with shared ones moved to the device."""
            values = list(values)
            for k in states:
                if isinstance(values[k], np.random.RandomState):
                    values[k] = packed(values[k])
            for k, variable in shared:
                if isinstance(values[k], np.ndarray):
                    values[k] = cells[k][0] = jax.device_put(values[k])
                    _away.add(variable)
            return values

        first = _First()
        updates = dict(self.fgraph.update_mapping)
        returned = [self.on_host and k not in updates for k in range(len(outputs))]

        def call(*values):
            with first:
                results = compiled(*placed(values))
            return [
                _on_host(r, x) if host else r
                for r, x, host in zip(results, outputs, returned, strict=True)
            ]

        convolves = any(isinstance(node.op, CONVOLUTIONS) for node in self.fgraph.apply_nodes)
        call.repeat = _Repeat(traced, compiled, placed, cells, updates, convolves)
        return call


class _First:
    """A context that reports the first call of a function, in which JAX compiles it."""

    def __init__(self):
        self.done = False

    def __enter__(self):
        if not self.done:
            compilation.tell("JAX", 0, 1)

    def __exit__(self, kind, *_):
        if not self.done and kind is None:
            compilation.tell("JAX", 1, 1)
            self.done = True


class _Repeat:
    """Call a function without inputs repeatedly.

    The calls are compiled as a loop, so that nothing waits for Python. On an accelerator the loop
    makes all calls. On a CPU it makes as many as take about `STRETCH` seconds, so that Ctrl-C takes
    effect. A function with convolutions is called without a loop on a CPU, because XLA runs
    convolutions inside a loop on one thread, several times slower.
    """

    def __init__(self, traced, compiled, placed, cells, updates, convolves):
        self.compiled, self.placed, self.cells, self.updates = compiled, placed, cells, updates
        self.convolves = convolves
        self.per_call = STRETCH  # seconds
        self.first = _First()

        def loop(count, *values):
            def step(_, changing):
                inner = list(values)
                for k, value in zip(updates.values(), changing, strict=True):
                    inner[k] = value
                results = traced(*inner)
                return tuple(results[k] for k in updates)

            return jax.lax.fori_loop(0, count, step, tuple(values[k] for k in updates.values()))

        self.loop = jax.jit(loop)

    def __call__(self, count):
        values = self.placed(cell[0] for cell in self.cells)
        try:
            if accelerated():
                self._loop(count, values)
            elif self.convolves:
                self._call(count, values)
            else:
                self._loop_in_stretches(count, values)
        finally:  # keep the last values if Ctrl-C is pressed
            for k in self.updates.values():
                self.cells[k][0] = values[k]

    def _call(self, count, values):
        for _ in range(count):
            with self.first:
                results = self.compiled(*values)
            for result, k in self.updates.items():
                values[k] = results[result]
            interrupts.look()

    def _loop(self, count, values):
        with self.first:
            changed = self.loop(count, *values)
        for k, value in zip(self.updates.values(), changed, strict=True):
            values[k] = value

    def _loop_in_stretches(self, count, values):
        while count:
            calls = min(count, max(1, int(STRETCH / self.per_call)))
            start = time.perf_counter()
            self._loop(calls, values)
            jax.block_until_ready(values)
            self.per_call = (time.perf_counter() - start) / calls
            count -= calls
            interrupts.look()


def accelerated():
    """Return whether JAX computes on an accelerator."""
    return jax.default_backend() != "cpu"


def to_host(variables=None):
    """Copy shared variables, all or those given, from the device to writable NumPy arrays.

    Functions compiled for JAX copy them to the device again.
    """
    for variable in list(_away) if variables is None else variables:
        cell = cell_of(variable)
        if isinstance(cell[0], jax.Array):
            cell[0] = np.array(cell[0])
        _away.discard(variable)


def _on_host(result, variable):
    return unpacked(result) if isinstance(variable.type, RandomStateType) else np.array(result)


def _declared(result, variable):
    """Return a result in the dtype of its variable.

    If JAX has 64-bit numbers, some results of a float32 graph are float64. Only arrays are
    converted: shapes are Python ints, and generators are dicts.
    """
    return result.astype(variable.type.dtype) if isinstance(result, jax.Array) else result

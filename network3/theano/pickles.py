"""Read the pickles of Theano's time: arrays and shared variables, and nothing that runs.

Theano's pickles hold its own classes, of which each is answered here by one that only keeps what it
is given. Python 2's strings become `str` through latin1, as NumPy's arrays need it.
"""

import collections
import os
import pickle
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from pytensor.tensor import TensorType
from pytensor.tensor.sharedvar import TensorSharedVariable

from network3.data.unpickling import _FUNCTIONS as ARRAYS

CONTAINERS = (dict, list, tuple, set, frozenset)
# Where that is from which nothing is kept: graphs and functions, generators, sparse matrices.
LEFT_OUT = ("theano.", "numpy.random.", "scipy.sparse.")
# NumPy's types, which a graph names.
TYPES = (
    "bool_", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16",
    "float32", "float64", "complex64", "complex128",
)  # fmt: skip


def load_pickle(path: str | os.PathLike) -> Any:
    """Return what a pickle of Theano or of Python 2 holds, in the form in which it holds it.

    Parameters
    ----------
    path : str or PathLike
        A pickle that Theano wrote on Python 2 or 3, on a CPU or a GPU; not compressed.

    Returns
    -------
    object
        Arrays, numbers, strings and containers; shared variables, with their names and values in
        host memory; and tensor types. Compiled functions, graphs and other objects of Theano's,
        states of random numbers and sparse matrices are None, and a warning names their classes.

    Raises
    ------
    pickle.UnpicklingError
        If the pickle asks for anything else, such as a class of a program. Nothing of it has run.
    """
    with open(path, "rb") as file:
        unpickler = _Unpickler(file)
        found = _Finished()(unpickler.load())
    if unpickler.left_out:
        warnings.warn(
            f"{os.fspath(path)} holds {', '.join(sorted(unpickler.left_out))}: compiled functions, "
            "graphs, states of random numbers and sparse matrices cannot be read and are None "
            "here. Build the graph anew, and give its shared variables the values that were read",
            stacklevel=2,
        )
    return found


class _Unpickler(pickle.Unpickler):
    def __init__(self, file):
        super().__init__(file, encoding="latin1")
        self.left_out = set()

    def find_class(self, module: str, name: str) -> Any:
        known = ARRAYS.get((module.replace("numpy._core.", "numpy.core."), name))
        known = known or _NAMES.get((module, name))
        if known is None and f"{module}.".startswith(LEFT_OUT):
            self.left_out.add(f"{module}.{name}")
            return _LeftOut
        if known is None:
            raise pickle.UnpicklingError(
                f"it asks for {module}.{name}, but load_pickle reads arrays, plain containers and "
                "Theano's shared variables only. Objects of a program's own classes can be read by "
                "the program that wrote them, which can save their arrays"
            )
        return known


class _Kept:
    """An object of Theano's, which only has attributes."""

    def __setstate__(self, state: Any) -> None:
        vars(self).update(state if isinstance(state, dict) else {})


class _Type(_Kept):
    pass


class _Shared(_Kept):
    pass


class _LeftOut(_Kept):
    """What nothing is kept of, whatever a pickle does to it."""

    def __new__(cls, *arguments: Any, **named: Any) -> Any:
        return object.__new__(cls)

    def __init__(self, *arguments: Any, **named: Any):
        pass

    def __setstate__(self, state: Any) -> None:
        pass

    def __setitem__(self, key: Any, value: Any) -> None:
        pass

    append = extend = add = __setstate__


def _new(cls: Any, base: Any = None, state: Any = None) -> Any:
    """Stand for copy_reg._reconstructor, which protocols 0 and 1 call."""
    if not (isinstance(cls, type) and issubclass(cls, _Kept)):
        raise pickle.UnpicklingError(f"it makes a {cls!r} in a way that is not read")
    return cls.__new__(cls)


def _array(array: Any, context: Any = None) -> Any:
    """Stand for the functions that copied an array to a GPU."""
    return array


class _Finished:
    """Puts arrays, shared variables and None in the places of what the pickle made."""

    def __init__(self):
        self.made: dict[int, Any] = {}

    def __call__(self, obj: Any) -> Any:
        if id(obj) not in self.made:
            self.made[id(obj)] = obj  # a container may hold itself
            self.made[id(obj)] = self._finished(obj)
        return self.made[id(obj)]

    def _finished(self, obj):
        if isinstance(obj, np.ndarray):
            return obj.view(np.ndarray)
        if isinstance(obj, dict):
            pairs = [(self(key), self(value)) for key, value in obj.items()]
            obj.clear()
            obj.update(pairs)
        elif isinstance(obj, list):
            obj[:] = map(self, obj)
        elif isinstance(obj, CONTAINERS):
            return type(obj)(map(self, obj))
        elif isinstance(obj, _Shared):
            return self._shared(obj)
        elif isinstance(obj, _Type):
            return TensorType(getattr(obj, "dtype", "float32"), shape=_shape(obj))
        elif isinstance(obj, _Kept) or (isinstance(obj, type) and issubclass(obj, _Kept)):
            return None
        return obj

    def _shared(self, obj):
        try:
            value = np.asarray(self(obj.container.storage[0]))
            kind = TensorType(value.dtype, shape=_shape(obj.type))
        except (AttributeError, IndexError, TypeError) as error:
            raise pickle.UnpicklingError(f"it holds a damaged shared variable: {error}") from None
        return TensorSharedVariable(kind, value, strict=False, name=getattr(obj, "name", None))


def _shape(kind):
    return [1 if one else None for one in kind.broadcastable]


_NAMES: dict[tuple[str, str], Callable] = {
    ("collections", "OrderedDict"): collections.OrderedDict,
    ("copy_reg", "_reconstructor"): _new,
    ("copyreg", "_reconstructor"): _new,
    ("theano.gof.link", "Container"): _Kept,
    ("theano.gof.utils", "scratchpad"): _Kept,
    ("theano.sandbox.cuda.type", "CudaNdarrayType"): _Type,
    ("theano.sandbox.cuda.type", "CudaNdarray_unpickler"): _array,
    ("theano.sandbox.cuda.var", "CudaNdarraySharedVariable"): _Shared,
    ("theano.tensor.basic", "TensorType"): _Type,  # until Theano 0.5
    ("theano.tensor.sharedvar", "ScalarSharedVariable"): _Shared,
    ("theano.tensor.sharedvar", "TensorSharedVariable"): _Shared,
    ("theano.tensor.type", "TensorType"): _Type,
}
for _module in ("theano.gpuarray.type", "theano.sandbox.gpuarray.type"):
    _NAMES[_module, "GpuArrayType"] = _Type
    _NAMES[_module, "GpuArraySharedVariable"] = _Shared
    _NAMES[_module, "GpuArray_unpickler"] = _array
for _name in TYPES:
    _NAMES["numpy", _name] = getattr(np, _name)
for _module in ("__builtin__", "builtins"):
    for _type in (bytearray, complex, dict, frozenset, list, object, set, slice, tuple):
        _NAMES[_module, _type.__name__] = _type

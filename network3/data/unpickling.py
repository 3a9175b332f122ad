"""Unpickle NumPy arrays and plain containers, and nothing else.

A pickle is a program: it can import any function by its name and call it. Lists, tuples, dicts,
strings and numbers need no names, and arrays need only a few. This module replaces each of these
few names by a function that validates its arguments, and refuses every other name before anything
is imported. It also reads the pickles of Python 2, and of NumPy before and after ``numpy.core``
was renamed to ``numpy._core``.

References
----------
"Restricting Globals" in the documentation of Python's pickle module
"""

import math
import pickle
import re
import struct
from collections.abc import Callable
from io import BufferedIOBase
from types import SimpleNamespace
from typing import Any, ClassVar

import numpy as np

from network3.data import bounded

# The memory in bytes that every pickle may take, and that each instruction is assumed to take,
# because most instructions can create an object.
SPARE = 64 << 20
COUNTED, COUNTED_LITTLE = 256, 32
# The instructions for small numbers, for the memo, and those that only move objects.
LITTLE = b"KMJIFGN\x88\x89ghj012ae"
COSTS = [COUNTED_LITTLE if code in LITTLE else COUNTED for code in range(256)]
LARGEST_MEMO = 1 << 32
ARGUMENTS = 16  # NumPy's calls and states have fewer


def load(file: BufferedIOBase, most: int = 0) -> Any:
    """Return the object in a pickle, of any protocol.

    NumPy arrays and scalars may be booleans, integers or floats of up to 64 bits. Strings of
    Python 2 are decoded as latin1.

    Parameters
    ----------
    file : BufferedIOBase
        An open file.
    most : int
        How many bytes the objects may take in addition to `SPARE`, not counting strings and arrays
        that are in the file. It is a rough limit, because one byte of a pickle can create an object
        of 200 bytes.

    Raises
    ------
    pickle.UnpicklingError
        If the pickle contains anything else, which the message names, or its objects take more
        memory. Nothing in the pickle is executed.
    Exception
        If the pickle is damaged; as with `pickle.load`, it can be almost any error.
    """
    # The lengths of strings in a pickle may be false.
    bounded_file: Any = SimpleNamespace(
        read=lambda count: bounded.read(file, count), readline=file.readline
    )
    return _Unpickler(bounded_file, most + SPARE).load()


# The base class is Python's unpickler in Python, whose memo is a dict. In the one in C the memo is
# an array as long as the largest number in the pickle, so six bytes can take all memory.
class _Unpickler(pickle._Unpickler):
    stack: list
    metastack: list

    def __init__(self, file: Any, left: int) -> None:
        super().__init__(file, encoding="latin1")
        self.file, self.left = file, left

    def load(self) -> Any:
        """Do the same as the base class, and count the memory that the instructions take."""
        frame = pickle._Unframer  # type: ignore[attr-defined]
        self._unframer = frame(self.file.read, self.file.readline)
        read = self.read = self._unframer.read
        self.readinto, self.readline = self._unframer.readinto, self._unframer.readline
        self.metastack, self.stack, self.proto = [], [], 0
        self.append = self.stack.append
        dispatch, costs = self.dispatch, COSTS
        try:
            while code := read(1):
                self.left -= costs[code[0]]
                if self.left < 0:
                    self.spend(0)
                dispatch[code[0]](self)
        except pickle._Stop as stop:  # type: ignore[attr-defined]
            return stop.value
        raise EOFError("it ends too early")

    def spend(self, count: int) -> None:
        self.left -= count
        if self.left < 0:
            raise pickle.UnpicklingError(
                "its objects would take far more memory than images in a file of this size"
            )

    def find_class(self, module: str, name: str) -> Callable:
        function = _FUNCTIONS.get((module.replace("numpy._core.", "numpy.core."), name))
        if function is None:
            raise pickle.UnpicklingError(
                f"it asks for {module}.{name}, but only NumPy arrays of numbers "
                "and plain containers are read from a file"
            )
        return function

    def load_reduce(self):
        if len(self.stack[-1]) > ARGUMENTS:
            raise pickle.UnpicklingError(
                f"it calls a function with {len(self.stack[-1])} arguments"
            )
        super().load_reduce()
        result = self.stack[-1]  # may be a copy of one string that the pickle repeats many times
        self.spend(len(result) if isinstance(result, bytes) else 0)

    def load_build(self):
        state = self.stack.pop()
        if not isinstance(self.stack[-1], _Array | _DType) or len(state) > ARGUMENTS:
            raise pickle.UnpicklingError("it changes an object that is not a NumPy array")
        self.stack[-1].__setstate__(state)
        self.spend(getattr(self.stack[-1], "nbytes", 0))

    def load_bytearray8(self):
        # The base class allocates the length in the pickle before it reads anything.
        (length,) = struct.unpack("<Q", self.read(8))
        array = bytearray()
        while piece := self.read(min(length - len(array), bounded.PIECE)):
            array += piece
        self.append(array)

    # Numbers chosen to have equal hashes make Python's dicts and sets slow.
    def load_put(self):
        number = int(self.readline()[:-1])
        if not 0 <= number < LARGEST_MEMO:
            raise pickle.UnpicklingError(f"it gives an object the impossible number {number}")
        self.memo[number] = self.stack[-1]

    def load_setitem(self):
        self.check_keys(self.stack[-2:-1])
        super().load_setitem()

    def load_setitems(self):
        self.check_keys(self.stack[::2])
        super().load_setitems()

    def load_dict(self):
        self.check_keys(self.stack[::2])
        super().load_dict()

    def check_keys(self, keys: list) -> None:
        if not all(isinstance(key, str | bytes) for key in keys):
            raise pickle.UnpicklingError("it holds a dict whose keys are not strings")

    dispatch: ClassVar[Any] = {
        code: function
        for code, function in pickle._Unpickler.dispatch.items()
        if code not in (pickle.EMPTY_SET[0], pickle.FROZENSET[0])
    } | {
        pickle.REDUCE[0]: load_reduce,
        pickle.BUILD[0]: load_build,
        pickle.BYTEARRAY8[0]: load_bytearray8,
        pickle.PUT[0]: load_put,
        pickle.SETITEM[0]: load_setitem,
        pickle.SETITEMS[0]: load_setitems,
        pickle.DICT[0]: load_dict,
    }


class _Array(np.ndarray):
    """An array that a pickle creates first and fills later."""

    def __setstate__(self, state: tuple) -> None:
        *_, shape, dtype, is_fortran, raw = state
        dtype, raw = _dtype(dtype), _bytes(raw)
        whole = isinstance(shape, tuple) and all(type(n) is int and n >= 0 for n in shape[:65])
        if not whole or len(shape) > 64:
            raise pickle.UnpicklingError(f"it holds an array of the impossible shape {shape!r}")
        if math.prod(shape) * dtype.itemsize != len(raw):
            raise pickle.UnpicklingError(
                f"it holds {len(raw)} bytes for an array of {dtype} with shape {shape}"
            )
        checked: Any = (1, shape, dtype, bool(is_fortran), raw)  # 1: NumPy's version number
        super().__setstate__(checked)


class _DType:
    """A dtype that a pickle creates first, and whose byte order it sets later."""

    def __init__(self, code: str, align: bool = False, copy: bool = True) -> None:
        if not re.fullmatch("[biuf][1248]", code):  # objects ("O8") above all
            raise pickle.UnpicklingError(
                f"it holds NumPy's type {code!r}, but only numbers are read"
            )
        self.value = np.dtype(code)

    def __setstate__(self, state: tuple) -> None:
        self.value = self.value.newbyteorder(state[1])


def _reconstruct(subtype: Any, shape: Any, typecode: Any) -> _Array:
    # NumPy's function allocates memory for `shape`, which is not needed: __setstate__ receives the
    # real shape, dtype and data.
    return _Array(0, np.uint8)


def _frombuffer(raw: Any, dtype: Any, shape: Any, order: Any, axis_order: Any = None) -> np.ndarray:
    array = np.frombuffer(_bytes(raw), _dtype(dtype))
    if axis_order is None:
        return array.reshape(shape, order=order)
    return array.reshape(shape).transpose(axis_order)


def _scalar(dtype: Any, raw: Any) -> Any:
    return np.frombuffer(_bytes(raw), _dtype(dtype)).reshape(())[()]


def _ndarray(*arguments: Any) -> None:
    """Stand for numpy.ndarray, which pickles of arrays name but never call."""
    raise pickle.UnpicklingError("it calls numpy.ndarray")


def _encode(text: str, encoding: str) -> bytes:
    """Return the bytes that protocols 0 to 2 write as text."""
    if encoding != "latin1":
        raise pickle.UnpicklingError(f"it asks for the text encoding {encoding!r}")
    return text.encode("latin1")


def _no_bytes() -> bytes:
    """Return b"", which protocols 0 to 2 write as a call of bytes."""
    return b""


def _dtype(dtype: Any) -> np.dtype:
    if not isinstance(dtype, _DType):
        raise pickle.UnpicklingError(f"it holds an array whose dtype is a {type(dtype).__name__}")
    return dtype.value


def _bytes(raw: Any) -> bytes | bytearray:
    if isinstance(raw, str):  # Python 2's strings
        return raw.encode("latin1")
    if not isinstance(raw, bytes | bytearray):
        raise pickle.UnpicklingError(f"it holds an array whose data are a {type(raw).__name__}")
    return raw


_FUNCTIONS: dict[tuple[str, str], Callable] = {
    ("numpy", "ndarray"): _ndarray,
    ("numpy", "dtype"): _DType,
    ("numpy.core.multiarray", "_reconstruct"): _reconstruct,
    ("numpy.core.multiarray", "scalar"): _scalar,
    ("numpy.core.numeric", "_frombuffer"): _frombuffer,
    ("_codecs", "encode"): _encode,
    ("builtins", "bytes"): _no_bytes,
    ("__builtin__", "bytes"): _no_bytes,
}

"""theano.misc.pkl_utils: objects in a zip file, their arrays as .npy files beside the pickle.

`numpy.load` reads the arrays of such a file too. A shared variable's array has the variable's name.
"""

import io
import pickle
import zipfile
from collections.abc import Callable
from pickle import DEFAULT_PROTOCOL
from typing import Any, BinaryIO

import numpy as np
from pytensor.compile.sharedvalue import SharedVariable
from pytensor.misc.pkl_utils import StripPickler
from pytensor.tensor import TensorType
from pytensor.tensor.sharedvar import TensorSharedVariable

from network3.engine import backend
from network3.theano import absent

__all__ = [
    "DEFAULT_PROTOCOL",
    "PersistentNdarrayID",
    "PersistentNdarrayLoad",
    "PersistentSharedVariableID",
    "StripPickler",
    "dump",
    "load",
]


class PersistentNdarrayID:
    """Writes arrays to `zip_file` under the names array_0, array_1 and so on."""

    def __init__(self, zip_file: zipfile.ZipFile):
        self.zip_file = zip_file
        self.count = 0
        self.seen: dict[int, tuple[np.ndarray, str]] = {}  # with the array, to keep its id

    def _resolve_name(self, obj):
        self.count += 1
        return f"array_{self.count - 1}"

    def __call__(self, obj: Any) -> str | None:
        if type(obj) is not np.ndarray:
            return None
        if id(obj) not in self.seen:
            name = self._resolve_name(obj)
            with self.zip_file.open(name, "w", force_zip64=True) as file:
                np.lib.format.write_array(file, obj)
            self.seen[id(obj)] = obj, f"ndarray.{name}"
        return self.seen[id(obj)][1]


class PersistentSharedVariableID(PersistentNdarrayID):
    """Writes the arrays of shared variables under the variables' names: w, w_2, w_3 if they repeat.

    Raises
    ------
    ValueError
        If a variable has no name and `allow_unnamed` is false, or if a name repeats and
        `allow_duplicates` is false.
    """

    def __init__(
        self, zip_file: zipfile.ZipFile, allow_unnamed: bool = True, allow_duplicates: bool = True
    ):
        super().__init__(zip_file)
        self.allow_unnamed = allow_unnamed
        self.allow_duplicates = allow_duplicates
        self.ndarray_names: dict[int, str] = {}

    def _resolve_name(self, obj):
        name = self.ndarray_names.get(id(obj)) or super()._resolve_name(obj)
        taken = {"pkl", *self.zip_file.namelist()}
        unique, number = name, 1
        while unique in taken:
            if not self.allow_duplicates:
                raise ValueError(f"several shared variables are called {name!r}: give each its own")
            number += 1
            unique = f"{name}_{number}"
        return unique

    def __call__(self, obj: Any) -> str | None:
        if isinstance(obj, SharedVariable):
            if obj.name:
                self.ndarray_names[id(obj.container.storage[0])] = obj.name
            elif not self.allow_unnamed:
                raise ValueError(f"the shared variable {obj} has no name: give it one")
        return super().__call__(obj)


class PersistentNdarrayLoad:
    """Reads the arrays that a pickle in `zip_file` refers to."""

    def __init__(self, zip_file: zipfile.ZipFile):
        self.zip_file = zip_file
        self.cache: dict[str, np.ndarray] = {}

    def __call__(self, persid: str) -> np.ndarray:
        kind, name = persid.split(".", 1)
        if kind != "ndarray":
            raise pickle.UnpicklingError(
                f"the file holds the {kind} {name!r}: save it on a CPU, as a NumPy array"
            )
        if name not in self.cache:
            with self.zip_file.open(name) as file:
                self.cache[name] = np.lib.format.read_array(file, allow_pickle=True)
        return self.cache[name]


def dump(
    obj: Any,
    file_handler: BinaryIO,
    protocol: int = DEFAULT_PROTOCOL,
    persistent_id: Callable = PersistentSharedVariableID,
) -> None:
    """Pickle an object into a zip file, its arrays as files of their own.

    >>> with open("model.zip", "wb") as file:
    ...     dump([w, b], file)
    """
    backend.to_host()
    pickled = io.BytesIO()
    with zipfile.ZipFile(file_handler, "w", zipfile.ZIP_DEFLATED) as zip_file:
        _Pickler(pickled, protocol, persistent_id(zip_file)).dump(obj)
        zip_file.writestr("pkl", pickled.getvalue())


class _Pickler(pickle.Pickler):
    """Asks a function for the names of what is written elsewhere."""

    def __init__(self, file: BinaryIO, protocol: int, name_of: Callable):
        super().__init__(file, protocol)
        self.name_of = name_of

    def persistent_id(self, obj: Any) -> Any:
        return self.name_of(obj)


def load(f: BinaryIO, persistent_load: Callable = PersistentNdarrayLoad) -> Any:
    """Return the object in a zip file that `dump` wrote, this one or Theano's.

    A pickle can run any code: load only files that you trust.

    Raises
    ------
    pickle.UnpicklingError
        If Theano wrote the file and it holds more than arrays, shared variables and plain objects.
    """
    with zipfile.ZipFile(f) as zip_file:
        unpickler: Any = _Unpickler(io.BytesIO(zip_file.read("pkl")))
        unpickler.persistent_load = persistent_load(zip_file)
        return unpickler.load()


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if module.partition(".")[0] != "theano":
            return super().find_class(module, name)
        try:
            return _OF_THEANO[module, name]
        except KeyError:
            raise pickle.UnpicklingError(
                f"Theano wrote the file, with a {module}.{name} in it: of Theano's objects only "
                "shared variables can be read. numpy.load(file) gives all arrays in the file"
            ) from None


class _State:
    """One of Theano's objects, which only has attributes."""


class _Shared(TensorSharedVariable):
    def __new__(cls):
        return object.__new__(cls)

    def __setstate__(self, state):
        """Become the shared variable that Theano's was."""
        shape = [1 if one else None for one in state["type"].broadcastable]
        container = state["container"]
        self.__class__ = TensorSharedVariable
        self.__init__(
            TensorType(state["type"].dtype, shape=shape),
            container.storage[0],
            container.strict,
            allow_downcast=container.allow_downcast,
            name=state["name"],
        )


_OF_THEANO = {
    ("theano.gof.link", "Container"): _State,
    ("theano.gof.utils", "scratchpad"): _State,
    ("theano.tensor.sharedvar", "ScalarSharedVariable"): _Shared,
    ("theano.tensor.sharedvar", "TensorSharedVariable"): _Shared,
    ("theano.tensor.type", "TensorType"): _State,
}

__getattr__ = absent.names(
    __name__,
    {
        "CompatUnpickler": "pickle.Unpickler(file, encoding='latin1') reads Python 2's pickles",
        "PersistentGpuArrayID": "arrays are NumPy's, PersistentNdarrayID writes them",
        "zipadd": "use zipfile.ZipFile.writestr",
    },
)

"""`pickle` and `cPickle` in translated modules: Python 2's pickles are read, by latin1.

Files may be open for text, as they could be on most systems in Python 2.
"""

import io
import pickle
from pickle import (  # noqa: F401
    HIGHEST_PROTOCOL,
    PickleError,
    PicklingError,
    UnpicklingError,
    dumps,
)
from typing import Any


class Unpickler(pickle.Unpickler):
    """Reads strings of Python 2 by latin1, which NumPy's arrays need."""

    def __init__(self, file: Any, *, encoding: str = "latin1", **options: Any):
        super().__init__(_binary(file), encoding=encoding, **options)


class Pickler(pickle.Pickler):
    def __init__(self, file: Any, *arguments: Any, **options: Any):
        super().__init__(_binary(file), *arguments, **options)


def load(file: Any, **options: Any) -> Any:
    return Unpickler(file, **options).load()


def loads(data: bytes | str, **options: Any) -> Any:
    return load(io.BytesIO(data.encode("latin1") if isinstance(data, str) else data), **options)


def dump(obj: Any, file: Any, *arguments: Any, **options: Any) -> None:
    pickle.dump(obj, _binary(file), *arguments, **options)


def _binary(file):
    return file.buffer if isinstance(file, io.TextIOWrapper) else file

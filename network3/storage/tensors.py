"""Read and write arrays with metadata in safetensors files.

A safetensors file is a JSON header followed by numbers, so reading it executes nothing, and
`safetensors.numpy.load_file` reads the arrays without this package. The metadata in the header are
texts::

    kind      the kind of file, such as "network3 net"
    format    the version of this layout
    about     everything that belongs to the arrays, in JSON
    made by   the versions of the programs that wrote the file, in JSON
    checksum  SHA-256 of all of this, and of every array's name, dtype, shape and numbers

References
----------
https://huggingface.co/docs/safetensors, "Format"
"""

import hashlib
import json
import os
import textwrap
from collections.abc import Mapping
from typing import Any, BinaryIO

import numpy as np
import safetensors.numpy
from safetensors import SafetensorError

from network3.data import files
from network3.storage.versions import versions

FORMAT = "1"
FIELDS = {"kind", "format", "about", "made by", "checksum"}
DTYPES = {"bool", "float16", "float32", "float64"} | {
    f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)
}

# The largest header in bytes, and the memory that it may take in addition to the file's size. A
# parsed header can be thirty times as large: PARSED has about the bytes of Python's lists and dicts
# for each of these characters.
LARGEST_HEADER = 16 << 20
PARSED = {b",": 40, b"[": 64, b"{": 64, b":": 250}


def write(
    path: str | os.PathLike, kind: str, arrays: Mapping[str, np.ndarray], about: Mapping[str, Any]
) -> None:
    """Write a file that `read` reads; an existing file is replaced atomically.

    Parameters
    ----------
    path : path
    kind : "network3 net" or "network3 checkpoint"
    arrays : {name: array}
        Booleans, integers or floats of up to 64 bits, of any shape.
    about : dict
        Anything that JSON can store: dicts, lists, strings, numbers, None.

    Raises
    ------
    OSError
        If the file cannot be written.
    TypeError
        If an array has another dtype, or JSON cannot store `about`.
    ValueError
        If `about` is too long.
    """
    arrays = {name: np.array(array, order="C") for name, array in arrays.items()}
    for name, array in arrays.items():
        if array.dtype.name not in DTYPES:
            raise TypeError(
                f"{path} was not written: {name} has the dtype {array.dtype}, but a file can hold "
                f"only booleans, integers and floats of up to 64 bits"
            )
    labels = {
        "kind": kind,
        "format": FORMAT,
        "about": _json(path, about),
        "made by": json.dumps(versions("pytensor", "numpy")),
    }
    metadata = {**labels, "checksum": _checksum(labels, arrays)}
    content = safetensors.numpy.save(arrays, metadata)
    header = content[8 : 8 + int.from_bytes(content[:8], "little")]
    if _too_large(header, len(content)):
        raise ValueError(
            f"{path} was not written: its header of {len(header)} bytes is too large, usually "
            f"because of a history of tens of thousands of epochs: save the history by itself, "
            f"with to_json"
        )
    files.replace(path, content)


def read(path: str | os.PathLike, kind: str) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Return the arrays and the dict `about` of a file.

    Everything is validated first. Sizes in the header never determine how much memory is allocated.

    Raises
    ------
    OSError
        If the file cannot be read.
    ValueError
        If it is damaged, of another kind, in another format, or was not written by network3.
    """
    with open(path, "rb") as file:
        labels = _labels(path, file, os.fstat(file.fileno()).st_size)
        checksum = labels.pop("checksum")
        _check_kind(path, kind, labels)
        file.seek(0)
        try:
            arrays = safetensors.numpy.load(file.read())
        # KeyError: safetensors knows dtypes that NumPy does not.
        except (SafetensorError, KeyError) as error:
            raise _damaged(path, str(error)) from error
    if _checksum(labels, arrays) != checksum:
        raise _damaged(path, "its checksum does not match")
    return arrays, _object(path, labels["about"])


def _labels(path, file: BinaryIO, size: int) -> dict[str, str]:
    """Return the metadata of an open file."""
    length = int.from_bytes(file.read(8), "little")
    if not 2 <= length <= min(size - 8, LARGEST_HEADER):
        raise ValueError(f"{path} is incomplete, or not a file that network3 wrote")
    header = file.read(length)
    if _too_large(header, size):
        raise _damaged(path, "its header is too large")
    labels = _object(path, header).get("__metadata__")
    if (
        not isinstance(labels, dict)
        or labels.keys() != FIELDS
        or not all(isinstance(text, str) for text in labels.values())
        or not all(labels[name].isprintable() for name in ("kind", "format"))
        or len(labels["kind"] + labels["format"]) > 300  # error messages quote them
    ):
        raise ValueError(f"{path} is not a file that network3 wrote, or it is damaged")
    return labels


def _check_kind(path, kind, labels):
    if labels["format"] != FORMAT:
        raise ValueError(
            f"{path} is in format {labels['format']!r}, but this network3 reads format {FORMAT}: "
            f"install the network3 that wrote it, or a newer one"
        )
    if labels["kind"] != kind:
        raise ValueError(f"{path} is a {labels['kind']}, but must be a {kind}: give another file")


def _object(path, text: str | bytes) -> dict[str, Any]:
    """Parse a JSON text that must be a dict."""
    try:
        value = json.loads(text, object_pairs_hook=_without_repetition)
    except (ValueError, RecursionError) as error:
        raise _damaged(path, str(error)) from error
    if not isinstance(value, dict):
        raise _damaged(path, f"a {type(value).__name__} is in place of a dict")
    return value


def _without_repetition(pairs):
    # Readers differ in which of two values with one name they use, so validating one is not enough.
    if len(dict(pairs)) < len(pairs):
        raise ValueError("its header has a name twice")
    return dict(pairs)


def _too_large(header: bytes, size: int) -> bool:
    """Return true if a header is too large, or takes too much memory once it is parsed."""
    parsed = sum(header.count(mark) * length for mark, length in PARSED.items())
    return len(header) > LARGEST_HEADER or parsed > size + LARGEST_HEADER


def _checksum(labels, arrays):
    names = sorted(arrays)
    table = [[name, arrays[name].dtype.str, arrays[name].shape] for name in names]
    digest = hashlib.sha256(json.dumps([labels, table], sort_keys=True).encode())
    for name in names:
        digest.update(arrays[name].tobytes())
    return digest.hexdigest()


def _json(path, about):
    try:
        # A callback may have added NumPy scalars to the history.
        return json.dumps(about, separators=(",", ":"), default=np.generic.item)
    except (TypeError, ValueError, RecursionError) as error:
        raise TypeError(
            f"{path} was not written: the config() of layers, and the history, must consist of "
            f"dicts, lists, strings, numbers and None ({error})"
        ) from error


def _damaged(path, why):
    why = textwrap.shorten(why, 500, placeholder=" ...")  # it may quote the file
    return ValueError(f"{path} is damaged ({why}): use another copy of it")

"""Arrays and what is to be said about them, in one file in the format safetensors.

Such a file is a header in JSON, then numbers: reading it runs nothing. The header's metadata hold,
as text,

    kind      what the file is, such as "network3 net"
    format    the version of this layout
    about     what goes with the arrays, in JSON
    made by   the versions of what wrote it, in JSON
    checksum  SHA-256 of all of this, and of every array's name, dtype, shape and numbers

so that `safetensors.numpy.load_file` reads the arrays without this package.

Source: https://huggingface.co/docs/safetensors, "Format".
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

from network3.storage import files
from network3.storage.versions import versions

FORMAT = "1"
FIELDS = {"kind", "format", "about", "made by", "checksum"}
DTYPES = {"bool", "float16", "float32", "float64"} | {
    f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)
}

# The longest header, and what it may need in memory beyond the file's size. Parsed, a header can be
# thirty times as long: every mark stands for about so many bytes of Python's lists and dicts.
LARGEST_HEADER = 16 << 20
PARSED = {b",": 40, b"[": 64, b"{": 64, b":": 250}


def write(
    path: str | os.PathLike, kind: str, arrays: Mapping[str, np.ndarray], about: Mapping[str, Any]
) -> None:
    """Writes a file that `read` reads; one that is there stays until the new one is whole.

    Parameters
    ----------
    kind : "network3 net" or "network3 checkpoint"
    arrays : {name: array of booleans, integers or floats of up to 64 bits, of any shape}
    about : what JSON can say: dicts, lists, strings, numbers, None

    Raises
    ------
    OSError
        Where the file cannot be written.
    TypeError
        For arrays of another dtype, and what JSON cannot say.
    ValueError
        Where `about` is too long.
    """
    arrays = {name: np.array(array, order="C") for name, array in arrays.items()}
    for name, array in arrays.items():
        if array.dtype.name not in DTYPES:
            raise TypeError(
                f"{path} was not written: {name} has the dtype {array.dtype}, and a file holds "
                f"booleans, integers and floats of up to 64 bits"
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
            f"{path} was not written: {len(header)} bytes are too much to say about arrays; a "
            f"history of tens of thousands of epochs is the usual reason: save it by itself"
        )
    files.replace(path, content)


def read(path: str | os.PathLike, kind: str) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Gives back the arrays and what was said about them.

    Nothing is believed before it is checked; what a header promises is never made room for.

    Raises
    ------
    OSError
        Where the file cannot be read.
    ValueError
        Where it is damaged, of another kind, in another format, or not network3's.
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
        raise _damaged(path, "its checksum is another")
    return arrays, _object(path, labels["about"])


def _labels(path, file: BinaryIO, size: int) -> dict[str, str]:
    """The metadata of an open file."""
    length = int.from_bytes(file.read(8), "little")
    if not 2 <= length <= min(size - 8, LARGEST_HEADER):
        raise ValueError(f"{path} is cut short, or not a file that network3 wrote")
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
            f"{path} is in format {labels['format']!r} and this network3 reads format {FORMAT}: "
            f"install the network3 that wrote it, or a newer one"
        )
    if labels["kind"] != kind:
        raise ValueError(f"{path} is a {labels['kind']}, and what was wanted is a {kind}")


def _object(path, text: str | bytes) -> dict[str, Any]:
    """The dict that a JSON text says."""
    try:
        value = json.loads(text, object_pairs_hook=_without_repetition)
    except (ValueError, RecursionError) as error:
        raise _damaged(path, str(error)) from error
    if not isinstance(value, dict):
        raise _damaged(path, f"a {type(value).__name__} stands where a dict must")
    return value


def _without_repetition(pairs):
    # Readers differ in which of two values counts: what one has checked, another would not use.
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a name stands twice in its header")
    return dict(pairs)


def _too_large(header: bytes, size: int) -> bool:
    """Whether a header is too long, or takes too much memory once it is parsed."""
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
        # Numbers of NumPy's own types, as a callback may put them into a history, become Python's.
        return json.dumps(about, separators=(",", ":"), default=np.generic.item)
    except (TypeError, ValueError, RecursionError) as error:
        raise TypeError(
            f"{path} was not written: what a layer's config() gives, and what a history holds, "
            f"must be dicts, lists, strings, numbers or None ({error})"
        ) from error


def _damaged(path, why):
    why = textwrap.shorten(why, 500, placeholder=" ...")  # it may quote what the file says
    return ValueError(f"{path} is damaged ({why}): use another copy of it")

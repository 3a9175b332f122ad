"""Load MNIST, or data of the same form, into shared variables."""

import gzip
import pickle
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytensor
from pytensor.compile.sharedvalue import SharedVariable

from network3.data import unpickling
from network3.data.download import download_mnist

Data = tuple[SharedVariable, SharedVariable]


def load_data_shared(filename: str | Path = "../data/mnist.pkl.gz") -> list[Data]:
    """Return the training, validation and test data, each a pair of shared variables.

    A pair holds images (n, pixels), floatX, in [0, 1) for MNIST, one image a row, and labels (n,),
    int32, 0..9. MNIST has 50,000, 10,000 and 10,000 images of 28 x 28 = 784 pixels.

    The file is a gzipped pickle of three pairs (images, labels), as arrays or lists: floats and
    integers. If `filename` does not exist as given, a file of the same name is looked for in the
    data folder beside this package and then in the user's cache. mnist.pkl.gz itself, if it is
    nowhere, is downloaded into the cache (12 MB). The pickle cannot run code: see `unpickling`.

    Raises
    ------
    FileNotFoundError
        There is no such file in any of these places, and it is not MNIST's.
    OSError
        MNIST was nowhere and could not be downloaded, or the file could not be read.
    ValueError
        The file holds something else; the sentence says what and where.

    Source: chapter 6 of "Neural Networks and Deep Learning"; data/README.md for MNIST's own.
    """
    path = _find(Path(filename))
    triple = _read(path)
    if not _is_sequence_of(3, triple):
        raise ValueError(
            f"{path} holds {_describe(triple)}: it must hold three pairs (images, labels), "
            "for training, validation and testing."
        )
    names = ("training", "validation", "test")
    return [_share(path, name, pair) for name, pair in zip(names, triple, strict=True)]


def size(data: Data) -> int:
    """Return the number of images in a pair of `load_data_shared`."""
    return data[0].get_value(borrow=True).shape[0]


def _find(path: Path) -> Path:
    places = []
    for place in _places(path):
        if place.is_file():
            return place
        places.append(place)
    if path.name == "mnist.pkl.gz":
        cached = places[-1]
        download_mnist(cached)
        return cached
    raise FileNotFoundError(
        f"There is no file {' or '.join(map(str, places))}: give load_data_shared the path of "
        "your data, or no path to get MNIST."
    )


def _places(path: Path) -> Iterator[Path]:
    yield path
    yield Path(__file__).parents[2] / "data" / path.name
    import pooch  # here, for it is slow to import and seldom needed

    yield Path(pooch.os_cache("network3")) / path.name


def _read(path: Path) -> Any:
    try:
        with gzip.open(path) as file:
            try:
                content = unpickling.load(file)
            finally:  # gzip's checksum stands at the end: read on, for it explains most errors
                while file.read(1 << 20):
                    pass
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        why = str(error) or "it ends too early"
        raise ValueError(
            f"{path} is not a gzip file, or is damaged ({why}): get another copy, "
            "or compress it with gzip."
        ) from error
    except (OSError, MemoryError):
        raise
    except Exception as error:  # a damaged pickle can raise almost anything
        why = str(error) if isinstance(error, pickle.UnpicklingError) else repr(error)
        raise ValueError(
            f"{path} is not a pickle that can be read here ({why}): it must hold three pairs "
            "(images, labels) of NumPy arrays or lists."
        ) from error
    return content


def _share(path: Path, name: str, pair: Any) -> Data:
    if not _is_sequence_of(2, pair):
        raise ValueError(
            f"{path} holds {_describe(pair)} as {name} data: it must be a pair (images, labels)."
        )
    images = _images(f"{path} holds {name} images", pair[0])
    labels = _labels(f"{path} holds {name} labels", pair[1])
    if len(images) != len(labels):
        raise ValueError(
            f"{path} holds {len(images)} {name} images, but {len(labels)} labels: "
            "every image must have one label."
        )
    # The labels are stored as int32, where the original stored floats and cast them. Under JAX
    # a cast of all the labels would run at every call; a cast of int32 to int32 is no operation.
    return (
        pytensor.shared(images, name=f"{name}_images", borrow=True),
        pytensor.shared(labels, name=f"{name}_labels", borrow=True),
    )


def _images(where: str, values: Any) -> np.ndarray:
    array = _array(where, values)
    if array.ndim != 2 or array.dtype.kind != "f" or array.size == 0:
        raise ValueError(
            f"{where} as {_describe(array)}: they must be floats of shape (n, pixels), one image a "
            "row, such as images.reshape(n, -1) / 256 for grey levels."
        )
    with np.errstate(over="ignore"):  # what floatX cannot hold becomes infinite
        array = np.require(array, pytensor.config.floatX, ["C", "W"])
    if not np.isfinite([array.min(), array.max()]).all():  # min and max hand nan on
        raise ValueError(f"{where} with nan or infinite pixels: all pixels must be finite.")
    return array


def _labels(where: str, values: Any) -> np.ndarray:
    array = _array(where, values)
    if array.ndim != 1 or array.dtype.kind not in "iu":
        raise ValueError(
            f"{where} as {_describe(array)}: they must be integers of shape (n,), the digits 0..9 "
            "themselves, such as rows.argmax(axis=1) for rows with a one at the digit."
        )
    if array.size and (array.min() < 0 or array.max() > 9):
        raise ValueError(f"{where} from {array.min()} to {array.max()}: they must be 0..9.")
    return array.astype(np.int32)


def _array(where: str, values: Any) -> np.ndarray:
    try:
        return np.asarray(values)
    except ValueError as error:
        raise ValueError(
            f"{where} as {_describe(values)} that does not fit into one array ({error}): "
            "all its rows must have the same length."
        ) from error


def _is_sequence_of(length: int, value: Any) -> bool:
    return isinstance(value, tuple | list) and len(value) == length


def _describe(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"an array of {value.dtype} with shape {value.shape}"
    if isinstance(value, tuple | list):
        return f"a {type(value).__name__} of {len(value)}"
    return f"a {type(value).__name__}"

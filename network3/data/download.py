"""Build the book's mnist.pkl.gz from the four files that MNIST's mirrors serve.

MNIST was made by Y. LeCun, C. Cortes and C. Burges, http://yann.lecun.com/exdb/mnist/, where the
IDX format is described too: two zero bytes, a byte for the type (8: uint8), one for the number of
dimensions, each dimension as a big-endian 32-bit number, then the data.
"""

import gzip
import math
import os
import pickle
import struct
import tempfile
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

MIRRORS = (
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
)

# name: (size in bytes, SHA-256)
FILES = {
    "train-images-idx3-ubyte.gz": (
        9912422,
        "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    ),
    "train-labels-idx1-ubyte.gz": (
        28881,
        "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    ),
    "t10k-images-idx3-ubyte.gz": (
        1648877,
        "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    ),
    "t10k-labels-idx1-ubyte.gz": (
        4542,
        "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    ),
}


def download_mnist(
    path: Path,
    mirrors: Sequence[str] = MIRRORS,
    files: Mapping[str, tuple[int, str]] = FILES,
) -> None:
    """Download MNIST and write it to `path` as a gzipped pickle.

    The pickle holds the book's triple of training, validation and test data, each a pair of
    images (n, pixels), float32, k/256 for the grey level k, and labels (n,), int64, 0..9: the first
    50,000 of the training file, its last 10,000, and the test file. The four files stay in
    `path`'s folder, so that a download that broke off goes on where it stopped.

    Parameters
    ----------
    mirrors
        The addresses to try, in this order, each ending in a slash.
    files
        The size in bytes and the SHA-256 of the files of training images, training labels, test
        images and test labels, in this order, by name.

    Raises
    ------
    OSError
        No mirror delivered the files as `files` describes them.
    """
    failures: dict[str, Exception] = {}
    for mirror in mirrors:
        try:
            paths = [_retrieve(mirror + name, path.parent, *files[name]) for name in files]
            break
        except (OSError, ValueError) as error:  # pooch says ValueError to a wrong SHA-256
            failures[mirror] = error
    else:
        tried = " or from ".join(
            f"{mirror} ({textwrap.shorten(str(error), 100, placeholder='...')})"
            for mirror, error in failures.items()
        )
        raise OSError(
            f"MNIST could not be downloaded from {tried}: put mnist.pkl.gz into {path.parent} "
            "by hand, or give load_data_shared its path."
        ) from failures[mirrors[-1]]
    images, labels = _read_idx(paths[0], 3), _read_idx(paths[1], 1)
    test_images, test_labels = _read_idx(paths[2], 3), _read_idx(paths[3], 1)
    _write(
        path,
        (
            _pair(images[:50000], labels[:50000]),
            _pair(images[-10000:], labels[-10000:]),
            _pair(test_images, test_labels),
        ),
    )


def _retrieve(address: str, folder: Path, size: int, sha256: str) -> Path:
    """Return the path of the file in `folder`, downloaded if it is not there yet."""
    import pooch
    import requests

    def download(url: str, output_file: str, _: Any) -> None:
        # pooch looks at the SHA-256 only after the last byte; a mirror must not fill the disk
        # before that. "identity": the bytes as they are, not unzipped on the way.
        headers = {"Accept-Encoding": "identity"}
        with (
            requests.get(url, headers=headers, stream=True, timeout=30) as response,
            open(output_file, "wb") as output,
        ):
            response.raise_for_status()
            received = 0
            for chunk in response.iter_content(1 << 16):
                received += len(chunk)
                if received > size:
                    raise OSError(f"{url} sends more than the {size} bytes of the original")
                output.write(chunk)

    name = address.rpartition("/")[2]
    return Path(pooch.retrieve(address, sha256, name, folder, downloader=download))


def _read_idx(path: Path, dimensions: int) -> np.ndarray:
    """Return the uint8 array in a gzipped IDX file."""
    with gzip.open(path) as file:
        raw = file.read()
    start = 4 + 4 * dimensions
    if len(raw) < start or raw[:4] != bytes((0, 0, 8, dimensions)):
        raise ValueError(f"{path} is not an IDX file of uint8 with {dimensions} dimensions.")
    shape = struct.unpack_from(f">{dimensions}I", raw, 4)
    if math.prod(shape) != len(raw) - start:
        raise ValueError(f"{path} says its shape is {shape}, but holds {len(raw) - start} bytes.")
    return np.frombuffer(raw, np.uint8, offset=start).reshape(shape)


def _pair(images: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if len(images) != len(labels):
        raise ValueError(f"MNIST's files hold {len(images)} images, but {len(labels)} labels.")
    pixels = images.reshape(len(images), -1).astype(np.float32) / 256
    return pixels, labels.astype(np.int64)


def _write(path: Path, triple: tuple) -> None:
    """Write a gzipped pickle so that `path` holds all of it or is not touched."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with open(descriptor, "wb") as file, gzip.open(file, "wb", compresslevel=6) as zipped:
            pickle.dump(triple, zipped)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise

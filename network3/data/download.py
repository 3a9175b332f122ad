"""Download files, and build the book's mnist.pkl.gz from MNIST's four files on a mirror."""

import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from network3.data import idx, pickles

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

    The pickle holds the book's training, validation and test data: the first 50,000 images of the
    training file, its last 10,000, and the test file. Each is a pair of images (n, pixels),
    float32, k/256 for the grey level k, and labels (n,), int64, 0..9. The four downloaded files
    stay in the folder of `path`, so an interrupted download continues with the missing files.

    Parameters
    ----------
    path : Path
        The file to write.
    mirrors : sequence of str
        The addresses to try, in this order, each ending in a slash.
    files : {name: (size in bytes, SHA-256)}
        The files of training images, training labels, test images and test labels, in this order.

    Raises
    ------
    OSError
        If no mirror delivers the files that `files` describes, or `path` cannot be written.
    ValueError
        If the files are not images and labels in MNIST's format.
    """
    failures: dict[str, Exception] = {}
    for mirror in mirrors:
        try:
            paths = [retrieve(mirror + name, path.parent, *files[name]) for name in files]
            break
        except (OSError, ValueError) as error:  # pooch raises ValueError for a wrong SHA-256
            failures[mirror] = error
    else:
        tried = " or from ".join(
            f"{mirror} ({textwrap.shorten(str(error), 100, placeholder='...')})"
            for mirror, error in failures.items()
        )
        raise OSError(
            f"MNIST could not be downloaded from {tried}: put mnist.pkl.gz into {path.parent} "
            "yourself, or give its path."
        ) from failures[mirrors[-1]]
    pickles.write(path, tuple(_scaled(pair) for pair in idx.read(paths[0])))


def retrieve(address: str, folder: Path, size: int, sha256: str) -> Path:
    """Return the path of the file in `folder`, downloading it if it is missing.

    Raises
    ------
    OSError, ValueError
        If the address does not deliver the file with this size and SHA-256; nothing is then kept.
    """
    import pooch
    import requests

    def download(url: str, output_file: str, _: Any) -> None:
        # pooch checks the SHA-256 only at the end, and a mirror must not fill the disk before that.
        # "identity" asks for the bytes as they are, so that requests does not unzip them.
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


def _scaled(pair: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    images, labels = pair
    pixels = images.reshape(len(images), -1).astype(np.float32) / 256
    return pixels, labels.astype(np.int64)

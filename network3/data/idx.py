"""Read MNIST's own format: four files with images and labels for training and testing.

An IDX file has two zero bytes, a byte for the type (8: uint8), a byte for the number of dimensions,
each dimension as a big-endian 32-bit number, then the data.

References
----------
Y. LeCun, C. Cortes, C. Burges, http://yann.lecun.com/exdb/mnist/
"""

import math
import re
import struct
from pathlib import Path

import numpy as np

from network3.data import bounded
from network3.data.splitting import Pair, with_validation

# Examples: train-images-idx3-ubyte.gz, t10k-labels.idx1-ubyte, emnist-digits-test-images-idx3-ubyte
NAME = re.compile(r"(.*?)(train|t10k|test)-(images|labels)[-.]idx[13]-ubyte(\.gz)?", re.IGNORECASE)


def is_name(name: str) -> bool:
    """Return true if this is a name of one of the four files."""
    return NAME.fullmatch(name) is not None


def read(path: Path) -> list[Pair]:
    """Return three pairs of images (n, H, W) and labels (n,), uint8, from the four files.

    `path` is the folder of the files or the path of any of them; the files may be gzipped. The
    last sixth of the training data becomes the validation data.

    Raises
    ------
    FileNotFoundError
        If one of the four files is missing.
    ValueError
        If a file is damaged or holds something else, or the folder holds more than one set of four.
    """
    folder, prefix = path, None
    if not path.is_dir():
        match = NAME.fullmatch(path.name)
        assert match is not None, path
        folder, prefix = path.parent, match[1]
    files = _files(folder, prefix)
    training, test = [
        (read_array(files[kind, "images"], 3), read_array(files[kind, "labels"], 1))
        for kind in ("train", "test")
    ]
    return with_validation(files["train", "images"], training, test)


def read_array(path: Path, dimensions: int) -> np.ndarray:
    """Return the uint8 array of an IDX file, gzipped or not."""
    start = 4 + 4 * dimensions
    with bounded.unzipped(path) as file:
        header = file.read(start)
        if len(header) < start or header[:4] != bytes((0, 0, 8, dimensions)):
            raise ValueError(f"{path} is not an IDX file of uint8 with {dimensions} dimensions.")
        shape = struct.unpack_from(f">{dimensions}I", header, 4)
        count = math.prod(shape)
        if count > bounded.most(path):
            raise ValueError(f"{path} says its shape is {shape}, but is too small for that.")
        raw = bounded.read(file, count)
        if len(raw) < count or file.read(1):
            held = f"only {len(raw)}" if len(raw) < count else "more"
            raise ValueError(f"{path} says its shape is {shape}, but holds {held} bytes.")
    return np.frombuffer(raw, np.uint8).reshape(shape)


def _files(folder: Path, prefix: str | None) -> dict[tuple[str, str], Path]:
    """Return the four files by ("train" or "test", "images" or "labels")."""
    found: dict[tuple[str, str], Path] = {}
    for file in sorted(folder.iterdir()):
        match = NAME.fullmatch(file.name)
        if match is None or prefix not in (None, match[1]):
            continue
        role = ("train" if match[2].lower() == "train" else "test", match[3].lower())
        before = found.setdefault(role, file)  # a file sorts before its gzipped version
        if file.name not in (before.name, before.name + ".gz"):
            raise ValueError(
                f"{folder} holds {before.name} and {file.name}: give the path of the file you mean."
            )
    for kind in ("train", "test"):
        for part in ("images", "labels"):
            if (kind, part) not in found:
                raise FileNotFoundError(
                    f"{folder} holds no {kind} {part} in MNIST's format: four files are needed, "
                    "named like train-images-idx3-ubyte, train-labels-idx1-ubyte, "
                    "t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, gzipped or not."
                )
    return found

"""A copy of programs/book, with images: it lies on disk as the repository of the book's author."""

import gzip
import pickle
import shutil
from pathlib import Path

HERE = Path(__file__).resolve().parent
MNIST = HERE.parents[2] / "data" / "mnist.pkl.gz"


def copy(folder):
    """Copy the programs to a folder that does not exist, with the first few images of MNIST.

    Python 2's NumPy can read the images.
    """
    shutil.copytree(str(HERE / "programs" / "book"), str(folder))
    with gzip.open(str(MNIST), "rb") as file:
        parts = pickle.load(file, encoding="latin1")
    few = tuple((x[:n].copy(), y[:n].copy()) for (x, y), n in zip(parts, (45, 20, 20)))
    (folder / "data").mkdir()
    with gzip.open(str(folder / "data" / "mnist.pkl.gz"), "wb") as file:
        file.write(pickle.dumps(few, 2).replace(b"numpy._core", b"numpy.core"))

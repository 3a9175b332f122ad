"""Load MNIST, or data of one's own from a file, into shared variables."""

from collections.abc import Callable, Iterator
from pathlib import Path

from network3.data import csv, idx, npz, pickles
from network3.data.download import download_mnist
from network3.data.sharing import Data, share_part

EXPANDED = "mnist_expanded.pkl.gz"
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".ppm", ".pgm")


def load_data_shared(filename: str | Path = "../data/mnist.pkl.gz") -> list[Data]:
    """Return the training, validation and test data, each a pair of shared variables.

    A pair holds images (n, pixels), floatX, in [0, 1) for MNIST, one image a row, and labels (n,),
    int32, the classes from 0. MNIST has 50,000, 10,000 and 10,000 images of 28 x 28 = 784 pixels,
    and the labels 0..9.

    What the file is follows from its name:

    - the book's gzipped pickle of three pairs (images, labels), as arrays or lists, whatever the
      name, if it is none of the others. It cannot run code: see `unpickling`.
    - `.npz`: an archive of NumPy arrays, named as in Keras's mnist.npz, see `npz.read`.
    - a folder, or a file such as train-images-idx3-ubyte.gz: MNIST's own four files, see
      `idx.read`.
    - `.csv` or `.csv.gz`: a line is a label and the grey levels of an image, see `csv.read`.

    Images are as `share` takes them: whole numbers 0..255 or floats in [0, 1]; a pickle may hold
    any finite floats. Data that has no validation part gives the last sixth of its training part
    for it; data in one part is split in the order 5:1:1.

    If `filename` does not exist as given, a file of the same name is looked for in the current
    folder, in the data folder beside this package and then in the user's cache. mnist.pkl.gz
    itself, if it is nowhere, is downloaded into the cache (12 MB). mnist_expanded.pkl.gz is the
    book's five-fold set, which `network3 data expand` writes beside MNIST.

    Raises
    ------
    FileNotFoundError
        There is no such file in any of these places, and it is not MNIST's.
    OSError
        MNIST was nowhere and could not be downloaded, or the file could not be read.
    ValueError
        The file is damaged or holds something else; the sentence says what and where.

    Source: chapter 6 of "Neural Networks and Deep Learning"; data/README.md for MNIST's own.
    """
    path = find(Path(filename))
    read = _reader(path)
    names = ("training", "validation", "test")
    return [
        share_part(f"{path} holds", name, images, labels, any_range=read is pickles.read)
        for name, (images, labels) in zip(names, read(path), strict=True)
    ]


def size(data: Data) -> int:
    """Return the number of images in a pair of `load_data_shared`."""
    return data[0].get_value(borrow=True).shape[0]


def find(path: Path) -> Path:
    """Return where the file is, once MNIST is downloaded if that is what is wanted.

    Raises FileNotFoundError or OSError, as `load_data_shared`.
    """
    tried = []
    for place in places(path):
        if place.exists():
            return place
        tried.append(place)
    if path.name == "mnist.pkl.gz":
        cached = tried[-1]
        download_mnist(cached)
        return cached
    advice = "give the path of your data, or none to get MNIST."
    if path.name == EXPANDED:
        advice = "network3 data expand writes it."
    raise FileNotFoundError(f"There is no file {' or '.join(map(str, tried))}: {advice}")


def places(path: Path) -> Iterator[Path]:
    """Where a file is looked for, one place after the other; the last is the user's cache."""
    yield path
    if path.name != str(path):
        yield Path(path.name)
    yield Path(__file__).parents[2] / "data" / path.name
    import pooch  # here, for it is slow to import and seldom needed

    yield Path(pooch.os_cache("network3")) / path.name


def _reader(path: Path) -> Callable[[Path], list]:
    name = path.name.lower()
    if name.endswith(PICTURES):
        raise ValueError(
            f"{path} is a picture, not images with labels: network3.read_digit reads it, and "
            f"network3 predict tells which digit it shows."
        )
    if path.is_dir() or idx.is_name(name):
        return idx.read
    if name.endswith(".npz"):
        return npz.read
    if name.endswith((".csv", ".csv.gz")):
        return csv.read
    return pickles.read

"""Load MNIST, or your own data from a file, into shared variables."""

from collections.abc import Callable, Iterator
from pathlib import Path

from network3.data import csv, idx, npz, pickles
from network3.data.download import download_mnist
from network3.data.sharing import Data, share_part

EXPANDED = "mnist_expanded.pkl.gz"
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".ppm", ".pgm")


def load_data_shared(filename: str | Path = "../data/mnist.pkl.gz") -> list[Data]:
    """Return the training, validation and test data, each a pair of shared variables.

    MNIST has 50,000, 10,000 and 10,000 images of 28 x 28 = 784 pixels, and the labels 0..9.

    Parameters
    ----------
    filename : str or Path
        Its name determines the format:

        - ``.npz``: an archive of NumPy arrays, named x_train, y_train, x_test and y_test as in
          Keras's mnist.npz, and x_val and y_val if there is validation data; or images and labels.
        - ``.csv`` or ``.csv.gz``: each line has a label and the grey levels 0..255 of an image. If
          the name contains "train", the test data are in the file named with "test" instead, if
          there is one.
        - A folder, or a file such as train-images-idx3-ubyte.gz: MNIST's own four files, gzipped or
          not.
        - Any other name: the book's gzipped pickle of three pairs (images, labels), as arrays or
          lists. Nothing in the pickle is executed.

    Returns
    -------
    list of three pairs of shared variables
        A pair holds images (n, pixels), floatX, in [0, 1) for MNIST, and labels (n,), int32,
        classes from 0.

    Raises
    ------
    FileNotFoundError
        If there is no such file, and it is not mnist.pkl.gz.
    OSError
        If the file cannot be read, or MNIST cannot be downloaded.
    ValueError
        If the file is damaged or holds something else.

    Notes
    -----
    If `filename` does not exist, a file of the same name is searched for in the current folder, in
    the data folder beside this package and in the user's cache. If mnist.pkl.gz is in none of them,
    it is downloaded into the cache (12 MB). mnist_expanded.pkl.gz is the book's expanded data,
    which ``network3 data expand`` writes beside MNIST.

    Pixels are those that `share` accepts, whole numbers 0..255 or floats in [0, 1]; a pickle may
    also hold other finite floats. If there is no validation data, it is the last sixth of the
    training data. If all data are in one part, they are split, in their order, in the ratio 5:1:1.

    References
    ----------
    M. Nielsen, "Neural Networks and Deep Learning", chapter 6; data/README.md describes MNIST.
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
    """Return the path of a data file; download MNIST if that is the file, and it is missing.

    Raises
    ------
    FileNotFoundError, OSError
        As for `load_data_shared`.
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
    advice = "give the path of your data, or no path to get MNIST."
    if path.name == EXPANDED:
        advice = "run network3 data expand to create it."
    raise FileNotFoundError(f"There is no file {' or '.join(map(str, tried))}: {advice}")


def places(path: Path) -> Iterator[Path]:
    """Yield the paths that are searched for a file, in order; the last is the user's cache."""
    yield path
    if path.name != str(path):
        yield Path(path.name)
    yield Path(__file__).parents[2] / "data" / path.name
    import pooch  # slow to import and seldom needed

    yield Path(pooch.os_cache("network3")) / path.name


def _reader(path: Path) -> Callable[[Path], list]:
    name = path.name.lower()
    if name.endswith(PICTURES):
        raise ValueError(
            f"{path} is a picture, not images with labels: read it with network3.read_digit, or "
            f"classify it with the command network3 predict."
        )
    if path.is_dir() or idx.is_name(name):
        return idx.read
    if name.endswith(".npz"):
        return npz.read
    if name.endswith((".csv", ".csv.gz")):
        return csv.read
    return pickles.read

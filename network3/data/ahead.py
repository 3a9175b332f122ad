"""Make the images of the next epoch while those of this one are in use."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np


class Ahead:
    """The images of epoch after epoch, made one ahead by a thread of its own.

    An iterator without end, and a context manager that stops the thread.

    Parameters
    ----------
    make : function of an epoch and of `wanted`, giving the images of the epoch
        Where `wanted()` is False it may stop early, and give anything.
    first : int
        The epoch to begin with.

    An error of `make` is raised when the images of its epoch are asked for.
    """

    def __init__(self, make: Callable[[int, Callable[[], bool]], np.ndarray], first: int) -> None:
        self._make = make
        self._closed = False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="network3-epochs")
        self._begin(first)

    def __iter__(self) -> "Ahead":
        return self

    def __next__(self) -> np.ndarray:
        """The images of the next epoch; after `close` there are none."""
        if self._closed:
            raise StopIteration
        images = self._images.result()
        self._begin(self._epoch + 1)
        return images

    def __enter__(self) -> "Ahead":
        return self

    def __exit__(self, *exception: Any) -> None:
        self.close()

    def close(self) -> None:
        """Stops the thread, in the middle of an epoch if need be, and waits for that."""
        self._closed = True
        self._thread.shutdown()

    def _begin(self, epoch: int) -> None:
        self._epoch = epoch
        self._images = self._thread.submit(self._make, epoch, lambda: not self._closed)

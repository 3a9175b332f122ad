"""Create the images of the next epoch while those of the current one are in use."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np


class Ahead:
    """An endless iterator over the images of successive epochs, which a thread creates.

    The thread is always one epoch ahead. Leaving the context, as of a ``with``, stops it. If `make`
    raises an error, the iterator raises it in the epoch that it belongs to.

    Parameters
    ----------
    make : function (epoch, wanted) -> images
        Creates the images of an epoch. Once ``wanted()`` is false, it may stop early and return
        anything.
    first : int
        The first epoch.
    """

    def __init__(self, make: Callable[[int, Callable[[], bool]], np.ndarray], first: int) -> None:
        self._make = make
        self._closed = False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="network3-epochs")
        self._begin(first)

    def __iter__(self) -> "Ahead":
        return self

    def __next__(self) -> np.ndarray:
        """Return the images of the next epoch; after `close` there are none."""
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
        """Stop the thread, even in the middle of an epoch, and wait until it has ended."""
        self._closed = True
        self._thread.shutdown()

    def _begin(self, epoch: int) -> None:
        self._epoch = epoch
        self._images = self._thread.submit(self._make, epoch, lambda: not self._closed)

"""What SGD is called with, looked over."""

import numbers
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from network3.storage import files
from network3.training.progress import VERBOSE


@dataclass(frozen=True)
class Settings:
    """The arguments of SGD, besides the data; see there.

    `chance` is the share of the commonest label in the validation data, None where they are few.
    """

    dtype: str
    epochs: int
    eta: Any
    lmbda: Any
    verbose: str
    callbacks: Sequence[Any]
    patience: int | None
    restore_best_weights: bool
    momentum: float
    global_clipnorm: float | None
    checkpoint: Any
    every: int
    chance: float | None

    def __post_init__(self):
        """Raises ValueError, TypeError or OSError where an argument is not what it must be."""
        _whole_number("epochs", self.epochs, 0)
        _whole_number("every", self.every, 1)
        if self.patience is not None:
            _whole_number("patience", self.patience, 1)
        for name in ("eta", "lmbda"):
            if not callable(getattr(self, name)):
                _number(name, getattr(self, name), self.dtype)
        if not isinstance(self.momentum, numbers.Real) or not 0 <= self.momentum < 1:
            raise ValueError(f"SGD got momentum = {self.momentum!r}: it must lie in [0, 1)")
        if self.global_clipnorm is not None:
            _number("global_clipnorm", self.global_clipnorm, self.dtype)
            if self.global_clipnorm <= 0:
                raise ValueError(
                    f"SGD got global_clipnorm = {self.global_clipnorm!r}: it must be larger than 0,"
                    f" or None for no clipping"
                )
        if not isinstance(self.callbacks, Sequence):
            raise TypeError(
                f"SGD got callbacks = {self.callbacks!r}: it must be a list of objects with "
                f"methods such as on_epoch_end(net, history)"
            )
        if self.verbose not in VERBOSE:
            raise ValueError(
                f"SGD got verbose = {self.verbose!r}: it must be one of {', '.join(VERBOSE)}"
            )
        if self.checkpoint is not None and not isinstance(self.checkpoint, str | os.PathLike):
            raise TypeError(f"SGD got checkpoint = {self.checkpoint!r}: it must be a path or None")
        if self.checkpoint is not None:
            _place(self.checkpoint)

    def eta_of(self, epoch):
        """The learning rate of an epoch."""
        return self._of_epoch("eta", epoch)

    def lmbda_of(self, epoch):
        """The regularization parameter of an epoch."""
        return self._of_epoch("lmbda", epoch)

    @property
    def regularized(self):
        """Whether the cost has a regularization term."""
        return callable(self.lmbda) or self.lmbda != 0

    def _of_epoch(self, name, epoch):
        value = getattr(self, name)
        if not callable(value):
            return value
        number = value(epoch)
        _number(f"{name}({epoch})", number, self.dtype)
        return float(number)


def _place(path):
    """Raises OSError where a file could not be written, before an epoch is lost to it."""
    if not files.can_be_written(path):
        raise OSError(
            f"SGD got checkpoint = {os.fspath(path)!r}, which cannot be written: it must be a file "
            f"in a folder that exists and can be written to"
        )


def _number(name, value, dtype):
    largest = float(np.finfo(dtype).max)
    if not isinstance(value, numbers.Real) or not abs(value) <= largest:
        raise ValueError(f"SGD got {name} = {value!r}: it must be a finite {dtype}")


def _whole_number(name, value, least):
    if not isinstance(value, numbers.Integral) or value < least:
        raise ValueError(f"SGD got {name} = {value!r}: it must be a whole number, {least} or more")

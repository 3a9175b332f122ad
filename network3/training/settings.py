"""Validate the arguments of SGD, except the data."""

import os
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pytensor.graph.basic import Variable

from network3.checks.numbers import finite, share, whole_number
from network3.data import files
from network3.evaluation.fitting import value
from network3.training import callbacks
from network3.training.progress import VERBOSE


@dataclass(frozen=True)
class Settings:
    """The arguments of `Network.SGD`, which describes each of them.

    Raises
    ------
    TypeError, ValueError, OSError
        If an argument is not valid.
    """

    dtype: str
    epochs: int
    mini_batch_size: int
    eta: Any
    lmbda: Any = 0.0
    verbose: str = "lines"
    callbacks: Sequence[Any] = ()
    training_accuracy: bool = False
    patience: int | None = None
    restore_best_weights: bool = False
    momentum: float = 0.0
    global_clipnorm: float | None = None
    shuffle: bool = False
    expander: Any = None
    checkpoint: str | os.PathLike | None = None
    every: int = 1
    resume: bool = False

    def __post_init__(self) -> None:
        self._keep("epochs", whole_number("SGD", "epochs", self.epochs, 0))
        self._keep("every", whole_number("SGD", "every", self.every))
        if self.patience is not None:
            self._keep("patience", whole_number("SGD", "patience", self.patience))
        for name in ("eta", "lmbda"):
            given = getattr(self, name)
            if isinstance(given, Variable):
                self._rate(name, value(given))
            elif not callable(given):
                self._keep(name, self._rate(name, given))
        self._keep("momentum", share("SGD", "momentum", self.momentum))
        if self.global_clipnorm is not None:
            finite("SGD", "global_clipnorm", self.global_clipnorm, self.dtype)
            if self.global_clipnorm <= 0:
                raise ValueError(
                    f"SGD got global_clipnorm = {self.global_clipnorm!r}: it must be larger than 0,"
                    f" or None for no clipping"
                )
        callbacks.check(self.callbacks)
        if self.verbose not in VERBOSE:
            raise ValueError(
                f"SGD got verbose = {self.verbose!r}: it must be one of {', '.join(VERBOSE)}"
            )
        if self.expander is not None and (
            isinstance(self.expander, type) or not hasattr(self.expander, "epochs")
        ):
            raise TypeError(
                f"SGD got expander = {self.expander!r}: it must be an Expander, such as "
                f"network3.Expander(shift=1)"
            )
        if self.checkpoint is not None:
            _check_place(self.checkpoint)

    def _keep(self, name: str, value: Any) -> None:
        """Set an argument to its validated value; otherwise the settings are frozen."""
        object.__setattr__(self, name, value)

    def eta_of(self, epoch: int) -> float:
        """Return the learning rate of an epoch."""
        return self._of_epoch("eta", epoch)

    def lmbda_of(self, epoch: int) -> float:
        """Return the regularization parameter of an epoch."""
        return self._of_epoch("lmbda", epoch)

    @property
    def regularized(self) -> bool:
        """True if the cost has a regularization term."""
        return callable(self.lmbda) or isinstance(self.lmbda, Variable) or bool(self.lmbda != 0)

    def _of_epoch(self, name, epoch):
        given = getattr(self, name)
        if isinstance(given, Variable):
            return self._rate(name, value(given))
        return self._rate(f"{name}({epoch})", given(epoch)) if callable(given) else given

    def _rate(self, name, given):
        """Return a rate as a float; warn if it is negative, which the original accepted."""
        rate = finite("SGD", name, given, self.dtype)
        if rate < 0:
            effect = "the cost rises" if name.startswith("eta") else "the weights grow"
            warnings.warn(
                f"SGD got {name} = {rate:g}: with a negative value {effect}; give 0 or more",
                UserWarning,
                stacklevel=5,  # at the call of SGD
            )
        return rate


def _check_place(path):
    """Raise an error before training if the checkpoint cannot be written."""
    if not isinstance(path, str | os.PathLike):
        raise TypeError(f"SGD got checkpoint = {path!r}: it must be a path or None")
    if not files.can_be_written(path):
        raise OSError(
            f"SGD got checkpoint = {os.fspath(path)!r}, which cannot be written: it must be a file "
            f"in a folder that exists and can be written to"
        )

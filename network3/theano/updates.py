"""theano.updates: an ordered dict of updates, whose keys must be shared variables."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Any

from pytensor.compile.sharedvalue import SharedVariable

from network3.theano import absent

__all__ = ["OrderedUpdates"]


class OrderedUpdates(OrderedDict):
    """New values by shared variable, in the order of their insertion.

    `+` and `update` combine two of them.

    Raises
    ------
    TypeError
        If a key is not a shared variable.
    KeyError
        If `update` or `+` finds two different new values for one variable.
    """

    def __setitem__(self, variable: SharedVariable, value: Any) -> None:
        if not isinstance(variable, SharedVariable):
            raise TypeError(
                f"OrderedUpdates: got the key {variable!r}, but only shared variables can be "
                "updated"
            )
        super().__setitem__(variable, value)

    def update(self, other: Any = (), /) -> None:  # type: ignore[override]
        """Add the updates of `other`, which must not contradict the present ones."""
        for variable, value in _pairs(other):
            if variable in self and self[variable] is not value:
                raise KeyError(f"{variable} already has another update: give it only one")
            self[variable] = value

    def __add__(self, other: Any) -> "OrderedUpdates":
        both = OrderedUpdates()
        both.update(self)
        both.update(other)
        return both

    def __radd__(self, other: Any) -> "OrderedUpdates":
        both = OrderedUpdates()
        both.update(other)
        both.update(self)
        return both


def _pairs(updates: Any) -> Iterable[tuple]:
    if updates is None:
        return ()
    return list(updates.items()) if isinstance(updates, Mapping) else list(updates)


__getattr__ = absent.names(__name__)

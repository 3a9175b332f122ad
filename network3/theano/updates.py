"""theano.updates: OrderedUpdates, which knows that what it updates are shared variables."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Any

from pytensor.compile.sharedvalue import SharedVariable

from network3.theano import absent

__all__ = ["OrderedUpdates"]


class OrderedUpdates(OrderedDict):
    """New values by shared variable, in the order in which they were given; `+` joins two.

    Raises
    ------
    TypeError
        For a key that is not a shared variable.
    KeyError
        For two different values for one variable, in `update` and `+`.
    """

    def __setitem__(self, variable: SharedVariable, value: Any) -> None:
        if not isinstance(variable, SharedVariable):
            raise TypeError(
                f"OrderedUpdates got {variable!r} as a key: only shared variables can be updated"
            )
        super().__setitem__(variable, value)

    def update(self, other: Any = (), /) -> None:  # type: ignore[override]
        """Adds the pairs of another, which may not contradict those that are there."""
        for variable, value in _pairs(other):
            if variable in self and self[variable] is not value:
                raise KeyError(f"{variable} already has another update: give it one")
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

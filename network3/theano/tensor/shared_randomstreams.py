"""theano.tensor.shared_randomstreams: random variables that draw anew at every call."""

from typing import Any

import numpy as np
from pytensor.tensor.sharedvar import TensorSharedVariable
from pytensor.tensor.variable import TensorVariable

from network3.kernels.pytensor_versions import set_default_update
from network3.theano import absent
from network3.theano.tensor import raw_random

__all__ = [
    "RandomStateSharedVariable",
    "RandomStreams",
    "randomstate_constructor",
    "raw_random",
]


class RandomStateSharedVariable(TensorSharedVariable):
    """The state of one random variable: four uint32. `set_value` takes a RandomState of NumPy's
    too, as a seed."""

    def set_value(self, new_value, borrow=False):
        if isinstance(new_value, np.random.RandomState):
            new_value = state_from(new_value)
        super().set_value(new_value, borrow=borrow)


def randomstate_constructor(
    value, name=None, strict=False, allow_downcast=None, borrow=False
) -> RandomStateSharedVariable:
    """A shared state seeded by two draws from a copy of a RandomState of NumPy's.

    Raises
    ------
    TypeError
        For anything else.
    """
    if not isinstance(value, np.random.RandomState):
        raise TypeError(f"a random state got {value!r}, it needs a numpy.random.RandomState")
    copy = np.random.RandomState()
    copy.set_state(value.get_state())
    return shared_state(state_from(copy), name)


class RandomStreams(raw_random.RandomStreamsBase):
    """Random variables, each with a stream of its own.

    A function that is compiled from them draws anew at every call. Streams with one seed are alike,
    variable by variable in the order in which they are made, on every backend; their numbers are
    not Theano's.

    Parameters
    ----------
    seed : int from 0 to 2**32 - 1
        None: another one every time.
    """

    def __init__(self, seed=None):
        self.state_updates: list[tuple] = []
        self.default_instance_seed = seed
        self.gen_seedgen = np.random.RandomState(seed)

    def updates(self) -> list[tuple]:
        """Pairs of a state and the state that follows, for functions with `no_default_updates`."""
        return list(self.state_updates)

    def seed(self, seed=None) -> None:
        """Begins all streams anew, those of compiled functions too, by `seed` (None: the seed that
        the streams were made with)."""
        seeds = np.random.RandomState(self.default_instance_seed if seed is None else seed)
        for state, *_ in self.state_updates:
            state.set_value(state_from(seeds), borrow=True)

    def __getitem__(self, item) -> Any:
        return item.get_value(borrow=True)

    def __setitem__(self, item, val) -> None:
        item.set_value(val, borrow=True)

    def gen(self, op, *args, **kwargs) -> TensorVariable:
        """The variable of a stream of its own that `op(state, *args, **kwargs)` draws.

        `op` gives the following state and the variable, as the functions of `raw_random` do. The
        variable's attributes are `rng`, its state, and `update`.
        """
        state = shared_state(state_from(self.gen_seedgen))
        following, drawn = op(state, *args, **kwargs)
        drawn.rng = state
        drawn.update = (state, following)
        self.state_updates.append(drawn.update)
        set_default_update(state, following)
        return drawn


def state_from(seeds: np.random.RandomState) -> np.ndarray:
    """A stream's first state: a key of two words from NumPy, call 0."""
    return np.append(seeds.randint(2**32, size=2, dtype=np.uint32), np.zeros(2, np.uint32))


def shared_state(value: np.ndarray, name: str | None = None) -> RandomStateSharedVariable:
    """A shared variable for a state."""
    state = RandomStateSharedVariable(raw_random.random_state_type, value, strict=False, name=name)
    state.tag.is_rng = True
    return state


__getattr__ = absent.names(__name__)

"""theano.tensor.shared_randomstreams: random variables that draw anew at every call."""

from typing import Any

import numpy as np
from pytensor.compile.sharedvalue import SharedVariable, shared_constructor
from pytensor.tensor.variable import TensorVariable

from network3.kernels.pytensor_versions import cell_of, set_default_update
from network3.ops.random_states import copied, unpacked
from network3.theano import absent
from network3.theano.tensor import raw_random

__all__ = [
    "RandomStateSharedVariable",
    "RandomStreams",
    "randomstate_constructor",
    "raw_random",
]


class RandomStateSharedVariable(SharedVariable):
    """The state of one random variable, a `numpy.random.RandomState`.

    `get_value(borrow=True)` is the state itself: what its methods change, compiled functions see.
    """

    def get_value(self, borrow=False, return_internal_type=False):
        cell = cell_of(self)
        if type(cell[0]) is not np.random.RandomState:  # JAX has advanced it
            cell[0] = unpacked(cell[0])
        return cell[0] if borrow else copied(cell[0])

    def set_value(self, new_value, borrow=False):
        self.container.value = new_value if borrow else copied(new_value)


@shared_constructor.register(np.random.RandomState)
def randomstate_constructor(
    value, name=None, strict=False, allow_downcast=None, borrow=False
) -> RandomStateSharedVariable:
    """A shared variable that holds a copy of a RandomState, or itself if `borrow` is true.

    Raises
    ------
    TypeError
        For anything else.
    """
    if not isinstance(value, np.random.RandomState):
        raise TypeError(f"a random state got {value!r}, it needs a numpy.random.RandomState")
    return RandomStateSharedVariable(
        type=raw_random.random_state_type,
        value=value if borrow else copied(value),
        strict=strict,
        name=name,
    )


class RandomStreams(raw_random.RandomStreamsBase):
    """Random variables, each with a stream of its own.

    A function that is compiled from them draws anew at every call. The numbers are Theano's, digit
    for digit: each variable has a RandomState of its own, whose seed is the next that the seed of
    the streams gives, in the order in which the variables are made.

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
        the streams were made with). Variables made later are seeded as if it had not been called.
        """
        seeds = np.random.RandomState(self.default_instance_seed if seed is None else seed)
        for state, _ in self.state_updates:
            state.set_value(_next_state(seeds), borrow=True)

    def __getitem__(self, item) -> Any:
        return item.get_value(borrow=True)

    def __setitem__(self, item, val) -> None:
        item.set_value(val, borrow=True)

    def gen(self, op, *args, **kwargs) -> TensorVariable:
        """The variable of a stream of its own that `op(state, *args, **kwargs)` draws.

        `op` gives the following state and the variable, as the functions of `raw_random` do. The
        variable's attributes are `rng`, its state, and `update`.
        """
        state = randomstate_constructor(_next_state(self.gen_seedgen), borrow=True)
        state.tag.is_rng = True
        following, drawn = op(state, *args, **kwargs)
        drawn.rng = state
        drawn.update = (state, following)
        self.state_updates.append(drawn.update)
        set_default_update(state, following)
        return drawn


def _next_state(seeds: np.random.RandomState) -> np.random.RandomState:
    return np.random.RandomState(int(seeds.randint(2**30)))


__getattr__ = absent.names(__name__)

"""`random` in translated modules: a seed gives the numbers that it gave in Python 2.

Python 3 draws an integer below n from bits, Python 2 from a float. Both draw the same floats.
The functions share the generator of Python 3's.
"""

import random as today
from random import *  # noqa: F403
from random import seed as _seed
from typing import Any

FLOAT = 2**53  # a float of `random()` decides among so many integers


class Random(today.Random):  # type: ignore[no-redef]
    def seed(self, a: Any = None) -> None:  # type: ignore[override]
        """Start anew; strings are hashed as in Python 2."""
        super().seed(_hashed(a), version=1)

    def _randbelow(self, n: int) -> int:
        """Return an integer below n, for the methods that draw integers."""
        return int(self.random() * n) if n < FLOAT else super()._randbelow(n)  # type: ignore[misc]

    def shuffle(self, x: Any, random: Any = None) -> None:
        """Shuffle a list in place, by `random()` if that is given."""
        if random is None:
            return super().shuffle(x)
        for i in reversed(range(1, len(x))):
            j = int(random() * (i + 1))
            x[i], x[j] = x[j], x[i]

    def sample(self, population: Any, k: int) -> list:  # type: ignore[override]
        """Return k elements; a set or a dictionary was a population, too."""
        return super().sample(
            population if hasattr(population, "__getitem__") else list(population), k
        )


def seed(a: Any = None) -> None:  # type: ignore[no-redef]
    _seed(_hashed(a), version=1)


def _hashed(a):
    """What Python 3 accepts as a seed, for what Python 2 accepted."""
    return a if a is None or isinstance(a, int | float | str | bytes | bytearray) else hash(a)


_shared = Random()
_shared.random = today.random  # type: ignore[method-assign]
_shared.getrandbits = today.getrandbits  # type: ignore[method-assign]
choice, randint, randrange = _shared.choice, _shared.randint, _shared.randrange
sample, shuffle = _shared.sample, _shared.shuffle

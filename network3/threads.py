"""How many threads the C++ kernels use: one or all, whichever is faster at the moment.

The pieces that threads share last some ten microseconds. On a machine that is busy otherwise, a
thread may have to wait for milliseconds before it runs, the others wait for it, and a training is
ten times slower than with one thread. What is computed does not depend on the choice.
"""

import time
from collections.abc import Callable

from threadpoolctl import ThreadpoolController

from network3 import interrupts

STRETCH = 0.25  # seconds: how long a function runs before a user's interrupt is looked for
TRIAL = 0.004  # seconds for which another number of threads is tried
PAUSE = 2.0  # seconds from trial to trial


class Repeat:
    """Repeats a function with as many threads as are worth it.

    Parameters
    ----------
    run : function that repeats the function a given number of times
    libraries : list of what has threads, each with `num_threads` and `set_num_threads`; OpenMP by
        default
    """

    def __init__(self, run: Callable[[int], None], libraries=None) -> None:
        self.run = run
        self.seconds: dict[int, float] = {}  # for a call, by the number of threads, when last used
        self.tried = 0.0  # when another number of threads was tried last
        if libraries is None:
            # A function is compiled, so its kernels are loaded, and OpenMP with them.
            libraries = ThreadpoolController().select(user_api="openmp").lib_controllers
        self.libraries = libraries

    def __call__(self, count: int) -> None:
        """Repeats it `count` times; an interrupt by the user comes through between stretches."""
        before = [library.num_threads for library in self.libraries]
        most = max(before, default=1)
        current = None
        try:
            if count and not self.seconds:
                self.run(1)  # not timed: Numba compiles in the first call
                count -= 1
            while count:
                threads, duration = self._choose(most, current)
                for library in self.libraries:
                    library.set_num_threads(threads)
                if threads != current and count > 1:
                    self.run(1)  # not timed: threads wake, and fetch what they will work on
                    count -= 1
                current = threads
                calls = min(count, self._calls(duration))
                start = time.perf_counter()
                self.run(calls)
                self.seconds[threads] = (time.perf_counter() - start) / calls
                count -= calls
                interrupts.look()
        finally:
            for library, threads in zip(self.libraries, before, strict=True):
                library.set_num_threads(threads)

    def _choose(self, most, current):
        """A number of threads, and for how long. `current` is the number just used, None at first:
        a machine that did something else meanwhile says little about either number."""
        numbers = {1, most}
        new = numbers - self.seconds.keys()
        if new:
            return max(new), TRIAL
        best = min(numbers, key=self.seconds.__getitem__)
        if len(numbers) > 1 and current and time.perf_counter() - self.tried > PAUSE:
            self.tried = time.perf_counter()
            (other,) = numbers - {best}
            return other, TRIAL
        return best, STRETCH

    def _calls(self, duration):
        """How many calls last about so long; one where no call was ever timed."""
        slowest = max(self.seconds.values(), default=duration)
        return max(1, int(duration / slowest))

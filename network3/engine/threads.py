"""How many threads the C++ kernels use: one or all, whichever is faster at the moment.

The pieces that threads share last some ten microseconds. On a machine that is busy otherwise, a
thread may have to wait for milliseconds before it runs, the others wait for it, and a training is
ten times slower than with one thread. What is computed does not depend on the choice.

After a rest all is slow for a while, since threads wake and caches fill. What is tried then may
mislead, so it is tried again soon.
"""

import time
from collections.abc import Callable

from threadpoolctl import ThreadpoolController

from network3.engine import interrupts

STRETCH = 0.25  # seconds: how long a function runs before a user's interrupt is looked for
TRIAL = 0.004  # seconds for which another number of threads is tried
PAUSE = 2.0  # seconds from trial to trial, at most
WARM = 0.03  # seconds to the first trial after a rest of PAUSE; each pause is four times the last


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
        self.used = -PAUSE  # when the last call ended
        self.tried = 0.0  # when another number of threads was tried last
        self.pause = WARM  # until it is tried again
        if libraries is None:
            # A function is compiled, so its kernels are loaded, and OpenMP with them.
            libraries = ThreadpoolController().select(user_api="openmp").lib_controllers
        self.libraries = libraries

    def __call__(self, count: int) -> None:
        """Repeats it `count` times; an interrupt by the user comes through between stretches."""
        now = time.perf_counter()
        if now - self.used >= PAUSE:
            self.tried, self.pause = now, WARM
        before = [library.num_threads for library in self.libraries]
        most = max(before, default=1)
        warm = None  # the number of threads just used
        try:
            while count:
                threads, duration = self._choose(most)
                for library in self.libraries:
                    library.set_num_threads(threads)
                if threads != warm:
                    # Threads wake, and fetch what they will work on; Numba compiles.
                    first = self._seconds_for(1)
                    count -= 1
                    warm = threads
                calls = min(count, self._calls(duration, first))
                if calls:
                    self.seconds[threads] = self._seconds_for(calls)
                    count -= calls
                interrupts.look()
        finally:
            self.used = time.perf_counter()
            for library, threads in zip(self.libraries, before, strict=True):
                library.set_num_threads(threads)

    def _seconds_for(self, calls):
        """For each of so many calls."""
        start = time.perf_counter()
        self.run(calls)
        return (time.perf_counter() - start) / calls

    def _choose(self, most):
        """A number of threads, and for how long."""
        numbers = {1, most}
        new = numbers - self.seconds.keys()
        if new:
            return max(new), TRIAL
        best = min(numbers, key=self.seconds.__getitem__)
        now = time.perf_counter()
        if len(numbers) > 1 and now - self.tried >= self.pause:
            self.tried, self.pause = now, min(4 * self.pause, PAUSE)
            (other,) = numbers - {best}
            return other, TRIAL
        return best, min(STRETCH, self.pause)

    def _calls(self, duration, first):
        """How many calls last about so long, where the first took so many seconds."""
        return max(1, int(duration / max(self.seconds.values(), default=first)))

"""Choose the number of threads of the kernels: one or all, whichever is faster at the moment.

Threads share pieces of work that take about ten microseconds. On a machine that runs other
programs, a thread may have to wait for milliseconds before it runs, the others wait for it, and a
training is ten times slower than with one thread. The results do not depend on the choice.

After a pause everything is slow for a while, until the threads are awake and the caches are filled.
A measurement may then be misleading, so it is repeated soon.
"""

import time
from collections.abc import Callable

from threadpoolctl import ThreadpoolController

from network3.engine import interrupts

# In seconds:
STRETCH = 0.25  # how long a function runs between two checks for Ctrl-C
TRIAL = 0.004  # how long another number of threads is tried
PAUSE = 2.0  # the longest time from trial to trial
WARM = 0.03  # the time to the first trial after a pause; each further one is 4 times as long


class Repeat:
    """Call a function repeatedly, with one thread or all of them, whichever is faster.

    Parameters
    ----------
    run : function
        Takes a number, and calls the function that many times.
    libraries : list of objects, optional
        The libraries whose threads are limited; each has `num_threads` and `set_num_threads`. By
        default OpenMP.
    """

    def __init__(self, run: Callable[[int], None], libraries=None) -> None:
        self.run = run
        self.seconds: dict[int, float] = {}  # the last duration of a call, by number of threads
        self.used = -PAUSE  # the time when the last call ended
        self.tried = 0.0  # the time of the last trial of another number of threads
        self.pause = WARM  # the time until the next trial
        if libraries is None:
            # OpenMP is loaded by now, with the kernels of a compiled function.
            libraries = ThreadpoolController().select(user_api="openmp").lib_controllers
        self.libraries = libraries

    def __call__(self, count: int) -> None:
        """Call the function `count` times. Ctrl-C takes effect every `STRETCH` seconds."""
        now = time.perf_counter()
        if now - self.used >= PAUSE:
            self.tried, self.pause = now, WARM
        before = [library.num_threads for library in self.libraries]
        most = max(before, default=1)
        warm = None  # the number of threads used last
        try:
            while count:
                threads, duration = self._choose(most)
                for library in self.libraries:
                    library.set_num_threads(threads)
                if threads != warm:
                    # Do not count the first call: threads wake, caches fill, and Numba compiles.
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
        """Make calls and return the duration of one of them."""
        start = time.perf_counter()
        self.run(calls)
        return (time.perf_counter() - start) / calls

    def _choose(self, most):
        """Return a number of threads, and for how long to use it."""
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
        """Estimate how many calls fit into a duration, from earlier calls or from the first one."""
        return max(1, int(duration / max(self.seconds.values(), default=first)))

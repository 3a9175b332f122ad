"""Choose the number of threads of the kernels: one or all, whichever is faster at the moment.

Threads share pieces of work that take about ten microseconds. On a machine that runs other
programs, a thread may have to wait for milliseconds before it runs, the others wait for it, and a
training is ten times slower than with one thread. The results do not depend on the choice.

After a pause everything is slow for a while, until the threads are awake and the caches are filled.
A measurement may then be misleading, so it is repeated soon.
"""

import time
from collections.abc import Callable
from typing import Any

from threadpoolctl import ThreadpoolController

from network3.engine import interrupts

# In seconds:
STRETCH = 0.25  # how long a function runs between two checks for Ctrl-C
TRIAL = 0.004  # how long another number of threads is tried
PAUSE = 2.0  # the longest time from trial to trial
WARM = 0.03  # the time to the first trial after a pause; each further one is 4 times as long


class Choice:
    """The number of threads to use, by the durations of earlier calls."""

    patience = 0  # the shortest time between two trials, in calls of the slower number

    def __init__(self) -> None:
        self.seconds: dict[int, float] = {}  # the last duration of a call, by number of threads
        self.used = -PAUSE  # the time when the last call ended
        self.tried = 0.0  # the time of the last trial of another number of threads
        self.pause = WARM  # the time until the next trial

    def begin(self, now: float) -> None:
        """Note that calls begin. After a pause, try another number soon."""
        if now - self.used >= PAUSE:
            self.tried, self.pause = now, WARM

    def choose(self, most: int) -> tuple[int, float]:
        """Return a number of threads, and for how long to use it."""
        numbers = {1, most}
        new = numbers - self.seconds.keys()
        if new:
            return max(new), TRIAL
        best = min(numbers, key=self.seconds.__getitem__)
        now = time.perf_counter()
        (other,) = numbers - {best} or {best}
        pause = max(self.pause, self.patience * self.seconds[other])
        if other != best and now - self.tried >= pause:
            self.tried, self.pause = now, min(4 * self.pause, PAUSE)
            return other, TRIAL
        return best, min(STRETCH, self.pause)


class Repeat(Choice):
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
        super().__init__()
        self.run = run
        self.libraries = openmp() if libraries is None else libraries

    def __call__(self, count: int) -> None:
        """Call the function `count` times. Ctrl-C takes effect every `STRETCH` seconds."""
        self.begin(time.perf_counter())
        before = [library.num_threads for library in self.libraries]
        most = max(before, default=1)
        warm = None  # the number of threads used last
        try:
            while count:
                threads, duration = self.choose(most)
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

    def _calls(self, duration, first):
        """Estimate how many calls fit into a duration, from earlier calls or from the first one."""
        return max(1, int(duration / max(self.seconds.values(), default=first)))


def openmp() -> list:
    """Return the libraries of OpenMP, which are loaded with the kernels of a compiled function."""
    return ThreadpoolController().select(user_api="openmp").lib_controllers


class EachCall(Choice):
    """A context for each call of a function: one thread or all of them, whichever is faster.

    Parameters
    ----------
    find : function
        Returns the libraries, as for `Repeat`; it is called when the function is.

    Notes
    -----
    If the machine is so busy that any call may be interrupted for long, short measurements would
    often be wrong. Therefore the longest call of a measurement does not count, and trials are rarer
    if they are slow.
    """

    patience = 20

    def __init__(self, find: Callable[[], list] = openmp) -> None:
        super().__init__()
        self.find = find
        self.libraries: list | None = None
        self.most = self.threads = 1
        self.until = self.start = 0.0  # the time of the next choice, and when the call began
        self.total = self.longest = 0.0
        self.calls, self.cold = 0, True

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.find,)

    def __enter__(self) -> None:
        now = time.perf_counter()
        self.begin(now)
        if now >= self.until:
            self._choose_at(now)
        if self.threads != self.most:
            self._set(self.threads)
        self.start = now

    def __exit__(self, *_: object) -> None:
        self.used = now = time.perf_counter()
        if self.threads != self.most:
            self._set(self.most)
        if self.cold and now - self.start < TRIAL:  # see `Repeat`
            self.until += now - self.start
        else:
            self.total += now - self.start
            self.longest = max(self.longest, now - self.start)
            self.calls += 1
        self.cold = False

    def _choose_at(self, now):
        if self.libraries is None:
            self.libraries = self.find()
        if self.calls > 2:
            self.seconds[self.threads] = (self.total - self.longest) / (self.calls - 1)
        elif self.calls:
            self.seconds[self.threads] = self.total / self.calls
        self.most = max((library.num_threads for library in self.libraries), default=1)
        threads, duration = self.choose(self.most)
        self.cold, self.threads = threads != self.threads, threads
        self.until, self.calls = now + duration, 0
        self.total = self.longest = 0.0

    def _set(self, threads):
        for library in self.libraries:
            library.set_num_threads(threads)

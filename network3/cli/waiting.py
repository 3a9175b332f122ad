"""Show progress while a network is compiled."""

import time
from collections.abc import Callable
from typing import TextIO

from network3.training.progress import is_terminal

TAKES = {
    "C++": "in C++, which takes some 20 seconds the first time",
    "JAX": "with JAX, which takes some 10 seconds in each run",
    "Numba": "with Numba, which takes half a minute or more the first time",
}
PARTS = {"C++": "modules", "JAX": "functions", "Numba": "parts"}
EVERY = 15  # seconds between two lines, if the output is no terminal


class Waiting:
    """Print how much is compiled, as one line in a terminal, otherwise as a line now and then.

    Parameters
    ----------
    stream : function
        Returns the stream to print to.
    lines : bool
        If false, print only to a terminal.
    """

    def __init__(self, stream: Callable[[], TextIO | None], lines: bool = True) -> None:
        self.stream, self.lines = stream, lines
        self.printed: float | None = None  # time of the last line, by a monotonic clock

    def __call__(self, backend: str, done: int, parts: int) -> None:
        stream = self.stream()
        said = f"Compiling {TAKES[backend]}: {done} of {parts} {PARTS[backend]}"
        if stream is None or getattr(stream, "closed", False):
            return
        if is_terminal(stream):
            # Clear the line when everything is compiled.
            print(f"\r\x1b[K{said if done < parts else ''}", end="", file=stream, flush=True)
        elif self.lines and done < parts and self._is_time():
            print(f"{said}.", file=stream, flush=True)

    def _is_time(self):
        now = time.monotonic()
        if self.printed is not None and now < self.printed + EVERY:
            return False
        self.printed = now
        return True

"""Progress that is printed while a user waits for the compiler."""

import io

import pytest

from network3.cli.waiting import EVERY, Waiting


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_in_a_terminal_it_is_one_line_that_goes_when_all_is_compiled():
    terminal = Terminal()
    waiting = Waiting(lambda: terminal)
    for done in range(3):
        waiting("C++", done, 2)
    said = "Compiling in C++, which takes some 20 seconds the first time"
    to_the_start = "\r\x1b[K"  # and clear the line
    assert terminal.getvalue().split(to_the_start) == [
        "",
        f"{said}: 0 of 2 modules",
        f"{said}: 1 of 2 modules",
        "",
    ]


def test_in_a_file_a_line_comes_now_and_then(monkeypatch):
    file, clock = io.StringIO(), iter([0, 1, EVERY - 1, EVERY, EVERY + 1])
    monkeypatch.setattr("time.monotonic", lambda: next(clock))
    waiting = Waiting(lambda: file)
    for done in range(5):
        waiting("Numba", done, 5)
    waiting("Numba", 5, 5)
    said = "Compiling with Numba, which takes half a minute or more the first time"
    assert file.getvalue().splitlines() == [f"{said}: 0 of 5 parts.", f"{said}: 3 of 5 parts."]


@pytest.mark.parametrize("stream", [None, io.StringIO()])
def test_without_a_stream_to_print_to_nothing_is_printed(stream):
    """As under pythonw, which has no output, and if the output is closed."""
    if stream:
        stream.close()
    Waiting(lambda: stream)("JAX", 0, 1)


def test_commands_whose_output_programs_read_say_it_in_a_terminal_only():
    file = io.StringIO()
    Waiting(lambda: file, lines=False)("C++", 0, 1)
    assert file.getvalue() == ""

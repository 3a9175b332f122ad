"""Functions are called with one thread or all of them, whichever is faster."""

import pytest

from network3.engine import threads
from network3.engine.threads import EachCall, Repeat


class Machine:
    """A clock, a library with threads, and a function whose duration depends on their number."""

    def __init__(self, seconds, monkeypatch):
        self.seconds, self.now, self.num_threads = seconds, 0.0, 4
        self.calls = []  # (threads, calls), one pair for each run
        monkeypatch.setattr(threads.time, "perf_counter", lambda: self.now)

    def set_num_threads(self, number):
        self.num_threads = number

    def run(self, count):
        self.calls.append((self.num_threads, count))
        self.now += count * self.seconds[self.num_threads]

    def run_one_by_one(self, each_call, count):
        """Call the function as programs do, with work of their own between."""
        for _ in range(count):
            self.now += 1e-5
            with each_call:
                self.run(1)

    def share(self, number):
        """Return the share of the calls that used this number of threads."""
        total = sum(count for _, count in self.calls)
        return sum(count for threads, count in self.calls if threads == number) / total


@pytest.mark.parametrize("better, worse", [(4, 1), (1, 4)])
def test_nearly_all_calls_use_the_faster_number(better, worse, monkeypatch):
    machine = Machine({better: 1e-4, worse: 3e-4}, monkeypatch)
    Repeat(machine.run, [machine])(100_000)
    assert sum(count for _, count in machine.calls) == 100_000
    assert machine.share(better) > 0.98
    assert machine.share(worse) > 0


def test_it_changes_when_the_machine_becomes_busy_and_back(monkeypatch):
    machine = Machine({4: 1e-4, 1: 2e-4}, monkeypatch)
    repeat = Repeat(machine.run, [machine])
    for four_threads, faster in ((1e-4, 4), (5e-3, 1), (1e-4, 4)):
        machine.seconds[4] = four_threads
        repeat(50_000)
        machine.calls.clear()
        repeat(50_000)
        assert machine.share(faster) > 0.95


@pytest.mark.parametrize("cold", [0.005, 0.02])
def test_a_cold_start_does_not_choose(cold, monkeypatch):
    """Calls are slow for a while after other work, because threads sleep and caches are cold.

    Short trainings, each of which begins like this, return to four threads nevertheless.
    """
    machine = Machine({4: 5e-3, 1: 2e-3}, monkeypatch)
    start = 0.0

    def run(count):
        machine.calls.append((machine.num_threads, count))
        for _ in range(count):
            late = machine.now - start < cold * machine.num_threads
            machine.now += machine.seconds[machine.num_threads] * (10 if late else 1)

    repeat = Repeat(run, [machine])
    repeat(500)
    machine.seconds[4] = 1e-3
    for _ in range(10):
        machine.now += 20  # other programs run
        start = machine.now
        machine.calls.clear()
        repeat(500)
    assert machine.share(4) > 0.9


def test_short_calls_without_rests_between_change_too(monkeypatch):
    """Evaluations after every short epoch are such calls."""
    machine = Machine({4: 5e-3, 1: 2e-4}, monkeypatch)
    repeat = Repeat(machine.run, [machine])
    for four_threads, faster in ((5e-3, 1), (1e-4, 4)):
        machine.seconds[4] = four_threads
        for calls in (300, 300):
            machine.calls.clear()
            for _ in range(calls):
                repeat(50)
        assert machine.share(faster) > 0.95


def test_no_stretch_is_long(monkeypatch):
    """Ctrl-C must take effect soon."""
    machine = Machine({4: 1e-3, 1: 2e-3}, monkeypatch)
    Repeat(machine.run, [machine])(10_000)
    assert max(count * machine.seconds[number] for number, count in machine.calls) <= 0.5


def test_the_number_is_given_back_even_after_an_interrupt(monkeypatch):
    machine = Machine({4: 1e-4, 1: 1e-5}, monkeypatch)

    def run(count):
        machine.run(count)
        if machine.now > 0.5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Repeat(run, [machine])(1_000_000)
    assert machine.num_threads == 4


def test_a_user_who_allows_one_thread_gets_one(monkeypatch):
    machine = Machine({1: 1e-4}, monkeypatch)
    machine.num_threads = 1
    Repeat(machine.run, [machine])(10_000)
    assert machine.share(1) == 1


@pytest.mark.parametrize("better, worse", [(4, 1), (1, 4)])
def test_single_calls_use_the_faster_number_too(better, worse, monkeypatch):
    machine = Machine({better: 1e-4, worse: 3e-4}, monkeypatch)
    machine.run_one_by_one(EachCall(lambda: [machine]), 20_000)
    assert machine.share(better) > 0.97
    assert machine.share(worse) > 0
    assert machine.num_threads == 4


def test_single_calls_change_when_the_machine_becomes_busy_and_back(monkeypatch):
    machine = Machine({4: 1e-4, 1: 2e-4}, monkeypatch)
    each_call = EachCall(lambda: [machine])
    for four_threads, faster in ((1e-4, 4), (5e-2, 1), (1e-4, 4)):
        machine.seconds[4] = four_threads
        machine.run_one_by_one(each_call, 20_000)
        start = machine.now
        machine.calls.clear()
        machine.run_one_by_one(each_call, 20_000)
        assert machine.share(faster) > 0.95
        assert machine.now - start < 1.1 * 20_000 * (1e-5 + machine.seconds[faster])


def test_a_single_call_that_fails_gives_the_threads_back(monkeypatch):
    machine = Machine({4: 3e-4, 1: 1e-4}, monkeypatch)
    each_call = EachCall(lambda: [machine])
    machine.run_one_by_one(each_call, 1000)
    with pytest.raises(KeyboardInterrupt), each_call:
        assert machine.num_threads == 1
        raise KeyboardInterrupt
    assert machine.num_threads == 4

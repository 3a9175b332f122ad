"""Ctrl-C comes through where it is looked for, and nowhere else."""

import os
import signal
import threading

import pytest

from network3.engine import interrupts


def press_control_c():
    os.kill(os.getpid(), signal.SIGINT)


@pytest.fixture(autouse=True)
def handler():
    """Python's own, which a shell may have switched off."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    signal.signal(signal.SIGINT, before)


def test_it_waits_for_the_end():
    steps = []
    with pytest.raises(KeyboardInterrupt), interrupts.held_back():
        press_control_c()
        steps.append("after it")
    assert steps == ["after it"]


def test_it_comes_where_it_is_looked_for_once():
    steps = []
    with interrupts.held_back():
        interrupts.look()
        press_control_c()
        with pytest.raises(KeyboardInterrupt):
            interrupts.look()
        interrupts.look()
        steps.append("once")
    assert steps == ["once"]


def test_a_second_one_does_not_wait():
    with interrupts.held_back():
        press_control_c()
        with pytest.raises(KeyboardInterrupt):
            press_control_c()
        interrupts._pending = False


def test_outside_it_is_pythons_own():
    with interrupts.held_back():
        pass
    with pytest.raises(KeyboardInterrupt):
        press_control_c()


def test_a_handler_of_the_users_own_stays():
    came = []
    signal.signal(signal.SIGINT, lambda *_: came.append("theirs"))
    with interrupts.held_back():
        press_control_c()
    assert came == ["theirs"]
    signal.signal(signal.SIGINT, signal.default_int_handler)


def test_in_another_thread_nothing_is_changed():
    worked = []

    def work():
        with interrupts.held_back():
            worked.append(signal.getsignal(signal.SIGINT) is signal.default_int_handler)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert worked == [True]

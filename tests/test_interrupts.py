"""Ctrl-C takes effect only where the code checks for it."""

import os
import signal
import threading

import numpy as np
import pytest
from small_nets import shared, softmax_net, values

from network3.engine import interrupts
from network3.training import checkpoint


def press_control_c():
    os.kill(os.getpid(), signal.SIGINT)


@pytest.fixture(autouse=True)
def handler():
    """Set Python's own handler, which a shell may have disabled."""
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


def test_sigterm_waits_too_if_it_raises_keyboard_interrupt():
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    steps = []
    try:
        with pytest.raises(KeyboardInterrupt), interrupts.held_back():
            os.kill(os.getpid(), signal.SIGTERM)
            steps.append("after it")
        assert signal.getsignal(signal.SIGTERM) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGTERM, before)
    assert steps == ["after it"]


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


@pytest.mark.parametrize("read", ["load_weights", "checkpoint"])
def test_parameters_are_read_from_a_file_all_or_none(read, tmp_path, monkeypatch):
    """If Ctrl-C is pressed while the first one is set, the others are still set."""
    data = shared(20)
    trained, net = softmax_net(), softmax_net()
    trained.SGD(data, 1, 10, 0.5, data, None, verbose="none", checkpoint=tmp_path / "state")
    trained.save(tmp_path / "net")

    set_value = net.params[0].set_value

    def pressed(*arguments, **named):
        set_value(*arguments, **named)
        press_control_c()

    monkeypatch.setattr(net.params[0], "set_value", pressed)
    with pytest.raises(KeyboardInterrupt):
        if read == "load_weights":
            net.load_weights(tmp_path / "net")
        else:
            checkpoint.read(tmp_path / "state", net.trainer, 2)
    for found, wanted in zip(values(net), values(trained), strict=True):
        np.testing.assert_array_equal(found, wanted)
    assert values(trained)[1].any()

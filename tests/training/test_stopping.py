"""When a training ends, which callbacks it calls, and what it shows."""

import contextlib
import io
import os
import re
import sys
import warnings
from types import ModuleType, SimpleNamespace

import numpy as np
import pytensor
import pytest
from small_nets import images, shared, softmax_net, values

from network3.training.callbacks import StopTraining


class Scripted:
    """Make the network's accuracies a given sequence, one for each call that computes one."""

    def __init__(self, monkeypatch, accuracies):
        sequence = iter(accuracies)
        monkeypatch.setattr(
            "network3.evaluation.evaluator.Accuracy.__call__", lambda self: next(sequence)
        )


class Recorder:
    """A callback that records when it is called, and the parameters after each epoch."""

    def __init__(self):
        self.calls, self.params = [], []

    def on_train_begin(self, net, history):
        self.calls.append(("train begins", len(history)))

    def on_epoch_begin(self, net, history):
        self.calls.append(("epoch begins", len(history)))

    def on_epoch_end(self, net, history):
        self.calls.append(("epoch ends", len(history)))
        self.params.append(values(net))

    def on_train_end(self, net, history):
        self.calls.append(("train ends", len(history)))


def train(net, epochs=10, **settings):
    data = shared(60)
    return net.SGD(data, epochs, 10, 0.5, data, None, **{"verbose": "none"} | settings)


def test_callbacks_are_called_in_their_turn():
    recorder = Recorder()
    train(softmax_net(), epochs=2, callbacks=[recorder])
    assert recorder.calls == [
        ("train begins", 0),
        ("epoch begins", 0),
        ("epoch ends", 1),
        ("epoch begins", 1),
        ("epoch ends", 2),
        ("train ends", 2),
    ]


def test_a_callback_needs_only_the_methods_that_it_wants():
    class StopAfterTwo:
        def on_epoch_end(self, net, history):
            net.stop_training = len(history) == 2

    net = softmax_net()
    assert len(train(net, callbacks=[StopAfterTwo()])) == 2
    assert len(train(net, epochs=3)) == 3  # the next call starts afresh


def test_patience_ends_the_training_that_many_epochs_after_the_best(monkeypatch):
    Scripted(monkeypatch, [0.2, 0.5, 0.5, 0.4, 0.3, 0.9])
    # The first 0.5 is the best; three epochs do not exceed it, and the first of them equals it.
    history = train(softmax_net(), patience=3)
    assert history["validation_accuracy"] == [0.2, 0.5, 0.5, 0.4, 0.3]


def test_patience_begins_anew_with_every_better_epoch(monkeypatch):
    accuracies = [0.3, 0.3, 0.4, 0.4, 0.5, 0.5, 0.5]
    Scripted(monkeypatch, accuracies)
    assert train(softmax_net(), patience=2)["validation_accuracy"] == accuracies


@pytest.mark.parametrize("restore", [False, True])
def test_the_net_ends_with_its_best_parameters_on_request(restore, monkeypatch, backend):
    Scripted(monkeypatch, [0.2, 0.6, 0.6, 0.4])
    recorder, net = Recorder(), softmax_net()
    train(net, epochs=4, callbacks=[recorder], restore_best_weights=restore)
    expected = recorder.params[2 if restore else 3]  # the last of equal ones, as in the book
    for found, wanted in zip(values(net), expected, strict=True):
        np.testing.assert_array_equal(found, wanted)


def test_a_warning_says_that_the_best_parameters_were_not_kept(monkeypatch):
    """The best epoch was trained in a call without restore_best_weights."""
    Scripted(monkeypatch, [0.2, 0.9, 0.5, 0.4])
    recorder, net = Recorder(), softmax_net()
    train(net, epochs=1, restore_best_weights=True)
    train(net, epochs=3, resume=True)
    with pytest.warns(RuntimeWarning, match="best epoch, 1, were not kept"):
        train(net, epochs=4, callbacks=[recorder], resume=True, restore_best_weights=True)
    for found, wanted in zip(values(net), recorder.params[-1], strict=True):
        np.testing.assert_array_equal(found, wanted)


def test_the_lines_say_the_same_whether_stopped_or_not(monkeypatch, capsys):
    Scripted(monkeypatch, [0.2, 0.6, 0.4])
    train(softmax_net(), patience=1, verbose="lines")
    assert capsys.readouterr().out.splitlines()[-2:] == [
        "Finished training network.",
        "Best validation accuracy of 60.00% obtained at iteration 11",
    ]


def test_stopping_early_is_logged_or_shown_with_the_bars_result(monkeypatch, caplog, capsys):
    caplog.set_level("INFO", "network3")
    said = "Stopped early: no better validation accuracy for 2 epochs."
    for verbose in "lines", "bar":
        Scripted(monkeypatch, [0.2, 0.6, 0.6, 0.5, 0.4])
        train(softmax_net(), patience=2, verbose=verbose)
    assert caplog.messages == [said]
    assert capsys.readouterr().err.splitlines()[-1].startswith(f"{said} Best validation accuracy")
    Scripted(monkeypatch, [0.2, 0.6, 0.6, 0.5])
    train(softmax_net(), epochs=4, patience=2, verbose="lines")  # all epochs were trained
    assert caplog.messages == [said]


def test_nothing_is_printed_on_request(capfd):
    train(softmax_net(), epochs=2, verbose="none")
    assert capfd.readouterr() == ("", "")


def trained_with_a_bar(monkeypatch, verbose="bar"):
    """Train two epochs of 60 images; the first has the better validation accuracy."""
    Scripted(monkeypatch, [0.9, 0.7, 0.8])  # validation, test, validation
    data = shared(60)
    np.random.seed(0)
    softmax_net().SGD(data, 2, 10, 0.5, data, data, verbose=verbose)


class Tee:
    """A stand-in for a stream, with only the method that `print` needs."""

    def write(self, text):
        pass


CLOSED = io.StringIO()
CLOSED.close()


@pytest.mark.parametrize("errors", [None, CLOSED, Tee()], ids=["none", "closed", "tee"])
def test_without_output_and_errors_a_training_shows_nothing(errors, monkeypatch):
    """As in pythonw, where both streams are None."""
    monkeypatch.setattr("sys.stdout", None)
    monkeypatch.setattr("sys.stderr", errors)
    assert len(train(softmax_net(), epochs=2, verbose="both")) == 2


def test_without_a_terminal_a_bar_is_a_line_for_each_epoch_on_standard_error(monkeypatch, capsys):
    trained_with_a_bar(monkeypatch)
    out, err = capsys.readouterr()
    assert out == ""
    assert re.sub(r"cost \d\.\d{4}", "cost C", err).splitlines() == [
        "Training on 60 images in each of 2 epochs.",
        "Epoch 0: cost C, validation 90.00%, test 70.00%",
        "Epoch 1: cost C, validation 80.00%",
        "Best validation accuracy 90.00% after epoch 0, test accuracy 70.00%.",
    ]


def test_without_a_terminal_the_lines_need_no_others(monkeypatch, capsys):
    trained_with_a_bar(monkeypatch, verbose="both")
    assert capsys.readouterr().err == ""


@pytest.fixture
def terminal(monkeypatch):
    """Return a function that trains with a bar on a terminal with a given number of columns.

    The function returns the lines that the terminal shows at the end.
    """
    termios = pytest.importorskip("termios")
    master, slave = os.openpty()

    def shown(columns, verbose="bar"):
        termios.tcsetwinsize(slave, (24, columns))
        with open(slave, "w", encoding="utf-8") as stderr, monkeypatch.context() as patch:
            patch.setattr("sys.stderr", stderr)
            trained_with_a_bar(patch, verbose)
        printed = b""
        with contextlib.suppress(OSError):  # Linux raises it at the end of the output
            while piece := os.read(master, 2**16):
                printed += piece
        lines = printed.decode().split("\r\n")[:-1]
        return [line.rpartition("\r")[2].rstrip() for line in lines]

    yield shown
    os.close(master)


def test_on_a_terminal_a_bar_has_the_images_the_cost_and_the_accuracies(terminal, capsys):
    bar, result = terminal(120)
    assert bar.startswith("Epoch 1 |███")
    assert "| 120/120 images, " in bar and "00:00 left, cost " in bar
    assert bar.endswith(", validation 80.00%")
    assert result == "Best validation accuracy 90.00% after epoch 0, test accuracy 70.00%."
    assert capsys.readouterr().out == ""


def test_a_bar_fits_into_80_columns(terminal):
    bar, _ = terminal(80)
    assert len(bar) < 80 and bar.endswith(", validation 80.00%")


def test_a_bar_leaves_standard_output_to_the_lines(terminal, capsys):
    bar = terminal(120, "both")[-1]
    assert "120/120 images" in bar  # and no result: the lines have it
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Training mini-batch number 0"
    assert lines[-2] == "Best validation accuracy of 90.00% obtained at iteration 5"


def test_in_a_notebook_a_bar_is_one_output_that_ends_as_the_result(monkeypatch, capsys):
    """tests/notebooks/test_executed_notebooks.py does the same in a real kernel."""
    outputs = []

    class Output:
        def update(self, data, raw):
            assert raw
            outputs[-1].append(data["text/plain"])

    def display(data, raw, display_id):
        assert raw and display_id
        outputs.append([data["text/plain"]])
        return Output()

    ipython = ModuleType("IPython")
    ipython.get_ipython = lambda: SimpleNamespace(kernel=None)
    ipython.display = ModuleType("IPython.display")
    ipython.display.display = display
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", ipython.display)
    trained_with_a_bar(monkeypatch)
    (shown,) = outputs
    assert shown[-1] == "Best validation accuracy 90.00% after epoch 0, test accuracy 70.00%."
    assert "| 120/120 images, " in shown[-2] and shown[-2].endswith(", validation 80.00%")
    assert capsys.readouterr() == ("", "")


def test_a_network_stuck_at_chance_gives_one_warning():
    x, labels = images(1000)
    blank = pytensor.shared(x * 0), pytensor.shared(labels)
    net = softmax_net()
    with pytest.warns(
        RuntimeWarning, match="After two epochs the network .* no better than chance"
    ) as all_:
        net.SGD(blank, 4, 10, 0.01, blank, None, verbose="none")
    assert len(all_) == 1


def test_a_net_that_learns_is_not_warned_about():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        data = shared(1000)
        softmax_net().SGD(data, 3, 10, 0.5, data, None, verbose="none")


def test_an_epoch_may_have_images_of_its_own(backend):
    """The expander reverses the pixels of all images in odd epochs."""

    class Turner:
        def epochs(self, images, first):
            import itertools

            made = (images[:, ::-1] if k % 2 else images for k in itertools.count(first))
            return contextlib.nullcontext(np.ascontiguousarray(x) for x in made)

    seen = []

    class Watch:
        def on_epoch_begin(self, net, history):
            seen.append(np.array(net.trainer._training_set.data[0].get_value()))

    train(softmax_net(), epochs=3, expander=Turner(), callbacks=[Watch()])
    x = images(60)[0]
    for k in range(3):
        np.testing.assert_array_equal(seen[k], x[:, ::-1] if k % 2 else x)


def test_a_callback_that_raises_stop_training_ends_it_in_mid_epoch_and_resume_continues(tmp_path):
    class StopAfter:
        def __init__(self, batches):
            self.batches, self.ended = batches, 0

        def on_mini_batches(self, net, history):
            if net.trainer.state.trained >= self.batches:
                raise StopTraining

        def on_train_end(self, net, history):
            self.ended += 1

    data = shared(300)  # 30 mini-batches; it is called after about 10
    stop, stopped, whole = StopAfter(10), softmax_net(), softmax_net()
    arguments = data, 2, 10, 0.1, data, None
    history = stopped.SGD(*arguments, verbose="none", callbacks=[stop], checkpoint=tmp_path / "c")
    assert len(history) == 0 and stop.ended == 1
    assert 10 <= stopped.trainer.state.trained < 30
    stopped.SGD(*arguments, verbose="none", resume=True)
    resumed = softmax_net()
    resumed.SGD(*arguments, verbose="none", resume=True, checkpoint=tmp_path / "c")
    whole.SGD(*arguments, verbose="none")
    for a, b, c in zip(values(stopped), values(resumed), values(whole), strict=True):
        np.testing.assert_array_equal(a, c)
        np.testing.assert_array_equal(b, c)

"""SGD rejects a callback that it would never call, before training."""

import re

import pytest
from small_nets import shared, softmax_net

from network3.training.callbacks import HOOKS


def sgd(*callbacks):
    data = shared(20)
    return softmax_net().SGD(data, 1, 10, 0.1, data, None, verbose="none", callbacks=callbacks)


def method(name):
    """Return an object with one method, (net, history)."""
    return type("Report", (), {name: lambda self, net, history: None})()


class Report:
    def on_epoch_end(self, net, history):
        pass


@pytest.mark.parametrize("hook", HOOKS)
def test_one_hook_is_enough(hook):
    assert len(sgd(method(hook))) == 1


@pytest.mark.parametrize(
    "callback, says",
    [
        (Report, r"the class Report as a callback: give an instance of it, Report\(\)"),
        (lambda net, history: None, "an object with at least one of the methods on_train_begin, "),
        (print, "at least one of the methods"),
        (object(), "at least one of the methods"),
        ("on_epoch_end", "at least one of the methods"),
    ],
)
def test_an_object_without_hooks_raises_an_error_that_names_them(callback, says):
    with pytest.raises(TypeError, match=says):
        sgd(callback)


@pytest.mark.parametrize(
    "name, hook",
    [
        ("on_epoch_ended", "on_epoch_end"),
        ("on_epcoh_end", "on_epoch_end"),
        ("onEpochEnd", "on_epoch_end"),
        ("on_epoch_start", "on_epoch_begin"),
        ("on_train_finished", "on_train_end"),
        ("On_Train_Begin", "on_train_begin"),
    ],
)
def test_a_misspelt_hook_raises_an_error_that_names_the_right_one(name, hook):
    with pytest.raises(TypeError, match=f"method {name}, .* did you mean {hook}") as caught:
        sgd(method(name))
    assert all(hook in str(caught.value) for hook in HOOKS)


def test_a_misspelt_hook_beside_a_right_one_is_found_too():
    class Both(Report):
        def on_epoch_start(self, net, history):
            pass

    with pytest.raises(TypeError, match="did you mean on_epoch_begin"):
        sgd(Both())


def test_other_methods_are_the_callbacks_own():
    class Plot(Report):
        on_epoch = 3

        def on_click(self):
            pass

        def on_trait_change(self):
            pass

        def on_epoch_end_of_a_plot(self):
            pass

    assert len(sgd(Plot())) == 1


@pytest.mark.parametrize(
    "hook, says",
    [
        (lambda self: None, "on_epoch_end(): SGD calls on_epoch_end(net, history)"),
        (lambda self, net: None, "on_epoch_end(net): SGD calls on_epoch_end(net, history)"),
        (lambda self, net, history, logs: None, "on_epoch_end(net, history, logs): SGD calls"),
        (3, "whose on_epoch_end is 3, not a method"),
    ],
)
def test_a_hook_that_cannot_be_called_is_found_before_the_first_epoch(hook, says):
    with pytest.raises(TypeError, match=re.escape(says)):
        sgd(type("Report", (), {"on_epoch_end": hook})())


@pytest.mark.parametrize("callbacks", [Report(), "on_epoch_end", 3, None])
def test_callbacks_are_a_list(callbacks):
    data = shared(20)
    with pytest.raises(TypeError, match="it must be a list of objects"):
        softmax_net().SGD(data, 1, 10, 0.1, data, None, callbacks=callbacks)

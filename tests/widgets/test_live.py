"""What Live tells its page about a training. tests/browser has the rest."""

import base64
import contextlib
import io
import logging
import types

import numpy as np
import pytest
from matplotlib import image
from small_nets import conv_net, shared, softmax_net

widgets = pytest.importorskip("network3.widgets", exc_type=ImportError)
pytestmark = pytest.mark.filterwarnings("ignore:Live shows a training in a notebook only")


@pytest.fixture
def at_once(monkeypatch):
    """Call the callbacks, and let Live show what there is, after each mini-batch."""
    monkeypatch.setattr("network3.widgets.live.EVERY", 0)
    monkeypatch.setattr("network3.training.loop.CALL_EVERY", 0)


def train(net, *callbacks, epochs=2):
    data = shared(60)
    return net.SGD(data, epochs, 10, 0.1, data, data, verbose="none", callbacks=callbacks)


class At:
    """Call a function after a mini-batch of an epoch, counted from 1."""

    def __init__(self, mini_batch, do):
        self.mini_batch, self.do = mini_batch, do

    def on_mini_batches(self, net, history):
        if net.trainer.state.trained == self.mini_batch:
            self.do()


def test_it_shows_each_epoch_and_the_filters():
    net = conv_net()
    live = widgets.Live(net)
    assert (live.stop, live.shown["left"]) == ("", None)
    seen = []
    live.observe(lambda change: seen.append((live.stop, change["new"])), "shown")
    history = train(net, live)
    assert [shown["epoch"] for stop, shown in seen if stop][-1] == 2
    last = live.shown
    assert (last["said"], live.stop, last["done"], last["left"]) == ("Finished", "", 2, 0)
    assert [y for _, y in last["accuracies"]["validation"]] == history["validation_accuracy"]
    assert last["accuracies"]["training"] == []
    w = net.layers[0].w.get_value()[:, 0, ::-1, ::-1]
    shown = np.frombuffer(live.filters, np.uint8).reshape(w.shape)
    np.testing.assert_allclose(shown, 255 * (w - w.min()) / np.ptp(w), atol=0.51)


def test_the_button_stops_within_the_epoch_and_a_net_without_filters_is_fine(caplog, at_once):
    net = softmax_net()
    live = widgets.Live(net)
    press = At(3, lambda: live._on_message(live, {"do": live.stop}, []))
    with caplog.at_level(logging.INFO, "network3"):
        history = train(net, press, live)
    assert (len(history), net.trainer.state.trained) == (0, 3)
    assert "Stopped in epoch 0 after 3 of 6 mini-batches: resume=True continues" in caplog.text
    assert live.shown["said"] == "Stopped; SGD(..., resume=True) continues"
    assert live.shown["filters"] is None
    costs = net.trainer.state.costs
    pairs = np.frombuffer(live.costs, np.float32).reshape(-1, 2)
    np.testing.assert_allclose(pairs, [[(k + 1) / 6, costs[k]] for k in range(3)], rtol=1e-6)


def test_epochs_that_are_shorter_than_an_update_have_their_costs(monkeypatch):
    monkeypatch.setattr("network3.widgets.live.EVERY", 60)
    net = softmax_net()
    live = widgets.Live(net)
    history = train(net, live, epochs=3)
    pairs = np.frombuffer(live.costs, np.float32).reshape(-1, 2)
    np.testing.assert_allclose(pairs, np.c_[[1, 2, 3], history["cost"]], rtol=1e-6)


def test_it_shows_the_network_that_is_trained():
    live = widgets.Live(softmax_net())
    net = conv_net()
    history = train(net, live)
    validation = [accuracy for _, accuracy in live.shown["accuracies"]["validation"]]
    assert validation == history["validation_accuracy"]
    assert live.shown["epoch"] == 2 and live.shown["filters"] is not None


def test_filters_that_are_not_finite_are_not_shown():
    net = conv_net()
    net.layers[0].w.set_value(np.full_like(net.layers[0].w.get_value(), np.inf))
    assert widgets.Live(net).shown["filters"] is None


def test_a_message_that_comes_after_its_training_does_not_stop_the_next_one(at_once):
    net = softmax_net()
    live = widgets.Live(net)
    names = []
    train(net, At(3, lambda: names.append(live.stop)), live, epochs=1)
    late = At(3, lambda: live._on_message(live, {"do": names[0]}, []))
    assert len(train(net, late, live)) == 2


@contextlib.contextmanager
def cell(monkeypatch, outputs=None):
    """Imitate what Live uses of a kernel while it runs a cell; `outputs` gets what it shows."""
    outputs = [] if outputs is None else outputs
    events = types.SimpleNamespace(callbacks={"post_run_cell": []})
    events.register = lambda name, call: events.callbacks[name].append(call)
    events.unregister = lambda name, call: events.callbacks[name].remove(call)
    kernel = types.SimpleNamespace(control_handlers={})
    shell = types.SimpleNamespace(kernel=kernel, events=events)
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    monkeypatch.setattr("network3.widgets.live.in_notebook", lambda: True)

    def update(widget, display_id=None):
        outputs.append(widget._repr_mimebundle_()[0])
        return types.SimpleNamespace(update=update)

    monkeypatch.setattr("IPython.display.display", update)
    error = None
    try:
        yield kernel.control_handlers
    except BaseException as raised:
        error = raised
    for call in list(events.callbacks["post_run_cell"]):
        call(types.SimpleNamespace(error_in_exec=error))
    assert (kernel.control_handlers, events.callbacks) == ({}, {"post_run_cell": []})


def test_in_a_kernel_the_control_channel_stops_the_training_that_runs(monkeypatch, at_once):
    pytest.importorskip("IPython")
    net = softmax_net()
    live = widgets.Live(net)
    with cell(monkeypatch) as handlers:

        def press():
            (handler,) = handlers.values()
            assert [*handlers] == [live.stop]
            handler(None, [], {})

        history = train(net, At(4, press), live)
    assert (len(history), net.trainer.state.trained, live._displayed) == (0, 4, False)
    assert live.shown["said"].startswith("Stopped; ")


@pytest.mark.parametrize(
    ("error", "said"),
    [(KeyboardInterrupt, "Interrupted; SGD(..., resume=True) "), (OSError, "Ended by the error")],
)
def test_it_says_that_a_cell_was_interrupted_or_failed(error, said, monkeypatch, at_once):
    pytest.importorskip("IPython")
    net = softmax_net()
    live = widgets.Live(net)

    def fail():
        raise error

    with cell(monkeypatch):
        train(net, At(2, fail), live)
    assert live.shown["said"].startswith(said) and live.stop == ""


@pytest.mark.slow
@pytest.mark.parametrize(("net", "height"), [(conv_net, 450), (softmax_net, 360)])
def test_of_the_result_a_picture_is_kept_and_of_filters_if_there_are_some(net, height, monkeypatch):
    pytest.importorskip("IPython")
    outputs = []
    net = net()
    live = widgets.Live(net)
    with cell(monkeypatch, outputs):
        train(net, live)
    first, last = outputs
    assert "image/png" not in first and "image/png" in last
    assert last["text/plain"] == "<Live: Finished>"
    picture = image.imread(io.BytesIO(base64.b64decode(last["image/png"])))
    assert picture.shape[:2] == (height, 1035)


def test_a_long_training_keeps_few_points(monkeypatch, at_once):
    monkeypatch.setattr("network3.widgets.live.MOST", 10)
    live = widgets.Live(net := softmax_net())
    train(net, live, epochs=5)
    assert 5 <= len(live.costs) / 8 <= 10


@pytest.mark.filterwarnings("error")
def test_outside_a_notebook_it_says_what_to_use_and_of_another_object_what_it_needs():
    with pytest.warns(UserWarning, match=r'elsewhere, use SGD\(..., verbose="bar"\)'):
        live = widgets.Live(softmax_net())
    assert repr(live) == "<Live: Waiting for SGD to call this callback.>"
    with pytest.raises(TypeError, match="Live got 3: it must be the Network"):
        widgets.Live(3)

"""On an accelerator an epoch is one compiled loop; here the CPU pretends to be one."""

import numpy as np
import pytest
from small_nets import conv_net, shared, softmax_net, values

import network3

jax = pytest.importorskip("jax")


@pytest.fixture
def accelerator(monkeypatch, float32):
    from network3.engine.jax import linker

    network3.GPU = True
    monkeypatch.setattr(linker, "accelerated", lambda: True)
    yield linker
    network3.GPU = False


def trained(epochs=3):
    net = conv_net(p_dropout=0.5)
    net.SGD(shared(60), epochs, 10, 0.1, shared(40, seed=1), shared(40, seed=2), lmbda=0.1)
    return values(net)


def test_the_loop_ends_where_single_calls_end(accelerator, monkeypatch):
    looped = trained()
    monkeypatch.setattr(accelerator, "accelerated", lambda: False)
    for a, b in zip(looped, trained(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("masks, state", [("original", (625,)), ("independent", (4,))])
def test_an_epoch_is_one_dispatch_and_leaves_data_and_parameters_where_they_are(
    masks, state, accelerator, monkeypatch
):
    """Count calls of compiled functions and transfers to the device in the second call of SGD.

    It transfers the parameters, which the first call left in host memory, rates, states of random
    streams, and numbers of mini-batches.
    """
    dispatches, sent = [], []
    calls = accelerator._Repeat.__call__

    def counted(self, count):
        dispatches.append(count)
        single = self.compiled
        self.compiled = None  # calling it for one mini-batch would fail
        calls(self, count)
        self.compiled = single

    monkeypatch.setattr(accelerator._Repeat, "__call__", counted)
    device_put = jax.device_put
    monkeypatch.setattr(
        jax, "device_put", lambda value: (sent.append(np.shape(value)), device_put(value))[1]
    )
    net = conv_net(p_dropout=0.5, masks=masks)
    data = shared(60), shared(40, seed=1), shared(40, seed=2)
    net.SGD(data[0], 1, 10, 0.1, *data[1:])
    first_dispatches, first_sent = len(dispatches), len(sent)
    net.SGD(data[0], 1, 10, 0.1, *data[1:])
    assert dispatches[first_dispatches:][0] == 6  # the training epoch
    assert len(dispatches) - first_dispatches <= 3
    parameters = [p.get_value(borrow=True).shape for p in net.params]
    again = sent[first_sent:]
    for shape in parameters:
        again.remove(shape)
    assert all(shape in ((), state) for shape in again), again


def test_every_line_is_printed(accelerator, capsys):
    net = conv_net()
    data = shared(10_010)
    net.SGD(data, 1, 10, 0.1, shared(40), None)
    assert capsys.readouterr().out.splitlines()[:2] == [
        "Training mini-batch number 0",
        "Training mini-batch number 1000",
    ]


@pytest.mark.parametrize("kind, looped", [(conv_net, False), (softmax_net, True)])
def test_on_a_cpu_only_nets_without_convolutions_are_looped(kind, looped, float32, monkeypatch):
    """XLA runs a convolution inside a loop on one thread."""
    from network3.engine.jax import linker

    network3.GPU = True
    ways = []
    for way in ("_call", "_loop"):
        original = getattr(linker._Repeat, way)

        def noted(self, count, values, way=way, original=original):
            ways.append(way)
            original(self, count, values)

        monkeypatch.setattr(linker._Repeat, way, noted)
    kind().SGD(shared(60), 1, 10, 0.1, shared(40), None)
    network3.GPU = False
    assert set(ways) == {"_loop" if looped else "_call"}

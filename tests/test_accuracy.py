"""Evaluation in large batches gives the same accuracy as evaluation in mini-batches."""

import numpy as np
import pytensor.tensor as T
import pytest
from small_nets import PIXELS, conv_net, images, shared

import network3
from network3 import Network, SoftmaxLayer
from network3.engine import backend
from network3.evaluation import accuracy
from network3.evaluation.accuracy import Accuracy


@pytest.fixture(autouse=True)
def cpp(float32):
    network3.GPU = False


def by_mini_batches(net, data, count, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(backend, "fusion_allowed", False)
        plain = Accuracy(net, data, count)
        assert plain.correct is None
        return plain()


@pytest.mark.parametrize("count", [1, 3, 16, 17])
def test_large_batches_leave_out_the_same_images_as_mini_batches(count, monkeypatch):
    """The data has 177 images, and mini-batches of 10 and batches of 64 end at different ones."""
    monkeypatch.setattr(accuracy, "CHUNK", 64)
    net, data = conv_net(p_dropout=0.5), shared(177)
    in_pieces = Accuracy(net, data, count)
    assert in_pieces.correct is not None
    assert in_pieces() == pytest.approx(by_mini_batches(net, data, count, monkeypatch), abs=1e-12)
    classes = net.test_mb_predictions = net.evaluator.predictions_of_mini_batches(data)
    told = np.concatenate([classes(i) for i in range(count)])
    assert in_pieces() == (told == images(177)[1][: 10 * count]).mean()


class Centred(SoftmaxLayer):
    """A user-defined layer that mixes the images of a mini-batch: it subtracts their mean."""

    def set_inpt(self, inpt, inpt_dropout, mini_batch_size):
        inpt = inpt - inpt.mean(axis=0, keepdims=True)
        super().set_inpt(inpt, inpt, mini_batch_size)


class ByPlace(SoftmaxLayer):
    """A user-defined layer that treats each position in a mini-batch differently."""

    def set_inpt(self, inpt, inpt_dropout, mini_batch_size):
        factors = np.arange(mini_batch_size, dtype=inpt.dtype)[:, None]
        inpt = (inpt.reshape((mini_batch_size, PIXELS)) * factors).astype(inpt.dtype)
        super().set_inpt(inpt, inpt, mini_batch_size)


class Strict(SoftmaxLayer):
    """A user-defined layer that counts only the images whose class is sure enough."""

    def accuracy(self, y):
        return T.mean(T.eq(y, self.y_out) * (self.output.max(axis=1) > 0.13))


class Flattened(SoftmaxLayer):
    """A user-defined layer that leaves the number of pixels to PyTensor."""

    def set_inpt(self, inpt, inpt_dropout, mini_batch_size):
        inpt = inpt.reshape((mini_batch_size, -1))
        super().set_inpt(inpt, inpt, mini_batch_size)


@pytest.mark.parametrize("layer", [Centred, ByPlace, Strict, Flattened])
def test_layers_that_mix_images_are_evaluated_in_mini_batches(layer, monkeypatch):
    net, data = Network([layer(PIXELS, 8)], 10), shared(100)
    net.params[0].set_value(np.random.default_rng(1).normal(0, 0.1, (PIXELS, 8)).astype("float32"))
    found = Accuracy(net, data, 10)
    assert found.correct is None
    assert len(net.predict(images(25)[0])) == 25
    assert found() == pytest.approx(by_mini_batches(net, data, 10, monkeypatch), abs=1e-12)

"""Files that the network3 of commit 016b5b9 wrote: networks load, and a training resumes."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytensor
import pytest
from small_nets import values

import network3
from network3 import ConvPoolLayer, FullyConnectedLayer, Network, ReLU, SoftmaxLayer, load, tanh

FILES = Path(__file__).parent / "written_by_016b5b9"
HISTORIES = json.loads((FILES / "expected.json").read_text())
with np.load(FILES / "expected.npz") as file:
    EXPECTED = {name: file[name] for name in file.files}


class Scaled:
    """The user-defined layer of `make.py`: multiply the input by one number, which is trained."""

    def __init__(self, factor):
        self.factor = factor
        self.scale = pytensor.shared(np.asarray(factor, pytensor.config.floatX), "scale")
        self.params = [self.scale]

    def set_inpt(self, inpt, inpt_dropout, mini_batch_size):
        self.output, self.output_dropout = self.scale * inpt, self.scale * inpt_dropout


def shared(name):
    """The training or validation data that `make.py` used."""
    return (
        pytensor.shared(EXPECTED[f"{name}_images"].astype(np.float32) / 256),
        pytensor.shared(EXPECTED[f"{name}_labels"].astype(np.int32)),
    )


def validation_images():
    return shared("validation")[0].get_value()


def loaded(name):
    return load(FILES / f"{name}.safetensors", custom={"Scaled": Scaled})


@pytest.mark.parametrize("name", ["conv", "l2", "own_layer"])
def test_a_network_predicts_what_it_predicted(name, backend):
    output = loaded(name).predict_proba(validation_images())
    np.testing.assert_allclose(output, EXPECTED[f"{name}_output"], rtol=0, atol=1e-6)


@pytest.mark.parametrize("name", ["conv", "l2", "own_layer"])
def test_a_network_has_its_history(name):
    assert loaded(name).history.to_dict() == HISTORIES[name]


def test_a_network_drops_the_inputs_that_it_would_have_dropped_next(backend):
    net = loaded("conv")
    drop = pytensor.function([net.x], net.output_dropout)
    output = np.asarray(drop(validation_images()[:10]))
    np.testing.assert_allclose(output, EXPECTED["conv_next_dropout"], rtol=0, atol=1e-6)


def test_weights_are_loaded_with_the_independent_masks_of_their_time():
    """A network built today draws the original's masks, until it gets streams of another kind."""
    conv = ConvPoolLayer((3, 1, 3, 3), (10, 1, 8, 8), activation_fn=ReLU)
    net = Network([conv, FullyConnectedLayer(27, 16, tanh, 0.1), SoftmaxLayer(16, 8, 0.2)], 10)
    assert [layer.masks for layer in net.layers[1:]] == ["original", "original"]
    np.random.seed(4)
    net.load_weights(FILES / "conv.safetensors")
    assert np.random.random_sample() == np.random.RandomState(4).random_sample()
    assert [layer.masks for layer in net.layers[1:]] == ["independent", "independent"]
    drop = pytensor.function([net.x], net.output_dropout)
    output = np.asarray(drop(validation_images()[:10]))
    np.testing.assert_allclose(output, EXPECTED["conv_next_dropout"], rtol=0, atol=1e-6)


def test_layers_have_their_arguments():
    conv, full, softmax = loaded("conv").layers
    assert (conv.filter_shape, conv.image_shape) == ((3, 1, 3, 3), (10, 1, 8, 8))
    assert (conv.poolsize, conv.pool_mode, conv.activation_fn) == ((2, 2), "max", ReLU)
    assert (full.n_in, full.n_out, full.activation_fn, full.p_dropout) == (27, 16, tanh, 0.1)
    assert (softmax.n_in, softmax.n_out, softmax.p_dropout) == (16, 8, 0.2)
    assert (full.masks, softmax.masks) == ("independent", "independent")
    conv = loaded("l2").layers[0]
    assert (conv.poolsize, conv.pool_mode, conv.initialization) == ((3, 2), "l2", "he")
    scaled = loaded("own_layer").layers[1]
    assert scaled.factor == 1.5
    assert scaled.scale.get_value() != 1.5  # it was trained


def resumed(path, epochs, restore_best_weights):
    """Resume the training in a copy of the checkpoint, with a network that starts elsewhere."""
    network3.GPU = False
    np.random.seed(7)
    layers = [
        ConvPoolLayer((3, 1, 3, 3), (10, 1, 8, 8), activation_fn=ReLU),
        FullyConnectedLayer(27, 16, tanh, p_dropout=0.1),
        SoftmaxLayer(16, 8, p_dropout=0.2),
    ]
    net = Network(layers, 10)
    net.SGD(
        shared("training"), epochs, 10, 0.2, shared("validation"), None, 0.01,
        verbose="none", momentum=0.9, shuffle=True, restore_best_weights=restore_best_weights,
        checkpoint=shutil.copy(FILES / "training.checkpoint", path / "copy"), resume=True,
    )  # fmt: skip
    return net


def test_a_checkpoint_holds_the_history_and_the_best_parameters(tmp_path, float32):
    net = resumed(tmp_path, 2, restore_best_weights=True)  # nothing is left to train
    assert net.history.to_dict() == HISTORIES["interrupted"]
    assert (net.trainer.state.epoch, net.trainer.state.trained) == (2, 5)
    for k, value in enumerate(values(net)):
        np.testing.assert_array_equal(value, EXPECTED[f"best_{k}"])


@pytest.mark.parametrize("kept", ["best", "last"])
def test_a_checkpoint_resumes_to_the_same_parameters(kept, tmp_path, float32):
    net = resumed(tmp_path, 4, restore_best_weights=kept == "best")
    # The bits of the 19 mini-batches that are left depend on the processor, the BLAS and the
    # compiler's flags, which move the parameters by up to 2e-7. The best ones come from the file.
    atol = 0 if kept == "best" else 1e-5
    for k, value in enumerate(values(net)):
        np.testing.assert_allclose(value, EXPECTED[f"{kept}_{k}"], rtol=0, atol=atol)
    found, wanted = net.history.to_dict(), HISTORIES["finished"]
    np.testing.assert_allclose(found["cost"], wanted["cost"], rtol=0, atol=1e-5)
    for column in ("epoch", "validation_accuracy", "eta", "lmbda"):
        assert found[column] == wanted[column]
    trained_before = HISTORIES["interrupted"]
    assert all(found[column][:2] == trained_before[column] for column in found)

"""Write three networks and the checkpoint of an interrupted training, and what they compute.

Run this with the network3 of commit 016b5b9, in a worktree of that commit:

    PYTHONPATH=WORKTREE python tests/storage/written_by_016b5b9/make.py

A newer network3 must not write these files: they show that it reads the old ones. The images are
8 x 8 pixels, the dtype is float32, and everything runs on the C++ backend.

conv.safetensors        ConvPoolLayer, then dropout in both other layers; trained for 2 epochs
l2.safetensors          L2 pooling, tanh and "he" initialization; trained for 1 epoch
own_layer.safetensors   a user-defined layer with a `config()` method; trained for 1 epoch
training.checkpoint     4 epochs of 12 mini-batches, interrupted after 5 mini-batches of the third
expected.npz            the images and labels, the networks' outputs for the validation images, and
                        the parameters at the end of the 4 epochs: with restore_best_weights
                        ("best_0", ...), which are those of the second epoch, and without
                        ("last_0", ...)
expected.json           the histories
"""

import json
from pathlib import Path

import numpy as np
import pytensor

import network3
from network3 import ConvPoolLayer, FullyConnectedLayer, Network, ReLU, SoftmaxLayer, tanh

HERE = Path(__file__).resolve().parent
PIXELS, CLASSES, MINI_BATCH_SIZE = 64, 8, 10

# This seed makes the second epoch the best one of the interrupted training, so that the best
# parameters come from the checkpoint and the last ones from the epochs after it.
SEED = 19


class Scaled:
    """A user-defined layer: multiply the input by one number, which is trained."""

    def __init__(self, factor):
        self.factor = factor
        self.scale = pytensor.shared(np.asarray(factor, pytensor.config.floatX), "scale")
        self.params = [self.scale]

    def config(self):
        return {"factor": self.factor}

    def set_inpt(self, inpt, inpt_dropout, mini_batch_size):
        self.output, self.output_dropout = self.scale * inpt, self.scale * inpt_dropout


def make_images(n, seed):
    """Return n images (n, 64) and their labels (n,), both uint8: class k has a brighter row k."""
    rng = np.random.RandomState(seed)
    labels = rng.randint(0, CLASSES, n)
    images = rng.randint(0, 100, (n, 8, 8))
    images[np.arange(n), labels] += 100
    return images.reshape(n, PIXELS).astype(np.uint8), labels.astype(np.uint8)


def shared(images, labels):
    return (
        pytensor.shared(images.astype(np.float32) / 256),
        pytensor.shared(labels.astype(np.int32)),
    )


def conv_net(seed):
    np.random.seed(seed)
    layers = [
        ConvPoolLayer((3, 1, 3, 3), (MINI_BATCH_SIZE, 1, 8, 8), activation_fn=ReLU),
        FullyConnectedLayer(27, 16, tanh, p_dropout=0.1),
        SoftmaxLayer(16, CLASSES, p_dropout=0.2),
    ]
    return Network(layers, MINI_BATCH_SIZE)


def l2_net(seed):
    np.random.seed(seed)
    layers = [
        ConvPoolLayer(
            (3, 1, 3, 3),
            (MINI_BATCH_SIZE, 1, 8, 8),
            poolsize=(3, 2),
            activation_fn=tanh,
            pool_mode="l2",
            initialization="he",
        ),
        SoftmaxLayer(18, CLASSES),
    ]
    return Network(layers, MINI_BATCH_SIZE)


def own_layer_net(seed):
    np.random.seed(seed)
    layers = [FullyConnectedLayer(PIXELS, 12, tanh), Scaled(1.5), SoftmaxLayer(12, CLASSES)]
    return Network(layers, MINI_BATCH_SIZE)


def train(net, epochs, training, validation, **settings):
    """Train with everything that a checkpoint must store."""
    np.random.seed(3)  # draws the order of the images
    settings = {"momentum": 0.9, "shuffle": True, "verbose": "none"} | settings
    net.SGD(training, epochs, MINI_BATCH_SIZE, 0.2, validation, None, 0.01, **settings)
    return net


def interrupt_after(net, mini_batches):
    """Raise KeyboardInterrupt after this many mini-batches, as Ctrl-C would."""
    training, left = net._training, [mini_batches]

    def interrupted(*arguments):
        train = training(*arguments)
        repeat = train.repeat

        def repeat_some(count):
            some = min(count, left[0])
            repeat(some)
            left[0] -= some
            if some < count:
                raise KeyboardInterrupt

        train.repeat = repeat_some
        return train

    net._training = interrupted


def values(net):
    return [np.array(param.get_value()) for param in net.params]


def next_dropout(net, images):
    """Return the output for one mini-batch with the next dropout masks."""
    drop = pytensor.function([net.x], net.output_dropout)
    return np.asarray(drop(images[:MINI_BATCH_SIZE]))


def main():
    network3.GPU = False
    assert pytensor.config.floatX == "float32"
    arrays = {}
    for name, n, seed in (("training", 120, 0), ("validation", 40, 1)):
        arrays[f"{name}_images"], arrays[f"{name}_labels"] = make_images(n, seed)
    training, validation = (
        shared(arrays[f"{name}_images"], arrays[f"{name}_labels"])
        for name in ("training", "validation")
    )
    images = validation[0].get_value()
    histories = {}

    nets = {"conv": (conv_net(3), 2), "l2": (l2_net(1), 1), "own_layer": (own_layer_net(1), 1)}
    for name, (net, epochs) in nets.items():
        train(net, epochs, training, validation)
        net.save(HERE / f"{name}.safetensors")
        arrays[f"{name}_output"] = net.predict_proba(images)
        histories[name] = net.history.to_dict()
        if name == "conv":
            arrays["conv_next_dropout"] = next_dropout(net, images)

    path = HERE / "training.checkpoint"
    path.unlink(missing_ok=True)
    net = conv_net(SEED)
    interrupt_after(net, 29)
    try:
        train(net, 4, training, validation, restore_best_weights=True, checkpoint=path)
        raise AssertionError("nothing interrupted the training")
    except KeyboardInterrupt:
        histories["interrupted"] = net.history.to_dict()
    for name, restore in (("best", True), ("last", False)):
        net = train(conv_net(SEED), 4, training, validation, restore_best_weights=restore)
        histories["finished"] = net.history.to_dict()
        for k, value in enumerate(values(net)):
            arrays[f"{name}_{k}"] = value

    np.savez_compressed(HERE / "expected.npz", **arrays)
    (HERE / "expected.json").write_text(json.dumps(histories, indent=1) + "\n")


if __name__ == "__main__":
    main()

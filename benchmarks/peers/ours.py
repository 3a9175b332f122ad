"""network3 itself, in C++ or on JAX, through `Network.SGD`.

An epoch is a call of SGD for one epoch with ten validation images. The 20,000 images are the
validation and test data of a call that trains a second network, with the same weights, on ten
images with a learning rate of 0 for several epochs. The 15 ms before such a call begins are not
evaluation; they are 1 or 2 % of the measured time.
"""

import contextlib
import io
import re

import numpy as np
import pytensor
from nets import mnist, network

import network3
from peers.serve import serve

EVALUATIONS = {"shallow": 50, "basic_conv": 10}  # five for the slower networks


def shared(images, labels):
    return pytensor.shared(images, borrow=True), pytensor.shared(labels, borrow=True)


def printed(sgd, *arguments):
    with contextlib.redirect_stdout(io.StringIO()) as output:
        sgd(*arguments)
    return output.getvalue()


def prepare(net, settings):
    network3.GPU = settings.get("gpu", False)
    size = settings.get("mini_batch_size", 10)
    training, *others = mnist(settings["images"])
    few = shared(*(a[:size] for a in training))
    training, validation, test = (shared(*pair) for pair in (training, *others))
    trained, judged = (network(net, size, settings.get("seed", 0)) for _ in range(2))
    eta = net.eta * min(1, size / 10)

    times = EVALUATIONS.get(settings["net"], 5)

    def train():
        printed(trained.SGD, training, 1, size, eta, few, None, net.lmbda)

    def evaluate():
        for mine, theirs in zip(judged.params, trained.params, strict=True):
            mine.set_value(theirs.get_value())
        output = printed(judged.SGD, few, times, size, 0.0, validation, test)
        return [float(p) / 100 for p in re.findall(r"accuracy (?:is )?([\d.]+)%", output)][:2]

    evaluate.times = times
    versions = {
        "network3": network3.__version__,
        "pytensor": pytensor.__version__,
        "numpy": np.__version__,
    }
    return versions, train, evaluate


if __name__ == "__main__":
    serve(prepare)

"""Prepare and run the training of a network."""

import logging
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from network3.data.mnist import size
from network3.engine import running
from network3.engine.functions import CompiledFunctions
from network3.engine.mini_batches import MiniBatches, at_mini_batch
from network3.evaluation.fitting import chance, value
from network3.training import checkpoint
from network3.training.descent import Descent
from network3.training.history import History
from network3.training.loop import Loop
from network3.training.settings import Settings
from network3.training.state import State
from network3.training.training_set import TrainingSet

log = logging.getLogger("network3")


class Trainer:
    """Train one network, and keep the state of the training between calls.

    Attributes
    ----------
    descent : Descent
        The SGD update.
    state : State
        The progress of the training.
    epochs : int
        The number of epochs of the current or the last training.
    seed : int or None
        The seed of NumPy's global generator, if a command set it. A checkpoint keeps the first.
    """

    def __init__(self, net: Any) -> None:
        self.net = net
        self.descent = Descent(net)
        self.state = State()
        self.epochs = 0
        self.seed: int | None = None
        self._functions = CompiledFunctions()
        self._training_set: TrainingSet | None = None

    def __getstate__(self) -> dict[str, Any]:
        return vars(self) | {"_training_set": None}

    def train(self, training_data, validation_data, test_data, settings: Settings) -> History:
        """Train the network as `Network.SGD` describes, on validated data."""
        batches = size(training_data) // settings.mini_batch_size
        training_set = TrainingSet(
            training_data, settings.expander, settings.shuffle, self._training_set
        )
        given = {"training": training_data, "validation": validation_data, "test": test_data}
        data = {name: _fingerprint(pair) for name, pair in given.items() if pair is not None}
        self._begin(settings, batches, data)
        self.epochs = settings.epochs
        self._training_set = training_set
        step = self.step(
            training_set.data,
            batches,
            settings.regularized,
            settings.momentum > 0,
            settings.global_clipnorm is not None,
        )
        sets = {"validation": validation_data}
        if test_data is not None and size(test_data) >= settings.mini_batch_size:
            sets["test"] = test_data
        if settings.training_accuracy:
            sets["training"] = training_data
        accuracies = {
            role: self.net.evaluator.accuracy_on(role, data, size(data) // settings.mini_batch_size)
            for role, data in sets.items()
        }
        with (
            running.computing([*self.net.params, *self.descent.velocities]),
            training_set.epochs(self.state.epoch, self.state.shuffle_seed) as begin_epoch,
        ):
            Loop(self, settings, step, begin_epoch, accuracies, chance(validation_data[1])).run()
        return self.state.history

    def step(
        self,
        data: Any,
        batches: int,
        regularized: bool,
        with_momentum: bool = False,
        clipped: bool = False,
    ) -> MiniBatches:
        """Return the compiled function that trains on mini-batches and returns their costs."""
        net, cost = self.net, self.net.layers[-1].cost(self.net)
        how = regularized, with_momentum, clipped

        def compile_step():
            total, updates = self.descent.updates(cost, net.y, *how)
            return MiniBatches(batches, total, lambda i: at_mini_batch(net, data, i), updates)

        return self._functions.get("train", cost, (*data, batches, *how), compile_step)

    def _begin(self, settings, batches, data):
        """Set the state of the training: a new one, or the one to resume."""
        if not settings.resume:
            self.state = State()
            self.descent.rest()
        elif settings.checkpoint is not None and Path(settings.checkpoint).exists():
            self.state = checkpoint.read(settings.checkpoint, self, batches)
        elif settings.checkpoint is not None:
            log.info("There is no checkpoint %s yet: a new training starts.", settings.checkpoint)
        self.state.check("The training", batches)
        self.state.warn_of_other_data("The resumed training", data)
        self.state.data = data
        self.state.batches = batches
        if settings.shuffle and self.state.shuffle_seed is None:
            self.state.shuffle_seed = int(np.random.randint(2**32, dtype=np.uint32))


def _fingerprint(data):
    """Return the number of images and a checksum of the labels, which takes a millisecond."""
    return [size(data), zlib.crc32(value(data[1]).astype(np.int64).tobytes())]

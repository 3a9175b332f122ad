"""The loop over epochs: training, evaluation, and when to stop."""

import logging
import time
import warnings

import numpy as np

from network3.engine import interrupts, running
from network3.training import checkpoint
from network3.training.callbacks import StopTraining
from network3.training.progress import Progress

log = logging.getLogger("network3")

LINES_EVERY = 1000  # mini-batches
BAR_EVERY = 500
CALL_EVERY = 0.2  # seconds, for `on_mini_batches`


class Loop:
    """One call of SGD, from its first epoch to its last.

    Parameters
    ----------
    trainer : Trainer
        Provides the network, the SGD update and the state.
    settings : Settings
    step : MiniBatches
        Trains on mini-batches and returns their costs.
    begin_epoch : function of the number of an epoch
        Prepares the images of the epoch.
    accuracies : dict of functions
        {"validation": ..., "test": ..., "training": ...}; the last two are optional.
    chance : float or None
        The validation accuracy that a network reaches by chance; None if unknown.
    """

    def __init__(self, trainer, settings, step, begin_epoch, accuracies, chance):
        self.trainer = trainer
        self.net, self.descent, self.state = trainer.net, trainer.descent, trainer.state
        self.settings, self.step, self.begin_epoch = settings, step, begin_epoch
        self.accuracies, self.chance = accuracies, chance
        self.batches = self.state.batches
        self.hooked = any(hasattr(c, "on_mini_batches") for c in settings.callbacks)
        per_epoch = self.batches * self.net.mini_batch_size
        self.progress = Progress(
            settings.verbose,
            settings.epochs,
            per_epoch,
            self.state.epoch * per_epoch + self.state.trained * self.net.mini_batch_size,
        )

    def run(self):
        """Train until all epochs are done or the training is stopped."""
        self.net.stop_training = False
        self._call("on_train_begin")
        try:
            while self.state.epoch < self.settings.epochs and not self._is_to_stop():
                self._run_epoch()
        except StopTraining:
            self._save()
            self._call("on_train_end")
            log.info(
                "Stopped in epoch %d after %d of %d mini-batches: resume=True continues there.",
                self.state.epoch,
                self.state.trained,
                self.batches,
            )
            return
        except (KeyboardInterrupt, Exception):  # save what is trained, whatever happens
            if self.state.epoch or self.state.trained:
                self._save()
            raise
        finally:
            self.progress.close()
        self._finish()

    def _run_epoch(self):
        settings, state, epoch = self.settings, self.state, self.state.epoch
        eta, lmbda = settings.eta_of(epoch), settings.lmbda_of(epoch)
        self.descent.set_rates(
            eta, lmbda, self.batches, settings.momentum, settings.global_clipnorm
        )
        self.begin_epoch(epoch)
        self._call("on_epoch_begin")
        self._train_epoch(epoch)
        found = self._evaluate(epoch)
        images = self.batches * self.net.mini_batch_size
        with interrupts.held_back():
            state.end_epoch(
                epoch=epoch,
                cost=float(state.costs.mean()),
                training_accuracy=found.get("training"),
                validation_accuracy=found["validation"],
                test_accuracy=found.get("test"),
                seconds=state.seconds,
                images_per_second=images / state.seconds,
                eta=eta,
                lmbda=lmbda,
            )
        self.progress.end_epoch(state.history.rows[-1])
        self._warn_if_stuck()
        self._call("on_epoch_end")
        if (epoch + 1) % settings.every == 0 or epoch + 1 == settings.epochs or self._is_to_stop():
            self._save()

    def _train_epoch(self, epoch):
        """Train on the remaining mini-batches of an epoch.

        If a cost or a parameter becomes NaN or infinite, restore the parameters at its start.
        """
        variables = [*self.net.params, *self.descent.velocities]
        before = [running.snapshot(variable) for variable in variables]
        try:
            while self.state.trained < self.batches:
                self._train_stretch(epoch * self.batches)
            # The cost does not reflect the last update yet.
            for param in self.net.params:
                if not running.finite(param):
                    last = (epoch + 1) * self.batches - 1
                    raise _not_a_number(f"A parameter ({param}) is not finite", last)
        except FloatingPointError:
            with interrupts.held_back():
                for variable, value in zip(variables, before, strict=True):
                    variable.set_value(value)
                self.state.begin_epoch()
            raise

    def _train_stretch(self, start):
        """Train until the next progress line, update of the bar, or call of `on_mini_batches`.

        `start` is the number of the epoch's first mini-batch.
        """
        first = start + self.state.trained
        at_once = BAR_EVERY if self.progress.bar is not None else LINES_EVERY
        if running.whole_epochs():
            at_once = self.batches
        stop = min(start + self.batches, first // at_once * at_once + at_once)
        if self.hooked and not running.whole_epochs():
            # Few at first, until it is known how long they take.
            rate = self.state.trained / self.state.seconds if self.state.trained else 50
            stop = min(stop, first + max(1, int(rate * CALL_EVERY)))
        for iteration in range(first, stop):
            if iteration % LINES_EVERY == 0:
                self.progress.say(f"Training mini-batch number {iteration}")
        began = time.perf_counter()
        with interrupts.held_back():
            try:
                self.step(first - start, stop - first)
            finally:
                costs = self.step.results_since(first - start)
                self.state.add(costs, time.perf_counter() - began)
        bad = np.flatnonzero(~np.isfinite(costs))
        if len(bad):
            raise _not_a_number(f"The cost became {costs[bad[0]]}", first + bad[0])
        images = (stop - first) * self.net.mini_batch_size
        self.progress.advance(self.state.epoch, images, self.state.costs.mean())
        self._call("on_mini_batches")

    def _evaluate(self, epoch):
        """Compute the accuracies and print the book's progress lines."""
        accuracies = self.accuracies
        found = {"validation": float(accuracies["validation"]())}
        self.progress.say(f"Epoch {epoch}: validation accuracy {found['validation']:.2%}")
        if "training" in accuracies:
            found["training"] = float(accuracies["training"]())
        best = max(self.state.history["validation_accuracy"], default=0.0)
        if found["validation"] >= best:
            self.progress.say("This is the best validation accuracy to date.")
            self.state.best_params = None
            if self.settings.restore_best_weights:
                self.state.best_params = [
                    np.array(param.get_value(borrow=True)) for param in self.net.params
                ]
            if "test" in accuracies:
                found["test"] = float(accuracies["test"]())
                self.progress.say(f"The corresponding test accuracy is {found['test']:.2%}")
        return found

    def _is_to_stop(self):
        return self.net.stop_training or self._is_out_of_patience()

    def _is_out_of_patience(self):
        patience = self.settings.patience
        waited = self.state.history.epochs_without_improvement
        return patience is not None and waited >= patience

    def _finish(self):
        if self.settings.restore_best_weights:
            self._restore_best()
        self._call("on_train_end")
        history = self.state.history
        self.progress.say("Finished training network.")
        if history.best is not None:
            best = history.rows[history.best]
            iteration = (history.best + 1) * self.batches - 1
            self.progress.say(
                f"Best validation accuracy of {best['validation_accuracy']:.2%} "
                f"obtained at iteration {iteration}"
            )
            if best.get("test_accuracy") is not None:
                self.progress.say(f"Corresponding test accuracy of {best['test_accuracy']:.2%}")
        self.progress.finish(history, self._early())

    def _early(self):
        """Return a sentence if patience has ended the training, else an empty string."""
        if not self._is_out_of_patience() or self.state.epoch >= self.settings.epochs:
            return ""
        waited = self.state.history.epochs_without_improvement
        return f"Stopped early: no better validation accuracy for {waited} epochs."

    def _restore_best(self):
        best = self.state.best_params
        if best is not None:
            with interrupts.held_back():
                for param, value in zip(self.net.params, best, strict=True):
                    param.set_value(value)
        elif len(self.state.history):
            warnings.warn(
                f"The parameters of the best epoch, {self.state.history.best}, were not kept, "
                f"because restore_best_weights was not set during that epoch: the network keeps "
                f"the parameters of the last epoch.",
                RuntimeWarning,
                stacklevel=6,
            )

    def _warn_if_stuck(self):
        """Warn if the accuracy after two epochs is no better than chance."""
        accuracies = self.state.history["validation_accuracy"]
        chance = self.chance
        if chance is not None and len(accuracies) == 2 and max(accuracies) <= chance < 0.5:
            warnings.warn(
                f"After two epochs the network classifies {max(accuracies):.1%} of the validation "
                f"images correctly, no better than chance ({chance:.1%}). What usually helps: "
                f"another eta (smaller, or larger for sigmoid), pixels in [0, 1], "
                f'initialization="n_in" in wide layers or "he" for ReLU.',
                RuntimeWarning,
                stacklevel=6,
            )

    def _save(self):
        if self.settings.checkpoint is not None:
            with interrupts.held_back():
                checkpoint.write(self.settings.checkpoint, self.trainer)

    def _call(self, name):
        for callback in self.settings.callbacks:
            method = getattr(callback, name, None)
            if method is not None:
                method(self.net, self.state.history)


def _not_a_number(what, mini_batch):
    return FloatingPointError(
        f"{what} at training mini-batch number {mini_batch}. The parameters are reset to those "
        f"at the start of that epoch. A smaller eta usually helps, and so do smaller initial "
        f"weights and pixels."
    )

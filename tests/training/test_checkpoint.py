"""A training that is killed or interrupted, or cannot write, resumes as if nothing had happened."""

import os
import random
import re
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import pytest
from pytensor.tensor.random.utils import RandomStream
from small_nets import conv_net, shared, softmax_net, values

from network3 import ConvPoolLayer, Network, ReLU, SoftmaxLayer, dropout_layer, load
from network3.evaluation.accuracy import Accuracy
from network3.layers import Layer
from network3.storage import tensors
from network3.storage.streams import random_streams
from network3.training import checkpoint

HERE = Path(__file__).parents[1]
# Everything that determines the rest of a training: dropout, momentum, new images in each epoch,
# shuffling, a decreasing rate, the best parameters so far.
TRAINING = """
    import os, sys
    import numpy as np
    import network3
    from small_nets import conv_net, shared, values
    network3.GPU = False
    # If there is a checkpoint, it alone determines the result, so the seed must not matter.
    net = conv_net(p_dropout=0.5, seed=99 if os.path.exists(sys.argv[1]) else 3)
    print("built", flush=True)
    net.SGD(
        shared(2000), 40, 10, lambda epoch: 0.1 / (1 + epoch / 20), shared(1000, 1), None, 0.1,
        verbose="none", momentum=0.5, shuffle=True, restore_best_weights=True, patience=39,
        expander=network3.Expander(shift=1, seed=2), checkpoint=sys.argv[1], resume=True,
    )
    history = net.history
    np.savez(sys.argv[2], *values(net), history["cost"], history["validation_accuracy"])
"""
SETTINGS = {"verbose": "none", "momentum": 0.5, "shuffle": True}


def start(checkpoint_file, result):
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(TRAINING), checkpoint_file, result],
        cwd=HERE,
        stdout=subprocess.PIPE,
        text=True,
    )


def finished(process):
    process.communicate(timeout=120)
    assert process.returncode == 0


def arrays(path):
    with np.load(path) as file:
        return [file[name] for name in file.files]


@pytest.mark.process
def test_a_training_killed_twenty_times_is_identical_to_an_uninterrupted_one(tmp_path):
    finished(start(tmp_path / "alone.checkpoint", tmp_path / "alone.npz"))
    chance = random.Random(1)
    file, result = tmp_path / "killed.checkpoint", tmp_path / "killed.npz"
    for kill in range(20):
        process = start(file, result)
        process.stdout.readline()
        if kill % 4 == 0:  # in the middle of a write: as soon as the temporary file exists
            _wait_for_a_file_on_the_side(tmp_path, process)
        else:
            time.sleep(chance.uniform(0, 0.5))
        process.kill()
        process.communicate()
        killed = -getattr(signal, "SIGKILL", -1)  # 1 on Windows
        assert process.returncode in (killed, 0)
    finished(start(file, result))
    for killed, alone in zip(arrays(result), arrays(tmp_path / "alone.npz"), strict=True):
        np.testing.assert_array_equal(killed, alone)


def _wait_for_a_file_on_the_side(folder, process):
    known = set(os.listdir(folder))
    for _ in range(100_000):
        if set(os.listdir(folder)) - known - {"killed.checkpoint", "killed.npz"}:
            return
        if process.poll() is not None:
            return


@pytest.mark.parametrize("masks", ["independent", "original"])
def test_an_interrupted_epoch_goes_on_in_its_middle(tmp_path, backend, masks):
    path = tmp_path / "a.checkpoint"
    alone = conv_net(p_dropout=0.5, masks=masks)
    train(alone, 3)

    net = conv_net(p_dropout=0.5, masks=masks)
    interrupt_after(net, 17)  # in the third epoch of six mini-batches each
    with pytest.raises(KeyboardInterrupt):
        train(net, 3, checkpoint=path)
    assert (net.trainer.state.epoch, net.trainer.state.trained) == (2, 5)

    # The checkpoint replaces these parameters, and decides on the masks.
    again = conv_net(p_dropout=0.5, seed=7)
    train(again, 3, seed=6, checkpoint=path, resume=True)
    for found, wanted in zip(values(again), values(alone), strict=True):
        np.testing.assert_array_equal(found, wanted)
    assert again.history["cost"] == alone.history["cost"]
    assert [layer.masks for layer in again.layers[1:]] == [masks, masks]


class Dropping(Layer):
    """A user-defined layer that leaves the kind of its masks to `dropout_layer`."""

    def __init__(self, **masks):
        self.masks = masks

    def config(self):
        return {}

    def set_inpt(self, inpt, inpt_dropout, mini_batch_size):
        self.output = inpt / 2
        self.output_dropout = dropout_layer(inpt_dropout, 0.5, **self.masks)


def test_a_user_defined_layer_with_other_masks_than_the_file_is_named(tmp_path, caplog):
    nets = [
        Network([Dropping(**masks), SoftmaxLayer(64, 8, 0.2, **masks)], 10)
        for masks in ({"masks": "independent"}, {})
    ]
    train(nets[0], 1, checkpoint=tmp_path / "a")
    nets[0].save(tmp_path / "net")
    sentence = r"stream of layer 0 \(Dropping\) draws other ones: .* masks=.independent."
    with pytest.raises(ValueError, match=sentence):
        train(nets[1], 2, checkpoint=tmp_path / "a", resume=True)
    assert nets[1].layers[1].masks == "original"
    loaded = load(tmp_path / "net", custom={"Dropping": Dropping})
    assert re.search(sentence, caplog.text)
    for found, wanted in zip(values(loaded), values(nets[0]), strict=True):
        np.testing.assert_array_equal(found, wanted)
    streams = random_streams(loaded)
    assert [s.get_value().shape for s in streams.values()] == [(625,), (4,)]
    assert loaded.layers[1].masks == "independent"


def train(net, epochs, seed=5, **settings):
    np.random.seed(seed)  # for the order of the images
    data = shared(60)
    return net.SGD(data, epochs, 10, 0.1, data, None, **SETTINGS | settings)


def interrupt_after(net, mini_batches):
    """Simulate Ctrl-C after this many mini-batches."""
    training, left = net.trainer.step, [mini_batches]

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

    net.trainer.step = interrupted


def test_without_a_file_a_training_goes_on_where_the_last_call_stopped():
    alone, net = conv_net(p_dropout=0.5), conv_net(p_dropout=0.5)
    train(alone, 4)
    train(net, 2)
    history = train(net, 4, resume=True)
    assert history["epoch"] == [0, 1, 2, 3]
    for found, wanted in zip(values(net), values(alone), strict=True):
        np.testing.assert_array_equal(found, wanted)


def test_a_training_that_is_at_its_end_stays_there(tmp_path, capsys):
    net = conv_net()
    train(net, 2, checkpoint=tmp_path / "a")
    before = values(net)
    train(net, 2, checkpoint=tmp_path / "a", resume=True, verbose="lines")
    assert capsys.readouterr().out.splitlines()[0] == "Finished training network."
    for found, wanted in zip(values(net), before, strict=True):
        np.testing.assert_array_equal(found, wanted)


def test_a_new_training_does_not_go_on_with_an_old_file(tmp_path):
    net = softmax_net()
    train(net, 2, checkpoint=tmp_path / "a")
    assert train(net, 1, checkpoint=tmp_path / "a")["epoch"] == [0]


def test_patience_counts_over_interruptions(tmp_path, monkeypatch):
    sequence = iter([0.2, 0.5, 0.4, 0.4, 0.4, 0.4])
    monkeypatch.setattr(
        "network3.evaluation.evaluator.Accuracy.__call__", lambda self: next(sequence)
    )
    path = tmp_path / "a"
    train(softmax_net(), 3, patience=3, checkpoint=path)
    history = train(softmax_net(), 9, patience=3, checkpoint=path, resume=True)
    assert history["validation_accuracy"] == [0.2, 0.5, 0.4, 0.4, 0.4]


def test_only_every_so_many_epochs_are_written_and_the_last_one(tmp_path, monkeypatch):
    written = []
    monkeypatch.setattr(
        checkpoint, "write", lambda path, trainer: written.append(trainer.state.epoch)
    )
    train(softmax_net(), 7, checkpoint=tmp_path / "a", every=3)
    assert written == [3, 6, 7]


class TestAFileThatDoesNotFit:
    def test_of_another_net(self, tmp_path):
        train(softmax_net(), 1, checkpoint=tmp_path / "a")
        net = conv_net()
        before = values(net)
        with pytest.raises(ValueError, match="a does not fit the network: it has no w of layer 1"):
            train(net, 2, checkpoint=tmp_path / "a", resume=True)
        for found, wanted in zip(values(net), before, strict=True):
            np.testing.assert_array_equal(found, wanted)

    def test_with_other_mini_batches(self, tmp_path):
        train(softmax_net(), 1, checkpoint=tmp_path / "a")
        net = softmax_net(20)
        data = shared(60)
        with pytest.raises(ValueError, match="of 10 images, but the network's mini_batch_size is"):
            net.SGD(data, 2, 20, 0.1, data, None, checkpoint=tmp_path / "a", resume=True)

    @pytest.mark.parametrize(
        ("other", "says"),
        [
            ({"activation_fn": ReLU}, r"activation_fn = 'sigmoid', and has 'ReLU'"),
            ({"pool_mode": "l2"}, r"pool_mode = 'max', and has 'l2'"),
            ({"poolsize": (3, 2)}, r"poolsize = \[2, 3\], and has \[3, 2\]"),
        ],
    )
    def test_of_layers_that_compute_something_else(self, tmp_path, other, says):
        """The parameters fit, but were trained for another computation."""

        def net(**settings):
            settings = {"poolsize": (2, 3)} | settings
            pooled = ConvPoolLayer((3, 1, 3, 3), (10, 1, 8, 8), **settings)
            return Network([pooled, SoftmaxLayer(18, 8)], 10)

        train(net(), 1, checkpoint=tmp_path / "a")
        with pytest.raises(ValueError, match=f"a is from a training .*: layer 0 had {says}: build"):
            train(net(**other), 2, checkpoint=tmp_path / "a", resume=True)
        train(net(), 2, checkpoint=tmp_path / "a", resume=True)

    def test_one_that_does_not_say_what_its_layers_compute_is_accepted(self, tmp_path):
        """Checkpoints of older versions do not say it."""
        path, net = tmp_path / "a", conv_net()
        train(net, 1, checkpoint=path)
        arrays, about = tensors.read(path, checkpoint.KIND)
        del about["layers"]
        tensors.write(path, checkpoint.KIND, arrays, about)
        other = conv_net(seed=1)
        assert checkpoint.read(path, other.trainer, 6).epoch == 1
        for found, wanted in zip(values(other), values(net), strict=True):
            np.testing.assert_array_equal(found, wanted)

    def test_without_dropout(self, tmp_path):
        train(conv_net(), 1, checkpoint=tmp_path / "a")
        with pytest.raises(ValueError, match="not fit the network: it has no stream of layer 1"):
            train(conv_net(p_dropout=0.5), 2, checkpoint=tmp_path / "a", resume=True)

    def test_a_net_in_place_of_a_training(self, tmp_path):
        net = softmax_net()
        net.save(tmp_path / "a")
        with pytest.raises(ValueError, match="network3 net"):
            train(net, 2, checkpoint=tmp_path / "a", resume=True)


class TestAFileThatCannotBeWritten:
    def test_a_missing_folder_is_found_before_the_training(self, tmp_path):
        net = softmax_net()
        with pytest.raises(OSError, match="nowhere"):
            train(net, 2, checkpoint=tmp_path / "nowhere" / "a")
        assert len(net.history) == 0

    @pytest.mark.posix
    def test_a_full_disk_leaves_the_last_checkpoint_whole(self, tmp_path):
        program = """
            import resource, signal, sys
            import numpy as np
            import network3
            from small_nets import conv_net, shared
            network3.GPU = False
            path, net, data = sys.argv[1], conv_net(), shared(60)
            net.SGD(data, 2, 10, 0.1, data, None, verbose="none", checkpoint=path)
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))
            try:
                net.SGD(data, 3, 10, 0.1, data, None, verbose="none", checkpoint=path, resume=True)
            except OSError as error:
                print(error)
        """
        path = tmp_path / "a"
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(program), path],
            cwd=HERE,
            capture_output=True,
            text=True,
            check=True,
        )
        assert str(path) in done.stdout
        net = conv_net(seed=8)
        checkpoint.read(path, net.trainer, 6)
        assert len(os.listdir(tmp_path)) == 1
        assert checkpoint.read(path, net.trainer, 6).epoch == 2


def test_a_training_interrupted_while_it_evaluates_goes_on_from_there(tmp_path, monkeypatch):
    alone = conv_net(p_dropout=0.5)
    train(alone, 3)

    net, accuracy = conv_net(p_dropout=0.5), Accuracy.__call__
    calls = iter(range(9))

    def interrupted(self):
        if next(calls) == 1:
            raise KeyboardInterrupt
        return accuracy(self)

    monkeypatch.setattr(Accuracy, "__call__", interrupted)
    with pytest.raises(KeyboardInterrupt):
        train(net, 3, checkpoint=tmp_path / "a")
    assert (net.trainer.state.epoch, net.trainer.state.trained) == (1, 6)
    again = conv_net(p_dropout=0.5)
    train(again, 3, checkpoint=tmp_path / "a", resume=True)
    for found, wanted in zip(values(again), values(alone), strict=True):
        np.testing.assert_array_equal(found, wanted)


def test_a_checkpoint_without_momentum_brings_velocities_to_rest(tmp_path):
    rest = {"momentum": 0.0}
    train(softmax_net(), 1, checkpoint=tmp_path / "a", **rest)
    fresh, moving = softmax_net(), softmax_net()
    train(moving, 1)
    for net in (fresh, moving):
        train(net, 2, checkpoint=tmp_path / "a", resume=True)
        train(softmax_net(), 1, checkpoint=tmp_path / "a", **rest)
    for found, wanted in zip(values(moving), values(fresh), strict=True):
        np.testing.assert_array_equal(found, wanted)


class Noisy(SoftmaxLayer):
    """A user-defined layer with noise from PyTensor's random numbers."""

    stream_seed = 3

    def set_inpt(self, inpt, inpt_dropout, mini_batch_size):
        noise = RandomStream(seed=self.stream_seed).normal(size=(mini_batch_size, self.n_in))
        super().set_inpt(inpt, inpt_dropout + 0.1 * noise.astype(inpt.dtype), mini_batch_size)


def noisy_net(seed=3):
    layer = Noisy(64, 8)
    layer.stream_seed = seed
    return Network([layer], 10)


@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")  # PyTensor's
def test_pytensors_own_random_numbers_are_restored_too(tmp_path):
    alone, net, again = noisy_net(), noisy_net(), noisy_net(seed=8)
    train(alone, 4)
    train(net, 2, checkpoint=tmp_path / "a")
    train(again, 4, checkpoint=tmp_path / "a", resume=True)
    for found, wanted in zip(values(again), values(alone), strict=True):
        np.testing.assert_array_equal(found, wanted)


def test_an_epoch_under_way_needs_as_many_mini_batches_to_go_on(tmp_path):
    net = softmax_net()
    interrupt_after(net, 3)
    with pytest.raises(KeyboardInterrupt):
        train(net, 2, checkpoint=tmp_path / "a")
    data = shared(50)
    for again in (softmax_net(), net):
        before = values(again)
        with pytest.raises(ValueError, match="epoch of 6 mini-batches, but training_data has 5"):
            again.SGD(data, 2, 10, 0.1, data, None, checkpoint=tmp_path / "a", resume=True)
        for found, wanted in zip(values(again), before, strict=True):
            np.testing.assert_array_equal(found, wanted)


@pytest.mark.parametrize(
    "change",
    [
        lambda arrays, about: about.clear(),
        lambda arrays, about: about.update(history={"epoch": 3}),
        lambda arrays, about: about.update(history=None),
        lambda arrays, about: about.update(seconds="long"),
        lambda arrays, about: about.update(seconds=10**400),
        lambda arrays, about: about.update(shuffle_seed=-1),
        lambda arrays, about: about.update(mini_batch_size=None),
        lambda arrays, about: about.update(layers=None),
        lambda arrays, about: about.update(layers=[3]),
        lambda arrays, about: arrays.clear(),
        lambda arrays, about: arrays.pop("costs"),
        lambda arrays, about: arrays.update(costs=np.zeros((2, 2))),
        lambda arrays, about: arrays.update({"1.stream": np.zeros(3, np.uint32)}),
        lambda arrays, about: arrays.update({"1.stream": np.zeros(4, np.float32)}),
        lambda arrays, about: arrays.pop("1.stream"),
        lambda arrays, about: arrays.pop("velocity.0.w"),
        lambda arrays, about: (
            arrays.update({"1.stream": np.zeros(4, np.uint32)}),
            arrays.pop("velocity.0.w"),
        ),
        lambda arrays, about: arrays.pop("best.2.b"),
        lambda arrays, about: arrays.update({"0.w": np.zeros((3, 1, 3, 3), int)}),
    ],
)
def test_a_file_that_says_other_things_than_a_checkpoint_is_refused(tmp_path, change):
    path = tmp_path / "a"
    train(conv_net(p_dropout=0.5), 1, checkpoint=path, restore_best_weights=True)
    arrays, about = tensors.read(path, checkpoint.KIND)
    change(arrays, about)
    tensors.write(path, checkpoint.KIND, arrays, about)
    net = conv_net(p_dropout=0.5, seed=2)
    before = values(net), [stream.get_value() for stream in random_streams(net).values()]
    with pytest.raises(ValueError, match=re.escape(str(path))):
        train(net, 2, checkpoint=path, resume=True)
    after = values(net), [stream.get_value() for stream in random_streams(net).values()]
    for found, wanted in zip([*after[0], *after[1]], [*before[0], *before[1]], strict=True):
        np.testing.assert_array_equal(found, wanted)


class Begun:
    def __init__(self):
        self.epochs = []

    def on_epoch_begin(self, net, history):
        self.epochs.append(len(history))


class Broken:
    def on_epoch_begin(self, net, history):
        if len(history) == 3:
            raise ZeroDivisionError


@pytest.mark.parametrize(
    ("error", "settings"),
    [
        (ZeroDivisionError, {"callbacks": [Broken()]}),
        (FloatingPointError, {"eta": lambda epoch: 0.5 if epoch < 3 else 1e38}),
    ],
)
def test_an_error_loses_no_epoch(error, settings, tmp_path):
    data, path = shared(60), tmp_path / "state"
    eta, callbacks = settings.get("eta", 0.5), settings.get("callbacks", ())
    keeping = {"verbose": "none", "checkpoint": path, "every": 10}
    with pytest.raises(error):
        softmax_net().SGD(data, 5, 10, eta, data, None, callbacks=callbacks, **keeping)
    broken, whole, begun = softmax_net(), softmax_net(), Begun()
    broken.SGD(data, 5, 10, 0.5, data, None, resume=True, callbacks=[begun], **keeping)
    assert begun.epochs == [3, 4]
    whole.SGD(data, 5, 10, 0.5, data, None, verbose="none")
    for a, b in zip(values(broken), values(whole), strict=True):
        np.testing.assert_array_equal(a, b)


def test_an_error_before_the_first_mini_batch_leaves_the_checkpoint(tmp_path):
    data, path = shared(60), tmp_path / "state"
    keeping = {"verbose": "none", "checkpoint": path}
    softmax_net().SGD(data, 2, 10, 0.5, data, None, **keeping)
    before = path.read_bytes()
    with pytest.raises(ZeroDivisionError):
        softmax_net().SGD(data, 2, 10, lambda epoch: 1 / epoch, data, None, **keeping)
    assert path.read_bytes() == before


def test_other_data_on_resuming_are_logged_in_one_line(tmp_path, caplog):
    """Otherwise users would compare accuracies on different data."""
    path = tmp_path / "a.checkpoint"
    caplog.set_level("INFO", "network3")

    def resume(epochs, validation_data, test_data=None):
        caplog.clear()
        settings = {"verbose": "none", "checkpoint": path, "resume": True}
        net = softmax_net()
        net.SGD(shared(40), epochs, 10, 0.5, validation_data, test_data, **settings)
        return caplog.messages

    assert resume(1, shared(30)) == [f"There is no checkpoint {path} yet: a new training starts."]
    assert resume(2, shared(30), shared(20)) == []
    (said,) = resume(3, shared(30, seed=1), shared(10))
    assert said == (
        "The resumed training used other validation and test data (30 and 20 images, now "
        "30 and 10, or other labels): its accuracies are not comparable with the new ones."
    )
    arrays, about = tensors.read(path, checkpoint.KIND)
    del about["data"]  # as in older files
    tensors.write(path, checkpoint.KIND, arrays, about)
    assert resume(4, shared(30)) == []
    for data in [3], {"test": 3}, {"test": ["3", 4]}:
        tensors.write(path, checkpoint.KIND, arrays, {**about, "data": data})
        with pytest.raises(ValueError, match="does not record the data of a training"):
            resume(5, shared(30))

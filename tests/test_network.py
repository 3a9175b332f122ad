"""Network.SGD: its output, its results, the arguments that it refuses, and interruptions."""

import copy
import pickle
import re

import numpy as np
import pytensor
import pytensor.tensor as T
import pytest
from processes import run
from small_nets import PIXELS, conv_net, images, shared, softmax_net, values

import network3
from network3 import ConvPoolLayer, FullyConnectedLayer, Network, SoftmaxLayer


def test_the_lines_are_the_books(capsys, backend):
    net = softmax_net()
    net.SGD(shared(10_010), 2, 10, 0.1, shared(50, seed=1), shared(50, seed=2))
    lines = capsys.readouterr().out.splitlines()
    percent = r"100.00%"
    assert lines == [
        "Training mini-batch number 0",
        "Training mini-batch number 1000",
        f"Epoch 0: validation accuracy {percent}",
        "This is the best validation accuracy to date.",
        f"The corresponding test accuracy is {percent}",
        "Training mini-batch number 2000",
        f"Epoch 1: validation accuracy {percent}",
        "This is the best validation accuracy to date.",
        f"The corresponding test accuracy is {percent}",
        "Finished training network.",
        f"Best validation accuracy of {percent} obtained at iteration 2001",
        f"Corresponding test accuracy of {percent}",
    ]


def test_without_test_data_its_lines_are_left_out(capsys):
    softmax_net().SGD(shared(50), 1, 10, 0.1, shared(20), None)
    assert "test accuracy" not in capsys.readouterr().out


def test_with_no_epochs_nothing_is_best(capsys):
    net = softmax_net()
    net.SGD(shared(50), 0, 10, 0.1, shared(20), shared(20))
    assert capsys.readouterr().out == "Finished training network.\n"
    assert all((value == 0).all() for value in values(net))


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("lmbda", [0.0, 0.5])
def test_softmax_regression_ends_where_numpy_ends(backend, float64, lmbda):
    (x, y), eta, n = images(47), 0.3, 10
    net = softmax_net()
    net.SGD((pytensor.shared(x), pytensor.shared(y)), 2, n, eta, shared(20), None, lmbda)

    w, b = np.zeros((PIXELS, 8)), np.zeros(8)
    batches = len(x) // n
    for i in [*range(batches)] * 2:
        xi, yi = x[i * n : (i + 1) * n], y[i * n : (i + 1) * n]
        d = (softmax(xi @ w + b) - np.eye(8)[yi]) / n
        w, b = w - eta * (xi.T @ d + lmbda / batches * w), b - eta * d.sum(axis=0)
    np.testing.assert_allclose(values(net)[0], w, atol=1e-12)
    np.testing.assert_allclose(values(net)[1], b, atol=1e-12)


def test_predictions_of_a_mini_batch_of_the_test_data(backend):
    net, (x, y) = softmax_net(), images(60)
    test_data = pytensor.shared(x), pytensor.shared(y)
    net.SGD(shared(200), 3, 10, 0.5, shared(20), test_data)
    w, b = values(net)
    expected = (x @ w + b).argmax(axis=1)
    predicted = [net.test_mb_predictions(i) for i in range(6)]
    assert np.concatenate(predicted).tolist() == expected.tolist()


def test_the_labels_may_be_a_cast_of_floats_as_in_the_original(backend):
    x, y = images(50)
    labels = T.cast(pytensor.shared(y.astype(pytensor.config.floatX)), "int32")
    data = pytensor.shared(x), labels
    net = softmax_net()
    net.SGD(data, 1, 10, 0.1, data, data)
    net.SGD(data, 1, 10, 0.1, data, data)
    assert np.isfinite(values(net)[0]).all()


@pytest.mark.parametrize("dtype", ["uint8", "int64", "uint32"])
def test_labels_may_be_whole_numbers_of_any_dtype(dtype):
    x, y = images(50)
    data = pytensor.shared(x), pytensor.shared(y.astype(dtype))
    softmax_net().SGD(data, 1, 10, 0.1, data, data)


def test_equal_validation_accuracy_counts_as_best(capsys):
    net = softmax_net()
    net.SGD(shared(50), 2, 10, 0.0, shared(20), None)
    assert capsys.readouterr().out.count("This is the best validation accuracy to date.") == 2


def test_a_net_trained_on_one_backend_goes_on_on_the_other():
    pytest.importorskip("jax")
    results = []
    for order in ([False, False], [True, False], [False, True]):
        network3.GPU = False
        net = conv_net(p_dropout=0.25)
        training, validation = shared(100), shared(20)
        for gpu in order:
            network3.GPU = gpu
            net.SGD(training, 1, 10, 0.1, validation, validation)
            left = [p.get_value(borrow=True) for p in net.params]
            assert all(type(value) is np.ndarray and value.flags.writeable for value in left)
        results.append(values(net))
    network3.GPU = False
    for other in results[1:]:
        for a, b in zip(results[0], other, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


def test_the_same_seed_gives_the_same_net_with_dropout(backend):
    runs = []
    for _ in range(2):
        net = conv_net(p_dropout=0.5, seed=3)
        net.SGD(shared(50), 2, 10, 0.1, shared(20), None)
        runs.append(values(net))
    for a, b in zip(*runs, strict=True):
        assert np.array_equal(a, b)


def test_a_readers_own_layer_works_among_ours(backend):
    class Halve:
        params = ()

        def set_inpt(self, inpt, inpt_dropout, mini_batch_size):
            self.output, self.output_dropout = inpt / 2, inpt_dropout / 2

    net = Network([Halve(), SoftmaxLayer(PIXELS, 8)], 10)
    net.SGD(shared(400), 1, 10, 0.5, shared(20), None, lmbda=0.1)
    assert len(net.params) == 2
    assert np.abs(values(net)[0]).max() > 0.1


class TestACostThatIsNotANumber:
    def test_stops_the_training_and_names_the_mini_batch(self, backend):
        net, (x, y) = softmax_net(), images(50)
        x[33] = np.nan
        with pytest.raises(FloatingPointError, match="nan at training mini-batch number 3. "):
            net.SGD((pytensor.shared(x), pytensor.shared(y)), 1, 10, 0.1, shared(20), None)
        assert all((value == 0).all() for value in values(net))

    def test_leaves_the_parameters_of_the_last_good_epoch(self, backend, float32):
        """With 0.1 * lmbda / 5 = 3 every update turns a weight w into about -2 w.

        The weights grow until the sum of their squares is too large for float32.
        """
        net, data = softmax_net(), shared(50)
        with pytest.raises(FloatingPointError, match="A smaller eta usually helps") as caught:
            net.SGD(data, 100, 10, 0.1, data, None, lmbda=150.0)
        mini_batch = int(re.search(r"number (\d+)", str(caught.value)).group(1))
        assert mini_batch > 50

        again = softmax_net()
        again.SGD(data, mini_batch // 5, 10, 0.1, data, None, lmbda=150.0)
        for left, good in zip(values(net), values(again), strict=True):
            assert np.array_equal(left, good)

    def test_is_seen_where_the_last_update_of_an_epoch_brings_it(self, float32, backend):
        """With one mini-batch per epoch, every cost is computed from finite parameters."""
        net, data = conv_net(), shared(10)
        with pytest.raises(FloatingPointError, match="is not finite at training mini-batch"):
            net.SGD(data, 9, 10, 1e30, data, None)
        assert all(np.isfinite(value).all() for value in values(net))


def test_an_interrupted_training_leaves_a_usable_net(backend, monkeypatch):
    net, data = softmax_net(), shared(50)
    training = net.trainer.step

    def interrupted_in_the_fourth_mini_batch(*arguments):
        train = training(*arguments)
        repeat = train.repeat

        def repeat_three(count):
            repeat(3)
            raise KeyboardInterrupt

        monkeypatch.setattr(train, "repeat", repeat_three)
        return train

    monkeypatch.setattr(net.trainer, "step", interrupted_in_the_fourth_mini_batch)
    with pytest.raises(KeyboardInterrupt):
        net.SGD(data, 1, 10, 0.1, data, None)
    monkeypatch.undo()
    assert type(net.params[0].get_value(borrow=True)) is np.ndarray
    assert np.abs(values(net)[0]).max() > 0
    net.SGD(data, 1, 10, 0.1, data, None)


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net))])
def test_a_trained_net_can_be_copied_and_pickled(copied):
    net, data = conv_net(p_dropout=0.5), shared(60)
    net.SGD(data, 1, 10, 0.5, data, data, verbose="none", shuffle=True)
    twin = copied(net)
    for a, b in zip(values(net), values(twin), strict=True):
        np.testing.assert_array_equal(a, b)
    assert twin.history["cost"] == net.history["cost"]
    before = values(net)[0]
    twin.SGD(data, 2, 10, 0.5, data, data, verbose="none", shuffle=True, resume=True)
    assert len(twin.history) == 2 and len(net.history) == 1
    np.testing.assert_array_equal(values(net)[0], before)


@pytest.mark.slow
def test_a_last_layer_need_not_say_its_classes():
    """The line of the best epoch needs only an accuracy."""

    class Mine:
        def __init__(self):
            self.w = pytensor.shared(np.zeros((PIXELS, 8), pytensor.config.floatX))
            self.params = [self.w]

        def set_inpt(self, inpt, inpt_dropout, mini_batch_size):
            self.output, self.output_dropout = inpt @ self.w, inpt_dropout @ self.w

        def cost(self, net):
            return T.mean((self.output_dropout - T.extra_ops.to_one_hot(net.y, 8)) ** 2)

        def accuracy(self, y):
            return T.mean(T.eq(T.argmax(self.output, axis=1), y))

    net, data = Network([Mine()], 10), shared(400)
    assert net.SGD(data, 2, 10, 0.5, data, data, verbose="none")["test_accuracy"][-1] > 0.9


@pytest.mark.parametrize("expander", ["x", network3.Expander])
def test_what_is_refused_leaves_the_history(expander):
    net, data = softmax_net(), shared(60)
    net.SGD(data, 1, 10, 0.5, data, None, verbose="none")
    with pytest.raises(TypeError, match="it must be an Expander"):
        net.SGD(data, 1, 10, 0.5, data, None, verbose="none", expander=expander)
    assert len(net.history) == 1


INTERRUPTED = """
    import os, signal, threading, time
    import numpy as np
    import network3
    from small_nets import conv_net, shared, values
    network3.GPU = False
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have it ignored
    net, data, little = conv_net(p_dropout=0.25), shared(100_000), shared(50)
    net.SGD(data, 0, 10, 0.1, little, None)  # compiles
    sent = []

    def interrupt():
        sent.append(time.monotonic())
        os.kill(os.getpid(), signal.SIGINT)

    threading.Timer(0.7, interrupt).start()
    try:
        net.SGD(data, 1_000, 10, 0.1, little, None)
    except KeyboardInterrupt:
        seconds = time.monotonic() - sent[0]
        print()  # a line may have been cut
        print("after", seconds, "seconds")
    before = values(net)
    net.SGD(data, 1, 10, 0.1, little, None)
    after = values(net)
    assert all(np.isfinite(value).all() for value in before + after)
    assert not any(np.array_equal(a, b) for a, b in zip(before, after))
"""


def test_an_interrupt_by_the_user_comes_through_soon():
    """A separate process gets Ctrl-C as a signal during a training of many minutes.

    It ends within a second on an idle machine.
    """
    out, _ = run(INTERRUPTED)
    (seconds,) = (float(line.split()[1]) for line in out.splitlines() if line.startswith("after"))
    assert seconds < 5


SAME_FOR_ANY_NUMBER_OF_THREADS = """
    import hashlib
    import numpy as np, pytensor
    import network3
    from network3 import ConvPoolLayer, FullyConnectedLayer, Network, ReLU, SoftmaxLayer
    network3.GPU = False
    np.random.seed(0)
    layers = [
        ConvPoolLayer((20, 1, 5, 5), (10, 1, 28, 28), activation_fn=ReLU),
        ConvPoolLayer((40, 20, 5, 5), (10, 20, 12, 12), activation_fn=ReLU),
        FullyConnectedLayer(640, 1000, ReLU, p_dropout=0.5),
        FullyConnectedLayer(1000, 1000, ReLU, p_dropout=0.5),
        SoftmaxLayer(1000, 10, p_dropout=0.5),
    ]
    rng = np.random.default_rng(1)
    images = rng.random((100, 784)).astype("float32")
    data = pytensor.shared(images), pytensor.shared(np.arange(100, dtype=np.int32) % 10)
    net = Network(layers, 10)
    net.SGD(data, 2, 10, 0.03, data, data, lmbda=0.1)
    for p in net.params:
        print(hashlib.sha1(p.get_value().tobytes()).hexdigest())
"""


@pytest.mark.slow
def test_the_number_of_threads_changes_no_bit():
    """The parameters after twenty steps of the book's largest network are bit-for-bit identical."""
    one, two, three = (
        run(SAME_FOR_ANY_NUMBER_OF_THREADS, OMP_NUM_THREADS=threads)[0] for threads in "123"
    )
    assert len(set(one.splitlines()[-10:])) == 10
    assert one == two == three


@pytest.fixture
def compilations(monkeypatch):
    """Return a list that grows with each compiled function."""
    done = []
    compile_function = pytensor.function

    def counted(*arguments, **keywords):
        done.append(1)
        return compile_function(*arguments, **keywords)

    monkeypatch.setattr(pytensor, "function", counted)
    return done


class TestFunctionsAreCompiled:
    def test_once_for_a_net(self, backend, compilations):
        """Other rates and more epochs need no new functions, and take effect."""
        net, data = conv_net(), (shared(50), shared(20, seed=1), shared(20, seed=2))
        net.SGD(data[0], 1, 10, 0.1, *data[1:], lmbda=0.1)
        functions, before = len(compilations), values(net)
        assert functions == 4  # for training, validation, test and prediction
        net.SGD(data[0], 2, 10, 0.0, *data[1:], lmbda=5.0)
        assert all(np.array_equal(a, b) for a, b in zip(before, values(net), strict=True))
        net.SGD(data[0], 1, 10, 0.2, *data[1:], lmbda=0.3)
        assert len(compilations) == functions
        again = conv_net()
        again.SGD(data[0], 1, 10, 0.1, *data[1:], lmbda=0.1)
        again.SGD(data[0], 1, 10, 0.2, *data[1:], lmbda=0.3)
        for a, b in zip(values(net), values(again), strict=True):
            assert np.array_equal(a, b)

    def test_anew_for_other_data_and_their_values_may_change(self, backend, compilations):
        net, training, validation = softmax_net(), shared(50), shared(20, seed=1)
        net.SGD(training, 1, 10, 0.1, validation, None)
        before = len(compilations)
        net.SGD(shared(50, seed=3), 1, 10, 0.1, validation, None)
        assert len(compilations) == before + 1
        net.SGD(shared(60, seed=3), 1, 10, 0.1, shared(30), None)
        assert len(compilations) == before + 3
        training[0].set_value(np.full_like(training[0].get_value(), np.nan))
        net.SGD(training, 0, 10, 0.1, validation, None)
        with pytest.raises(FloatingPointError):
            net.SGD(training, 1, 10, 0.1, validation, None)

    def test_anew_with_and_without_regularization(self, backend, float64):
        """The weights of a network with regularization, then without, follow the two formulas."""
        data, results = shared(50), []
        for first in (0.0, 0.5):
            net = softmax_net()
            net.SGD(data, 1, 10, 0.0, data, None, lmbda=first)  # this only compiles
            net.SGD(data, 1, 10, 0.1, data, None, lmbda=0.5 - first)
            results.append(values(net)[0])
        fresh = softmax_net()
        fresh.SGD(data, 1, 10, 0.1, data, None, lmbda=0.5)
        np.testing.assert_allclose(results[0], values(fresh)[0], rtol=1e-12)
        assert not np.allclose(results[0], results[1], rtol=1e-6)

    def test_anew_for_another_backend(self, compilations):
        pytest.importorskip("jax")
        net, data = softmax_net(), shared(50)
        for gpu, functions in ((False, 2), (True, 4), (True, 4)):
            network3.GPU = gpu
            net.SGD(data, 1, 10, 0.1, data, None)
            assert len(compilations) == functions
        network3.GPU = False

    @pytest.mark.slow
    def test_anew_for_another_cost_or_with_fusion_switched_off(self, compilations, monkeypatch):
        network3.GPU = False
        net, data = softmax_net(), shared(50)
        net.SGD(data, 1, 10, 0.1, data, None)
        before = len(compilations)
        cost = net.layers[-1].cost
        monkeypatch.setattr(net.layers[-1], "cost", lambda net: 2 * cost(net))
        net.SGD(data, 1, 10, 0.1, data, None)
        assert len(compilations) == before + 1
        monkeypatch.setattr(network3.engine.backend, "fusion_allowed", False)
        net.SGD(data, 1, 10, 0.1, data, None)
        assert len(compilations) == before + 3


LABELS = {
    "negative": (-1, r"labels from -1 to"),
    "too large": (8, r"to 8, but the last layer has 8 outputs: labels must lie in 0\.\.7"),
}


class TestRefuses:
    """Each wrong argument raises an error that explains it, before a parameter changes."""

    def refused(self, error, match, *arguments, net=None, **keywords):
        net = net or softmax_net()
        before = values(net)
        with pytest.raises(error, match=match) as caught:
            net.SGD(*arguments, **keywords)
        assert "\n" not in str(caught.value)
        assert all(np.array_equal(a, b) for a, b in zip(before, values(net), strict=True))

    def test_another_mini_batch_size(self):
        data = shared(50)
        self.refused(ValueError, "the network.s mini_batch_size is 10", data, 1, 5, 0.1, data, data)

    @pytest.mark.parametrize("epochs", [-1, 1.5, "1", None])
    def test_epochs_that_cannot_be_counted(self, epochs):
        data = shared(50)
        self.refused(ValueError, f"epochs = {epochs!r}", data, epochs, 10, 0.1, data, data)

    @pytest.mark.parametrize("eta", [float("nan"), float("inf"), 1e39, "0.1", None])
    def test_an_eta_that_is_no_number(self, eta, float32):
        data = shared(50)
        self.refused(ValueError, re.escape(f"eta = {eta!r}"), data, 1, 10, eta, data, data)

    @pytest.mark.parametrize("role", [0, 1])
    def test_a_data_set_smaller_than_a_mini_batch(self, role):
        sets = [shared(50), shared(50), shared(50)]
        sets[role] = shared(9)
        name = ("training_data", "validation_data")[role]
        match = f"{name} has 9 images, fewer than one mini-batch of 10"
        self.refused(ValueError, match, sets[0], 1, 10, 0.1, *sets[1:])

    @pytest.mark.parametrize("label", LABELS)
    def test_labels_out_of_range(self, label):
        (x, y), (wrong, match) = images(50), LABELS[label]
        y[7] = wrong
        data = pytensor.shared(x), pytensor.shared(y)
        self.refused(ValueError, match, data, 1, 10, 0.1, shared(20), None)

    def test_images_of_another_size(self):
        data = pytensor.shared(images(50)[0][:, :63]), shared(50)[1]
        match = "images of 63 pixels but the first layer takes 64"
        self.refused(ValueError, match, data, 1, 10, 0.1, shared(20), None)
        self.refused(ValueError, match, data, 1, 10, 0.1, shared(20), None, net=conv_net())

    def test_images_in_another_precision(self, float32):
        data = pytensor.shared(images(50)[0].astype("float64")), shared(50)[1]
        self.refused(TypeError, "in float64, but the network takes", data, 1, 10, 0.1, data, None)

    def test_labels_that_are_not_whole_numbers(self):
        x, y = images(50)
        data = pytensor.shared(x), pytensor.shared(y.astype("float32"))
        self.refused(TypeError, "labels of 1 dimensions in float32", data, 1, 10, 0.1, data, None)

    def test_fewer_labels_than_images(self):
        data = pytensor.shared(images(50)[0]), pytensor.shared(images(49)[1])
        self.refused(ValueError, "50 images but 49 labels", data, 1, 10, 0.1, data, None)

    def test_arrays_that_are_not_shared(self):
        self.refused(TypeError, "must hold shared variables", images(50), 1, 10, 0.1, None, None)

    def test_what_is_not_a_pair(self):
        data = shared(50)
        self.refused(TypeError, "must be a pair", data[0], 1, 10, 0.1, data, None)
        self.refused(TypeError, "is None: only test_data may be", data, 1, 10, 0.1, None, None)
        self.refused(TypeError, "not a tuple of 3", (*data, 1), 1, 10, 0.1, data, None)

    def test_a_last_layer_without_a_cost(self):
        net, data = Network([FullyConnectedLayer(PIXELS, 8)], 10), shared(50)
        self.refused(TypeError, "has no cost", data, 1, 10, 0.1, data, None, net=net)


def test_a_net_needs_layers():
    with pytest.raises(ValueError, match="Network got no layers"):
        Network([], 10)


class WithoutParams:
    def set_inpt(self, inpt, inpt_dropout, mini_batch_size):
        self.output = self.output_dropout = inpt


@pytest.mark.parametrize(
    "layers", [SoftmaxLayer, [SoftmaxLayer], SoftmaxLayer(4, 2), ["softmax"], [WithoutParams()]]
)
def test_layers_are_a_list_of_layers(layers):
    with pytest.raises(TypeError, match="it must be a list of layers"):
        Network(layers, 10)


def test_a_layer_stands_in_a_net_once():
    layer = FullyConnectedLayer(8, 8)
    with pytest.raises(ValueError, match="one layer twice"):
        Network([layer, layer, SoftmaxLayer(8, 8)], 10)


@pytest.mark.parametrize("size", [0, -1, 2.5, "ten"])
def test_a_net_needs_a_mini_batch_size(size):
    with pytest.raises(ValueError, match="mini_batch_size = "):
        Network([SoftmaxLayer(PIXELS, 8)], size)


def test_layers_that_do_not_fit_each_other_are_refused_when_the_net_is_built():
    conv = ConvPoolLayer((3, 1, 3, 3), (10, 1, 8, 8))
    with pytest.raises(ValueError, match=r"FullyConnectedLayer got 27 numbers.*n_in = 28"):
        Network([conv, FullyConnectedLayer(28, 10)], 10)
    with pytest.raises(ValueError, match=r"SoftmaxLayer got 16 numbers.*n_in = 15"):
        Network([FullyConnectedLayer(PIXELS, 16), SoftmaxLayer(15, 8)], 10)
    second = ConvPoolLayer((3, 2, 3, 3), (10, 2, 3, 3), (1, 1))
    with pytest.raises(ValueError, match=r"ConvPoolLayer got 27 numbers.*image_shape"):
        Network([conv, second], 10)
    with pytest.raises(ValueError, match="built for mini-batches of 10 images but the network has"):
        Network([conv, SoftmaxLayer(27, 8)], 20)

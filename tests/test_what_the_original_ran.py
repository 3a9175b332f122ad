"""Input that makes little sense, but that the original accepted, is not refused.

Each case was run with the original's code on Theano 1.0.5. If the user has probably made a mistake,
a warning explains it.
"""

import gzip
import pickle

import numpy as np
import pytensor
import pytensor.tensor as T
import pytest
from small_nets import PIXELS, images, shared, softmax_net, values

import network3
from network3 import FullyConnectedLayer, Network, SoftmaxLayer, dropout_layer
from network3.layers import Layer


def labelled(n, labels):
    """Return n images with the given labels."""
    return pytensor.shared(images(n)[0]), pytensor.shared(np.asarray(labels, np.int32))


def trained(*sets, eta=0.5, size=10, **keywords):
    """Return a network after two epochs, and its history."""
    net = softmax_net()
    history = net.SGD(sets[0], 2, size, eta, *sets[1:], verbose="none", **keywords)
    return net, history


def test_a_test_set_without_labels_is_evaluated_and_predicted(backend):
    """No image has the class of its label, but its class can be predicted."""
    (x, y), data = images(20), shared(60)
    none = np.resize([-1, 8, 255, 2**31 - 1], 20)
    unlabelled = labelled(20, none)
    net, history = trained(data, unlabelled, unlabelled)
    assert history["validation_accuracy"] == history["test_accuracy"] == [0.0, 0.0]
    assert np.mean(net.predict(x) == y) > 0.9
    np.testing.assert_array_equal(net.test_mb_predictions(1), net.predict(x[10:]))
    assert net.accuracy(x, none) == 0
    assert net.evaluate(unlabelled)["accuracy"] == 0


def test_a_thousand_validation_images_without_labels_have_a_share_of_chance():
    data = shared(60)
    trained(data, labelled(1000, [-1] * 1000), data)


def test_half_of_the_labels_can_be_no_classes():
    """The cost of an image is -log(p). p is 0, here 2.2e-308, if the label is not a class."""
    found = softmax_net().evaluate(labelled(2, [3, 8]))  # every class has probability 1/8
    assert found["cost"] == pytest.approx((np.log(8) - np.log(np.finfo(float).tiny)) / 2)


def test_labels_that_the_training_does_not_reach_may_be_anything():
    """The last three images do not fill a mini-batch; if shuffled, they are used."""
    data, labels = shared(60), images(23)[1]
    labels[20:] = 99
    trained(labelled(23, labels), data, data)
    with pytest.raises(ValueError, match=r"to 99, .* labels must lie in 0\.\.7"):
        trained(labelled(23, labels), data, data, shuffle=True)


def test_a_cost_that_does_not_index_by_the_labels_may_have_any():
    """The mean square error of one output: regression."""

    class Square(FullyConnectedLayer):
        def cost(self, net):
            return T.mean((self.output_dropout[:, 0] - net.y) ** 2)

    net, data = Network([Square(PIXELS, 1, network3.linear)], 10), labelled(60, [5] * 60)
    history = net.SGD(data, 9, 10, 0.01, data, data, verbose="none")
    assert history["cost"][-1] < history["cost"][0] / 3


@pytest.mark.parametrize("role", [0, 1, 2])
@pytest.mark.parametrize("labels", [70, 60])
def test_more_labels_than_images_or_a_rest_without_labels(role, labels):
    """64 images give six mini-batches of 10; only these images need labels."""
    sets = [shared(60), shared(60), shared(60)]
    sets[role] = labelled(64, images(70)[1][:labels])
    with pytest.warns(UserWarning, match=f"64 images but {labels} labels") as caught:
        trained(*sets)
    assert caught[0].filename == __file__


def test_test_data_smaller_than_a_mini_batch():
    """The original computes the mean of no accuracies, which is NaN."""
    data = shared(60)
    with pytest.warns(UserWarning, match="test_data has 9 images, fewer than one mini-batch of 10"):
        net, history = trained(data, data, shared(9))
    assert history["test_accuracy"] == [None, None]
    assert len(net.predict(images(9)[0])) == 9


def test_a_larger_mini_batch_size_for_sgd_leaves_images_out():
    """60 images give three mini-batches of 20, so three mini-batches of 10 are used: 30 images.

    As in the original, the regularization is divided by three mini-batches too.
    """
    data = shared(60)
    with pytest.warns(UserWarning, match="only 10 of every 20 images are used"):
        net, _ = trained(data, data, data, size=20, lmbda=0.5)
    half = [pytensor.shared(part[:30]) for part in images(60)]
    other, _ = trained(half, data, data, lmbda=0.5)
    for a, b in zip(values(net), values(other), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("wrap", [np.array, pytensor.shared, lambda x: 2 * pytensor.shared(x / 2)])
def test_rates_may_be_arrays_and_variables(wrap):
    data = shared(60)
    plain, _ = trained(data, data, data, eta=0.25, lmbda=0.5)
    net, history = trained(data, data, data, eta=wrap(0.25), lmbda=wrap(0.5))
    assert history["eta"] == [0.25, 0.25]
    for a, b in zip(values(net), values(plain), strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_shared_learning_rate_can_be_changed_between_epochs():
    eta, data = pytensor.shared(0.5), shared(60)

    class Halve:
        def on_epoch_end(self, net, history):
            eta.set_value(eta.get_value() / 2)

    assert trained(data, data, data, eta=eta, callbacks=[Halve()])[1]["eta"] == [0.5, 0.25]


def test_a_negative_rate_is_a_warning():
    """A rate of -0.5 ascends: the weights equal those of a gradient with the opposite sign."""
    data = shared(60)
    with pytest.warns(UserWarning, match=r"eta = -0\.5: .* the cost rises") as caught:
        history = trained(data, data, data, eta=-0.5)[1]
    assert history["cost"][1] > history["cost"][0]
    assert caught[0].filename == __file__
    with pytest.warns(UserWarning, match="lmbda = -1: .* the weights grow"):
        trained(data, data, data, lmbda=-1)
    with pytest.warns(UserWarning, match=r"lmbda\(1\) = -2"):
        trained(data, data, data, lmbda=lambda epoch: -2 * epoch)


def test_dropping_all_inputs_is_a_warning(backend):
    """Only the biases are trained."""
    layer, data = SoftmaxLayer(PIXELS, 8, p_dropout=1), shared(60)
    with pytest.warns(UserWarning, match="p_dropout = 1: it drops all inputs"):
        net = Network([layer], 10)
    net.SGD(data, 1, 10, 0.5, data, data, verbose="none")
    assert not layer.w.get_value().any()
    assert layer.b.get_value().any()


def test_the_share_of_dropout_may_be_a_variable(backend):
    """It drops the same inputs as a number, and can be changed after the function is compiled."""
    ones = np.ones((50, 40), pytensor.config.floatX)
    p, x = pytensor.shared(np.asarray(0.5, ones.dtype)), pytensor.shared(ones, shape=ones.shape)
    dropped = []
    for share in (0.5, p):
        np.random.seed(1)
        function = network3.engine.backend.function([], dropout_layer(x, share))
        dropped.append([np.asarray(function()) for _ in range(2)])
    np.testing.assert_array_equal(*dropped)
    p.set_value(np.asarray(0.9, ones.dtype))
    assert np.mean(np.asarray(function())) == pytest.approx(0.1, abs=0.03)


def test_a_net_whose_dropout_is_a_variable_is_that_of_the_number():
    data, nets = shared(60), []
    for share in (0.5, pytensor.shared(np.asarray(0.5, pytensor.config.floatX))):
        np.random.seed(1)
        net = Network([FullyConnectedLayer(PIXELS, 16), SoftmaxLayer(16, 8, share)], 10)
        net.SGD(data, 2, 10, 0.5, data, data, verbose="none")
        nets.append(net)
    for a, b in zip(*map(values, nets), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4)


def test_layers_may_come_in_an_array():
    layers = np.array([FullyConnectedLayer(PIXELS, 16), SoftmaxLayer(16, 8)], object)
    assert Network(layers, 10).layers == list(layers)


def test_a_layer_without_parameters_may_stand_in_a_net_twice():
    class Half(Layer):
        def set_inpt(self, inpt, inpt_dropout, mini_batch_size):
            self.output, self.output_dropout = inpt / 2, inpt_dropout / 2

    half, last = Half(), SoftmaxLayer(PIXELS, 8)
    last.w.set_value(np.random.default_rng(0).random((PIXELS, 8)).astype(last.w.dtype))
    net, x = Network([half, half, last], 10), images(3)[0]
    np.testing.assert_allclose(
        net.predict_proba(x), Network([last], 10).predict_proba(x / 4), rtol=1e-5
    )


class TestTheBooksFile:
    """The file of `load_data_shared`, which the original passes to NumPy unchanged."""

    def load(self, folder, images, labels, *more):
        pair, path = (np.eye(6)[:3], [0, 1, 2]), folder / "own.pkl.gz"
        path.write_bytes(gzip.compress(pickle.dumps([pair, pair, (images, labels, *more)])))
        x, y = network3.load_data_shared(path)[2]
        return x.get_value(), y.get_value()

    @pytest.mark.parametrize("images", [[[0, 1], [1, 1]], [[-1, 9], [3, 4]], [[0, 256], [1, 2]]])
    def test_whole_numbers_that_are_no_grey_levels_stay_what_they_are(self, tmp_path, images):
        np.testing.assert_array_equal(self.load(tmp_path, images, [0, 1])[0], images)

    def test_labels_of_images_that_are_not_labelled(self, tmp_path):
        labels = self.load(tmp_path, np.eye(6), [-1] * 6)[1]
        np.testing.assert_array_equal(labels, [-1] * 6)

    def test_true_and_false_are_classes(self, tmp_path):
        labels = self.load(tmp_path, np.eye(2), np.array([True, False]))[1]
        np.testing.assert_array_equal(labels, [1, 0])

    def test_labels_are_read_as_numpy_reads_them_into_floats(self, tmp_path):
        labels = self.load(tmp_path, np.eye(2), ["3", "1"])[1]
        np.testing.assert_array_equal(labels, [3, 1])
        with pytest.warns(UserWarning, match="test labels such as nan"):
            labels = self.load(tmp_path, np.eye(2), [None, 1])[1]
        np.testing.assert_array_equal(labels, [-(2**31), 1])  # NaN as int32 in C

    def test_fractions_of_labels_are_cut_off(self, tmp_path):
        with pytest.warns(UserWarning, match="test labels such as 0.7: they must be whole numbers"):
            labels = self.load(tmp_path, np.eye(3), [0.7, 2.0, -1.5])[1]
        np.testing.assert_array_equal(labels, [0, 2, -1])

    def test_more_labels_than_images(self, tmp_path):
        with pytest.warns(UserWarning, match="2 test images, but 3 labels"):
            images, labels = self.load(tmp_path, np.eye(2), [0, 1, 1])
        assert (len(images), len(labels)) == (2, 3)

    def test_no_images(self, tmp_path):
        assert self.load(tmp_path, np.zeros((0, 6)), [])[0].shape == (0, 6)

    def test_what_comes_after_images_and_labels_is_left_out(self, tmp_path):
        np.testing.assert_array_equal(self.load(tmp_path, np.eye(2), [0, 1], "names")[1], [0, 1])

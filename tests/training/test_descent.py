"""Changing rates, momentum, clipping and shuffling, compared with NumPy."""

import numpy as np
import pytest
from small_nets import images, shared, softmax_net, values

from network3.training.settings import Settings


def numpy_sgd(epochs, eta, lmbda, momentum=0.0, largest_norm=None, order=None, n=60):
    """Train softmax regression from zeros by its formulas; return also the gradients' norms."""
    x, labels = images(n)
    w, b = np.zeros((64, 8)), np.zeros(8)
    vw, vb = np.zeros_like(w), np.zeros_like(b)
    norms = []
    for epoch in range(epochs):
        places = np.arange(n) if order is None else order(epoch)
        for i in range(n // 10):
            batch = places[i * 10 : i * 10 + 10]
            z = x[batch] @ w + b
            p = np.exp(z - z.max(axis=1, keepdims=True))
            p /= p.sum(axis=1, keepdims=True)
            p[np.arange(10), labels[batch]] -= 1
            dw = x[batch].T @ p / 10 + lmbda(epoch) / (n // 10) * w
            db = p.mean(axis=0)
            norms.append(np.sqrt((dw**2).sum() + (db**2).sum()))
            if largest_norm is not None and norms[-1] > largest_norm:
                dw, db = (g * largest_norm / norms[-1] for g in (dw, db))
            vw, vb = momentum * vw - eta(epoch) * dw, momentum * vb - eta(epoch) * db
            w, b = w + vw, b + vb
    return w, b, norms


def trained(**settings):
    net, data = softmax_net(), shared(60)
    eta, lmbda = settings.pop("eta", 0.5), settings.pop("lmbda", 0.0)
    net.SGD(data, 3, 10, eta, data, None, lmbda, verbose="none", **settings)
    return net


def assert_equal_parameters(net, w, b):
    np.testing.assert_allclose(values(net)[0], w, rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(values(net)[1], b, rtol=1e-9, atol=1e-11)


def test_momentum(backend, float64):
    w, b, _ = numpy_sgd(3, lambda _: 0.5, lambda _: 0.6, momentum=0.7)
    assert_equal_parameters(trained(momentum=0.7, lmbda=0.6), w, b)


def test_clipping_shortens_the_longer_gradients_and_no_others(backend, float64):
    _, _, norms = numpy_sgd(3, lambda _: 0.5, lambda _: 0.6)
    largest = float(np.median(norms))
    w, b, _ = numpy_sgd(3, lambda _: 0.5, lambda _: 0.6, largest_norm=largest)
    assert_equal_parameters(trained(global_clipnorm=largest, lmbda=0.6), w, b)


def test_clipping_and_momentum_together(float64):
    w, b, norms = numpy_sgd(3, lambda _: 0.5, lambda _: 0.0, momentum=0.7, largest_norm=0.1)
    assert max(norms) > 0.1
    assert_equal_parameters(trained(global_clipnorm=0.1, momentum=0.7), w, b)


def test_rates_may_be_functions_of_the_epoch(backend, float64):
    eta, lmbda = (lambda epoch: 0.5 / (1 + epoch)), (lambda epoch: 0.3 * epoch)
    w, b, _ = numpy_sgd(3, eta, lmbda)
    net = trained(eta=eta, lmbda=lmbda)
    assert_equal_parameters(net, w, b)
    assert net.history["eta"] == [0.5, 0.25, pytest.approx(0.5 / 3)]
    assert net.history["lmbda"] == [0.0, 0.3, 0.6]


def test_a_function_that_gives_no_number_is_named():
    with pytest.raises(ValueError, match=r"eta\(0\) = nan: it must be a finite float32"):
        trained(eta=lambda epoch: float("nan"))


def test_momentum_begins_at_rest_with_every_call(float64):
    w, b, _ = numpy_sgd(3, lambda _: 0.5, lambda _: 0.0, momentum=0.7)
    net, data = softmax_net(), shared(60)
    for _ in range(2):
        for param in net.params:
            param.set_value(np.zeros_like(param.get_value()))
        net.SGD(data, 3, 10, 0.5, data, None, verbose="none", momentum=0.7)
        assert_equal_parameters(net, w, b)


def test_shuffled_images_are_all_used_once_in_each_epoch_in_another_order(float64):
    np.random.seed(4)
    net = trained(shuffle=True)
    seed = net.trainer.state.shuffle_seed

    def order(epoch):
        return np.random.Generator(np.random.Philox(key=[seed, epoch])).permutation(60)

    w, b, _ = numpy_sgd(3, lambda _: 0.5, lambda _: 0.0, order=order)
    assert_equal_parameters(net, w, b)
    assert not np.array_equal(order(0), order(1))


def test_shuffling_follows_numpys_seed(float64):
    def run():
        np.random.seed(4)
        return values(trained(shuffle=True))

    for one, other in zip(run(), run(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_shuffling_leaves_the_data_as_they_were():
    net, data = softmax_net(), shared(60)
    net.SGD(data, 2, 10, 0.5, data, None, verbose="none", shuffle=True)
    np.testing.assert_array_equal(data[0].get_value(), images(60)[0])
    np.testing.assert_array_equal(data[1].get_value(), images(60)[1])


@pytest.mark.parametrize("settings", [{"callbacks": 3}, {"expander": 3}, {"checkpoint": 3}])
def test_settings_of_a_wrong_type_are_named(settings):
    with pytest.raises(TypeError, match=f"SGD got {next(iter(settings))} = 3: it must be a"):
        trained(**settings)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"momentum": 1.0}, r"momentum = 1.0: it must lie in \[0, 1\)"),
        ({"momentum": "0.5"}, r"momentum = '0.5': it must lie in \[0, 1\)"),
        ({"patience": "3"}, "patience = '3': it must be a positive whole number"),
        ({"global_clipnorm": 0}, "global_clipnorm = 0: it must be larger than 0"),
        ({"patience": 0}, "patience = 0: it must be a positive whole number"),
        ({"every": 0.5}, "every = 0.5: it must be a positive whole number"),
        ({"verbose": "loud"}, "verbose = 'loud': it must be one of lines, bar, both, none"),
    ],
)
def test_invalid_settings_are_refused_before_anything_is_trained(settings, sentence):
    net, data = softmax_net(), shared(60)
    with pytest.raises(ValueError, match=sentence):
        net.SGD(data, 1, 10, 0.5, data, None, **{"verbose": "none"} | settings)
    assert not values(net)[0].any()


def test_whole_numbers_may_come_as_floats_and_are_kept_as_ints(float64):
    """As NumPy's sums and quotients return them."""
    net, data = softmax_net(), shared(60)
    history = net.SGD(data, 2.0, 10, 0.5, data, None, verbose="none", every=1.0, patience=5.0)
    assert history["epoch"] == [0, 1]
    settings = Settings("float64", 2.0, 10, 0.5, every=1.0, patience=5.0)
    assert [type(n) for n in (settings.epochs, settings.every, settings.patience)] == [int] * 3

"""Small programs for Theano, which run on the real Theano and on `network3.theano`.

A case has a name, arrays, and a function that receives a variable for each array and returns
variables. The file is written for Python 3.8, the last version that the real Theano runs on.
"""

# Written for Python 3.8.
# ruff: noqa: B905, UP030, UP031, UP032

import warnings

import numpy as np


def numbers(*shape, seed=0):
    """Return numbers in [-1, 1) with few digits, the same in every version of NumPy."""
    drawn = np.random.RandomState(seed + sum(shape)).uniform(-1, 1, shape)
    return np.round(drawn, 3)


def ties(*shape):
    """Return integers from 0 to 2, so that windows often have several maxima."""
    return np.random.RandomState(sum(shape)).randint(0, 3, shape).astype("float64")


def labels(n, classes):
    return (np.arange(n) * 2 % classes).astype("int32")


def probabilities(n, classes):
    p = np.abs(numbers(n, classes, seed=3)) + 0.1
    return p / p.sum(axis=1, keepdims=True)


def evaluate(theano, arrays, program, mode):
    """Return a program's results, and the gradients of a weighted sum of them."""
    T = theano.tensor
    variables = [T.TensorType(str(a.dtype), [False] * a.ndim)() for a in arrays]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        outputs = program(*variables)
    outputs = list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]
    floats = [v for v, a in zip(variables, arrays) if a.dtype.kind == "f"]
    reals = [o for o in outputs if o.dtype.startswith("float")]
    cost = sum((o * T.cos(T.arange(o.size)).reshape(o.shape)).sum() for o in reals)
    gradients = T.grad(cost, floats, disconnected_inputs="ignore")
    f = theano.function(variables, outputs + gradients, mode=mode, on_unused_input="ignore")
    return [np.asarray(a) for a in f(*arrays)]


def convolutions(theano):
    nnet, abstract = theano.tensor.nnet, theano.tensor.nnet.abstract_conv
    x, w = numbers(2, 2, 5, 4), numbers(3, 2, 3, 2)
    forms = {
        "valid": {},
        "full": {"border_mode": "full"},
        "full, not flipped": {"border_mode": "full", "filter_flip": False},
        "half": {"border_mode": "half"},
        "a border": {"border_mode": 2},
        "a border for each axis": {"border_mode": (1, 0)},
        "a border for each side": {"border_mode": ((1, 2), (0, 3))},
        "not flipped": {"filter_flip": False},
        "steps": {"subsample": (2, 2)},
        "steps that leave a rest": {"subsample": (2, 3), "border_mode": "half"},
        "steps, not flipped, full": {
            "subsample": (3, 1),
            "filter_flip": False,
            "border_mode": "full",
        },
        "steps larger than filters": {"subsample": (4, 3), "border_mode": 1},
        "dilated": {"filter_dilation": (2, 1)},
        "dilated, half": {"filter_dilation": (2, 3), "border_mode": "half"},
        "dilated with steps": {"filter_dilation": (1, 2), "subsample": (2, 1), "border_mode": 1},
    }
    for name, form in forms.items():
        yield "conv2d, " + name, [x, w], lambda x, w, form=form: nnet.conv2d(x, w, **form)
    grouped = [numbers(2, 4, 4, 3), numbers(6, 2, 2, 2)]
    yield "conv2d, groups", grouped, lambda x, w: nnet.conv2d(x, w, num_groups=2, subsample=(2, 1))
    yield (
        "conv2d, unshared",
        [x, numbers(2, 3, 3, 2, 3, 2)],
        lambda x, w: nnet.conv2d(x, w, unshared=True),
    )
    yield (
        "conv2d, unshared with groups, steps, a border",
        [numbers(2, 4, 4, 3), numbers(4, 3, 2, 2, 2, 2)],
        lambda x, w: nnet.conv2d(
            x, w, unshared=True, num_groups=2, subsample=(2, 2), border_mode=1, filter_flip=False
        ),
    )
    yield (
        "separable_conv2d",
        [numbers(1, 2, 4, 4), numbers(4, 1, 2, 2), numbers(3, 4, 1, 1)],
        lambda x, d, p: nnet.separable_conv2d(x, d, p, 2, border_mode="half"),
    )
    yield (
        "causal_conv1d",
        [numbers(2, 2, 7), numbers(3, 2, 3)],
        lambda x, w: abstract.causal_conv1d(x, w, (3, 2, 3), subsample=2, filter_dilation=2),
    )


def gradients(theano):
    nnet, abstract = theano.tensor.nnet, theano.tensor.nnet.abstract_conv
    x, w = numbers(2, 2, 6, 4), numbers(3, 2, 3, 2)
    forms = {
        "valid": ({}, (4, 3)),
        "full": ({"border_mode": "full"}, (8, 5)),
        "steps": ({"subsample": (2, 2)}, (2, 2)),
        "half, dilated, not flipped": (
            {"border_mode": "half", "filter_dilation": (2, 1), "filter_flip": False},
            (6, 5),
        ),
    }
    for name, (form, size) in forms.items():
        dy = numbers(2, 3, *size)
        yield (
            "conv2d_grad_wrt_inputs, " + name,
            [dy, w],
            lambda dy, w, form=form: abstract.conv2d_grad_wrt_inputs(dy, w, (2, 2, 6, 4), **form),
        )
        yield (
            "conv2d_grad_wrt_weights, " + name,
            [x, dy],
            lambda x, dy, form=form: abstract.conv2d_grad_wrt_weights(x, dy, (3, 2, 3, 2), **form),
        )
    yield (
        "conv2d_grad_wrt_inputs, groups",
        [numbers(1, 4, 3, 2), numbers(4, 1, 2, 2)],
        lambda dy, w: abstract.conv2d_grad_wrt_inputs(dy, w, (1, 2, 4, 3), num_groups=2),
    )
    yield (
        "conv2d_transpose",
        [numbers(2, 3, 2, 2), numbers(3, 2, 3, 3)],
        lambda y, w: nnet.conv2d_transpose(
            y, w, (2, 2, 4, 3), border_mode=(1, 1), input_dilation=(2, 2)
        ),
    )
    yield (
        "AbstractConv2d_gradInputs",
        [numbers(2, 3, 2, 2), w, x],
        lambda y, w, x: abstract.AbstractConv2d_gradInputs(
            imshp=(None, 2, None, None), kshp=(3, 2, 3, 2), subsample=(2, 2), filter_flip=False
        )(w, y, x.shape[2:]),
    )
    yield (
        "AbstractConv2d_gradWeights",
        [x, numbers(2, 3, 2, 2), w],
        lambda x, y, w: abstract.AbstractConv2d_gradWeights(subsample=(2, 2))(x, y, w.shape[2:]),
    )


def three_axes(theano):
    nnet, abstract = theano.tensor.nnet, theano.tensor.nnet.abstract_conv
    x, w = numbers(1, 2, 4, 3, 4), numbers(2, 2, 2, 2, 3)
    forms = {
        "valid": {},
        "half": {"border_mode": "half"},
        "full, not flipped": {"border_mode": "full", "filter_flip": False},
        "steps, a border": {"border_mode": (1, 0, 2), "subsample": (2, 1, 2)},
        "dilated": {"filter_dilation": (2, 2, 1), "border_mode": 1},
    }
    for name, form in forms.items():
        yield "conv3d, " + name, [x, w], lambda x, w, form=form: nnet.conv3d(x, w, **form)
    dy = numbers(1, 2, 2, 2, 1)
    yield (
        "conv3d_grad_wrt_inputs",
        [dy, w],
        lambda dy, w: abstract.conv3d_grad_wrt_inputs(dy, w, (1, 2, 4, 3, 4), subsample=(2, 1, 2)),
    )
    yield (
        "conv3d_grad_wrt_weights",
        [x, dy],
        lambda x, dy: abstract.conv3d_grad_wrt_weights(x, dy, (2, 2, 2, 2, 3), subsample=(2, 1, 2)),
    )
    time_first = [numbers(1, 4, 2, 3, 3), numbers(2, 2, 2, 2, 2)]
    yield "conv3d2d.conv3d", time_first, lambda x, w: nnet.conv3d2d.conv3d(x, w)
    yield (
        "conv3d2d.conv3d, full",
        time_first,
        lambda x, w: nnet.conv3d2d.conv3d(x, w, border_mode=("full", "full", "full")),
    )


def other_images(theano):
    nnet, abstract = theano.tensor.nnet, theano.tensor.nnet.abstract_conv
    signal, cut = theano.tensor.signal, theano.tensor.nnet.neighbours
    x = numbers(1, 2, 3, 4)
    for ratio in (1, 2, 3, 4):
        yield (
            "bilinear_upsampling by %d" % ratio,
            [x[:, :1]],
            lambda x, ratio=ratio: abstract.bilinear_upsampling(x, ratio),
        )
    for ratio in ((3, 2), (2, 3), (6, 4), ((3, 2), (5, 4))):
        yield (
            "bilinear_upsampling by %s" % (ratio,),
            [x[:, :1]],
            lambda x, ratio=ratio: abstract.bilinear_upsampling(
                x, frac_ratio=ratio, use_1D_kernel=False
            ),
        )
    for normalize in (True, False):
        yield (
            "bilinear_kernel_2D, normalized: %s" % normalize,
            [],
            lambda normalize=normalize: [
                abstract.bilinear_kernel_2D((2, 3), normalize),
                abstract.bilinear_kernel_1D(4, normalize),
            ],
        )
    for images, filters in ((2, 2), (3, 2), (2, 3), (3, 3)):
        yield (
            "signal.conv.conv2d, %d and %d dimensions" % (images, filters),
            [numbers(*(2, 4, 3)[-images:]), numbers(*(3, 2, 2)[-filters:])],
            lambda x, w: signal.conv.conv2d(x, w, border_mode="full"),
        )
    yield (
        "conv.conv2d",
        [numbers(2, 1, 4, 4), numbers(2, 1, 2, 2)],
        lambda x, w: nnet.conv.conv2d(x, w, image_shape=(2, 1, 4, 4), filter_shape=(2, 1, 2, 2)),
    )
    # Theano has gradients of patches for some modes only; the factor 0 keeps them out.
    constant = theano.gradient.disconnected_grad
    for mode, step in (
        ("valid", (1, 2)),
        ("ignore_borders", (2, 2)),
        ("wrap_centered", (2, 1)),
        ("half", (1, 1)),
        ("full", (1, 1)),
    ):
        shape = (2, 2) if mode in ("valid", "ignore_borders") else (3, 3)
        yield (
            "images2neibs, " + mode,
            [numbers(1, 2, 3, 4)],
            lambda x, mode=mode, step=step, shape=shape: cut.images2neibs(
                constant(x), shape, step, mode
            ),
        )
    yield (
        "neibs2images",
        [numbers(8, 6)],
        lambda n: cut.neibs2images(constant(n), (2, 3), (1, 2, 4, 6)),
    )
    yield (
        "neibs2images, borders",
        [numbers(2, 6)],
        lambda n: cut.neibs2images(constant(n), (2, 3), (1, 1, 5, 4), "ignore_borders"),
    )


def poolings(theano):
    pool = theano.tensor.signal.pool
    windows = {
        "tiling": {"ws": (2, 2), "ignore_border": True},
        "with a border left": {"ws": (2, 2), "ignore_border": False},
        "as by default": {"ws": (3, 2)},
        "overlapping": {"ws": (3, 2), "stride": (1, 1), "ignore_border": True},
        "overlapping, with a border left": {"ws": (3, 3), "stride": (2, 2), "ignore_border": False},
        "apart": {"ws": (1, 2), "stride": (2, 3), "ignore_border": False},
        "padded": {"ws": (3, 2), "stride": (2, 1), "pad": (1, 1), "ignore_border": True},
        "padded tiles": {"ws": (2, 2), "pad": (1, 0), "ignore_border": True},
        "larger than the image": {"ws": (7, 2), "ignore_border": False},
    }
    for mode in ("max", "sum", "average_inc_pad", "average_exc_pad"):

        def known(x, padded, mode=mode):
            # In Python Theano has no gradient of one of the averages, and a wrong one of the
            # maximum (its windows extend too far beyond a border). Only its C++ code has both.
            without = padded and mode in ("average_exc_pad", "max")
            return theano.gradient.disconnected_grad(x) if without else x

        for name, kinds in windows.items():
            yield (
                "pool_2d, %s, %s" % (mode, name),
                [ties(1, 1, 5, 5)],
                lambda x, kinds=kinds, mode=mode, known=known: pool.pool_2d(
                    known(x, "pad" in kinds), mode=mode, **kinds
                ),
            )
        yield (
            "pool_3d, " + mode,
            [ties(1, 3, 4, 3)],
            lambda x, mode=mode, known=known: pool.pool_3d(
                known(x, True), (2, 2, 2), True, stride=(1, 2, 1), pad=(0, 1, 1), mode=mode
            ),
        )
    yield "pool_2d of a matrix", [ties(4, 5)], lambda x: pool.pool_2d(x, (2, 2), True)
    yield (
        "max_pool_2d_same_size",
        [ties(1, 1, 5, 4)],
        lambda x: pool.max_pool_2d_same_size(x, (2, 2)),
    )


def activations(theano):
    T, nnet = theano.tensor, theano.tensor.nnet
    x = np.append(numbers(7) * 6, [0.0, -2.5, 2.5])
    for name in ("sigmoid", "softplus", "softsign", "relu", "elu", "selu", "hard_sigmoid"):
        yield name, [x], lambda x, name=name: getattr(nnet, name)(x)
    yield (
        "ultra_fast_sigmoid",
        [x],
        lambda x: nnet.ultra_fast_sigmoid(theano.gradient.disconnected_grad(x)),
    )
    for dtype in ("float32", "int8", "int32"):
        few = np.arange(-3, 4).astype(dtype)
        for name in ("hard_sigmoid", "ultra_fast_sigmoid"):
            yield (
                name + " of " + dtype,
                [few],
                lambda x, name=name: theano.gradient.disconnected_grad(getattr(nnet, name)(x)),
            )
    yield "relu with a slope", [x], lambda x: nnet.relu(x, 0.1)
    yield "relu with slopes", [numbers(3, 4), numbers(4)], lambda x, a: nnet.relu(x, a)
    yield "elu with alpha", [x], lambda x: nnet.elu(x, 0.5)
    z, b, y = numbers(4, 3), numbers(3), labels(4, 3)
    yield "softmax", [z], lambda z: nnet.softmax(z)
    yield "softmax of a vector", [b], lambda z: nnet.softmax(z)
    yield "softmax_graph", [numbers(2, 2, 3)], lambda z: nnet.softmax_graph(z)
    yield "logsoftmax", [z], lambda z: nnet.logsoftmax(z)
    yield "softmax_with_bias", [z, b], lambda z, b: nnet.softmax_with_bias(z, b)
    p, t = probabilities(4, 3), probabilities(4, 3)[::-1].copy()
    for name in ("binary_crossentropy", "sigmoid_binary_crossentropy", "categorical_crossentropy"):
        yield name, [p, t], lambda p, t, name=name: getattr(nnet, name)(p, t)
    yield "categorical_crossentropy, labels", [p, y], nnet.categorical_crossentropy
    yield (
        "crossentropy_categorical_1hot",
        [p, y],
        lambda p, y: nnet.crossentropy_categorical_1hot(p, y),
    )
    yield "softmax_grad", [numbers(*p.shape, seed=9), p], lambda dy, p: nnet.softmax_grad(dy, p)
    yield (
        "crossentropy_softmax_1hot_with_bias_dx",
        [numbers(len(p)), p, y],
        lambda dy, p, y: nnet.crossentropy_softmax_1hot_with_bias_dx(dy, p, y),
    )
    yield "crossentropy_softmax_1hot", [z, y], nnet.crossentropy_softmax_1hot
    yield (
        "crossentropy_softmax_1hot_with_bias",
        [z, b, y],
        nnet.crossentropy_softmax_1hot_with_bias,
    )
    yield (
        "crossentropy_softmax_argmax_1hot_with_bias",
        [z, b, y],
        lambda z, b, y: nnet.crossentropy_softmax_argmax_1hot_with_bias(z, b, y),
    )
    yield (
        "crossentropy_softmax_max_and_argmax_1hot_with_bias",
        [z, b, y],
        # Theano has no gradient through this maximum.
        lambda z, b, y: [
            o if o.ndim == 2 else theano.gradient.disconnected_grad(o)
            for o in nnet.crossentropy_softmax_max_and_argmax_1hot_with_bias(z, b, y)
        ],
    )
    # Theano's gradient of the next fails.
    yield (
        "prepend_1_to_each_row",
        [z],
        lambda z: nnet.prepend_1_to_each_row(theano.gradient.disconnected_grad(z)),
    )
    yield (
        "prepend_scalar_to_each_row",
        [z],
        lambda z: nnet.prepend_scalar_to_each_row(T.constant(2.5), z),
    )
    yield (
        "confusion_matrix",
        [labels(6, 4), labels(6, 3), b],
        lambda a, p, b: [*nnet.confusion_matrix(a, p), b],
    )
    two_levels = [numbers(3, 2), numbers(2, 2), numbers(2), numbers(2, 2, 3), numbers(2, 3)]
    yield (
        "h_softmax",
        two_levels,
        lambda x, W1, b1, W2, b2: nnet.h_softmax(x, 3, 5, 2, 3, W1, b1, W2, b2),
    )
    yield (
        "h_softmax of targets",
        [*two_levels, labels(3, 5)],
        lambda x, W1, b1, W2, b2, t: nnet.h_softmax(x, 3, 5, 2, 3, W1, b1, W2, b2, t),
    )


def normalizations(theano):
    bn, x = theano.tensor.nnet.bn, numbers(3, 2, 2, 3)
    constant = theano.gradient.disconnected_grad
    layouts = {
        "per-activation": (2, 2, 3),
        "spatial": (2,),
        (0, 3): (2, 2),
    }
    for axes, shape in layouts.items():
        gamma, beta = numbers(*shape, seed=1), numbers(*shape, seed=2)
        mean, var = numbers(*shape, seed=3), 1 + numbers(*shape, seed=4)
        yield (
            "batch_normalization_train, %s" % (axes,),
            [x, gamma, beta],
            lambda x, g, b, axes=axes: bn.batch_normalization_train(x, g, b, axes)[0],
        )
        # Theano gives no gradients through the running averages.
        yield (
            "batch_normalization_train with running averages, %s" % (axes,),
            [x, gamma, beta, mean, var],
            lambda x, g, b, m, v, axes=axes: [
                constant(o)
                for o in bn.batch_normalization_train(
                    x, g, b, axes, 1e-3, 0.3, running_mean=m, running_var=v
                )
            ],
        )
        yield (
            "batch_normalization_test, %s" % (axes,),
            [x, gamma, beta, mean, var],
            lambda x, g, b, m, v, axes=axes: bn.batch_normalization_test(x, g, b, m, v, axes, 1e-3),
        )
    parameters = [numbers(1, 2, 1, 1, seed=k) for k in (1, 2)]
    yield (
        "batch_normalization_train, parameters of all dimensions",
        [x, *parameters],
        lambda x, g, b: bn.batch_normalization_train(x, g, b, "spatial")[0],
    )
    yield (
        "batch_normalization",
        [numbers(4, 3), *(1 + numbers(3, seed=k) / 2 for k in range(4))],
        lambda x, g, b, m, s: bn.batch_normalization(x, g, b, m, s, mode="high_mem"),
    )


def all_cases(theano):
    """Return every case by name, as a pair (arrays, program)."""
    groups = [
        convolutions,
        gradients,
        three_axes,
        other_images,
        poolings,
        activations,
        normalizations,
    ]
    return {name: (arrays, run) for group in groups for name, arrays, run in group(theano)}

"""Keras's layers on Theano: predictions for fixed weights, and three training costs.

    KERAS_BACKEND=theano KERAS_HOME=... python tests/theano/libraries/keras_layers.py

prints a line of JSON for each network. With Keras 2.2.4 on Theano 1.0.5 (Python 3.8, numpy<1.20,
six and PyYAML) it wrote keras_layers.txt; `python -m network3.theano` runs it too. Arguments name
the networks to run.
"""

import json
import sys

import numpy as np
from keras import backend, layers, models, optimizers

backend.set_image_data_format("channels_first")
ACTIVATIONS = [
    "elu",
    "selu",
    "softplus",
    "softsign",
    "tanh",
    "sigmoid",
    "hard_sigmoid",
    "exponential",
]

SEQUENCE, IMAGE, ODD, VOLUME, FILM = (6, 4), (2, 5, 5), (2, 7, 7), (2, 5, 5, 5), (4, 2, 5, 5)
NETS = {
    "LSTM": (SEQUENCE, [layers.LSTM(5)]),
    "GRU, SimpleRNN": (SEQUENCE, [layers.GRU(5, return_sequences=True), layers.SimpleRNN(3)]),
    "Bidirectional": (SEQUENCE, [layers.Bidirectional(layers.LSTM(5))]),
    "Masking": (SEQUENCE, [layers.Masking(), layers.LSTM(5)]),
    "unrolled": (SEQUENCE, [layers.LSTM(5, unroll=True)]),
    "TimeDistributed": (
        SEQUENCE,
        [
            layers.TimeDistributed(layers.Dense(3)),
            layers.Permute((2, 1)),
            layers.Reshape((18,)),
            layers.RepeatVector(2),
            layers.Flatten(),
        ],
    ),
    "Conv1D": (
        SEQUENCE,
        [
            layers.Conv1D(5, 3, padding="same"),
            layers.MaxPooling1D(2),
            layers.GlobalAveragePooling1D(),
        ],
    ),
    "causal": (
        SEQUENCE,
        [layers.Conv1D(5, 3, padding="causal", dilation_rate=2), layers.Flatten()],
    ),
    "Conv2D, MaxPooling2D": (
        ODD,
        [layers.Conv2D(4, 2, activation="relu"), layers.MaxPooling2D(2), layers.Flatten()],
    ),
    "same": (ODD, [layers.Conv2D(4, 4, padding="same", strides=2), layers.Flatten()]),
    "dilated": (ODD, [layers.Conv2D(4, 3, dilation_rate=2), layers.Flatten()]),
    "Conv2DTranspose": (IMAGE, [layers.Conv2DTranspose(3, 3, strides=2), layers.Flatten()]),
    "Conv2DTranspose, same": (
        IMAGE,
        [layers.Conv2DTranspose(3, 3, strides=2, padding="same"), layers.Flatten()],
    ),
    "SeparableConv2D": (IMAGE, [layers.SeparableConv2D(4, 3), layers.Flatten()]),
    "DepthwiseConv2D": (IMAGE, [layers.DepthwiseConv2D(3), layers.Flatten()]),
    "LocallyConnected2D": (IMAGE, [layers.LocallyConnected2D(3, 3), layers.Flatten()]),
    "Conv3D": (VOLUME, [layers.Conv3D(4, 2), layers.MaxPooling3D(2), layers.Flatten()]),
    "ConvLSTM2D": (FILM, [layers.ConvLSTM2D(3, 3), layers.Flatten()]),
    "sizes": (
        ODD,
        [
            layers.AveragePooling2D(2, padding="same"),
            layers.UpSampling2D(2),
            layers.ZeroPadding2D(1),
            layers.Cropping2D(2),
            layers.Flatten(),
        ],
    ),
    "BatchNormalization": (
        IMAGE,
        [
            layers.BatchNormalization(axis=1),
            layers.Conv2D(2, 3),
            layers.BatchNormalization(axis=1),
            layers.Flatten(),
        ],
    ),
    "rectifiers": (
        (4,),
        [
            layers.Dense(5),
            layers.PReLU(),
            layers.LeakyReLU(),
            layers.ELU(),
            layers.ThresholdedReLU(),
            layers.BatchNormalization(),
        ],
    ),
    "activations": ((4,), [layers.Dense(5, activation=name) for name in ACTIVATIONS]),
}


def results(shape, inner):
    """Return ten predicted probabilities, and the costs of three steps of gradient descent."""
    numbers = np.random.RandomState(1)
    net = models.Sequential([layers.InputLayer(shape)] + inner)
    net.add(layers.Dense(2, activation="softmax"))
    net.compile(loss="categorical_crossentropy", optimizer=optimizers.SGD(0.1, momentum=0.9))
    net.set_weights([numbers.rand(*w.shape).astype("float32") * 0.4 for w in net.get_weights()])
    images, labels = numbers.rand(10, *shape).astype("float32"), np.eye(2)[np.arange(10) % 2]
    predicted = net.predict(images)[:, 0]
    costs = [float(net.train_on_batch(images, labels)) for _ in range(3)]
    return {"predicted": [float(p) for p in predicted], "costs": costs}


for name in sys.argv[1:] or NETS:
    print(json.dumps([name, results(*NETS[name])]), flush=True)

"""python -m network3: trains the book's first convolutional net for one epoch on MNIST."""

import argparse
import logging

from network3 import ConvPoolLayer, FullyConnectedLayer, Network, SoftmaxLayer, load_data_shared

NEXT = """
That was one of the book's 60 epochs; after all of them the test accuracy is about 98.8%.
Try next, in Python:

    import network3
    from network3 import Network, ConvPoolLayer, FullyConnectedLayer, SoftmaxLayer, ReLU

and the code of the book's chapter 6, or change a line of network3/__main__.py: more epochs,
activation_fn=ReLU with eta = 0.03, or a second layer before the FullyConnectedLayer,

    ConvPoolLayer(image_shape=(mini_batch_size, 20, 12, 12), filter_shape=(40, 20, 5, 5))

with n_in=40*4*4 after it. network3.GPU = True computes with JAX.
"""


def main():
    argparse.ArgumentParser(prog="python -m network3", description=__doc__).parse_args()
    log = logging.getLogger("network3")
    log.setLevel(logging.INFO)
    log.addHandler(logging.StreamHandler())
    training_data, validation_data, test_data = load_data_shared()
    mini_batch_size = 10
    print("Compiling; the first time this takes about half a minute.", flush=True)
    net = Network(
        [
            ConvPoolLayer(
                image_shape=(mini_batch_size, 1, 28, 28),
                filter_shape=(20, 1, 5, 5),
                poolsize=(2, 2),
            ),
            FullyConnectedLayer(n_in=20 * 12 * 12, n_out=100),
            SoftmaxLayer(n_in=100, n_out=10),
        ],
        mini_batch_size,
    )
    net.SGD(training_data, 1, mini_batch_size, 0.1, validation_data, test_data)
    print(NEXT, end="")


if __name__ == "__main__":
    main()

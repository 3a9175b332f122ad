"""A net of your own, for `network3 train examples/my_net.py`: a file that defines `net`."""

from network3 import FullyConnectedLayer, Network, ReLU, SoftmaxLayer

net = Network(
    [
        FullyConnectedLayer(n_in=784, n_out=30, activation_fn=ReLU, p_dropout=0.1),
        SoftmaxLayer(n_in=30, n_out=10),
    ],
    mini_batch_size=10,
)

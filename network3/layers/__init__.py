"""The book's layers.

A layer has `params` (its shared variables, weights first) and `set_inpt(inpt, inpt_dropout,
mini_batch_size)`, which builds its part of two graphs: `output` as used for evaluation, and
`output_dropout` as used in training. The last layer has `cost(net)` and `accuracy(y)` too. A layer
with `config()`, its constructor's arguments as JSON can say them, can be loaded from a file. There
is no base class: a class of your own with these works among them.
"""

from network3.layers.conv_pool import ConvPoolLayer
from network3.layers.dropout import dropout_layer
from network3.layers.fully_connected import FullyConnectedLayer
from network3.layers.softmax import SoftmaxLayer

__all__ = ["ConvPoolLayer", "FullyConnectedLayer", "SoftmaxLayer", "dropout_layer"]

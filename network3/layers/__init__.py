"""The book's layers, and the class that they derive from.

`Layer` says what a layer is. A file of a saved network names these classes with the package,
"network3.ConvPoolLayer".
"""

from network3.layers.conv_pool import ConvPoolLayer
from network3.layers.dropout import dropout_layer
from network3.layers.fully_connected import FullyConnectedLayer
from network3.layers.layer import Layer
from network3.layers.softmax import SoftmaxLayer

__all__ = ["ConvPoolLayer", "FullyConnectedLayer", "Layer", "SoftmaxLayer", "dropout_layer"]

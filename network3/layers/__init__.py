"""The book's layers, and their base class.

`Layer` defines the interface of a layer. In the file of a saved network these classes are named
with the package, such as "network3.ConvPoolLayer".
"""

from network3.layers.conv_pool import ConvPoolLayer
from network3.layers.dropout import dropout_layer
from network3.layers.fully_connected import FullyConnectedLayer
from network3.layers.layer import Layer
from network3.layers.softmax import SoftmaxLayer

__all__ = ["ConvPoolLayer", "FullyConnectedLayer", "Layer", "SoftmaxLayer", "dropout_layer"]

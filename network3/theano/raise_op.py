"""theano.raise_op: an operator that raises an error when it is computed."""

from pytensor.graph.basic import Apply

from network3.theano import absent
from network3.theano.gof.op import Op

__all__ = ["Raise"]


class Raise(Op):
    """An operator that raises `exc(msg)` when a function computes it.

    Its result has the type of its input.
    """

    __props__ = ("msg", "exc")

    def __init__(self, msg: str = "", exc: type[Exception] = NotImplementedError):
        self.msg = msg
        self.exc = exc

    def make_node(self, x):
        return Apply(self, [x], [x.type()])

    def perform(self, node, inputs, outputs):
        raise self.exc(self.msg)


__getattr__ = absent.names(__name__)

"""theano.raise_op: an operator that raises when it is computed."""

from pytensor.graph.basic import Apply

from network3.theano import absent
from network3.theano.gof.op import Op

__all__ = ["Raise"]


class Raise(Op):
    """`Raise(msg, exc)(x)` has x's type, and raises exc(msg) when a function computes it."""

    __props__ = ("msg", "exc")

    def __init__(self, msg: str = "", exc: type[Exception] = NotImplementedError):
        self.msg = msg
        self.exc = exc

    def make_node(self, x):
        return Apply(self, [x], [x.type()])

    def perform(self, node, inputs, outputs):
        raise self.exc(self.msg)


__getattr__ = absent.names(__name__)

"""theano.compile.monitormode: a mode that calls your functions before and after each operator."""

import pytensor.compile.debug.monitormode

from network3.theano import absent

__all__ = ["MonitorMode", "detect_nan"]


class MonitorMode(pytensor.compile.debug.monitormode.MonitorMode):
    """PyTensor's mode, which calls functions before and after each operator, as Theano's does.

    `pre_func` and `post_func` receive the index of the operator's node, the node, and the function
    that computes it, whose `inputs` and `outputs` hold the values.
    """

    def eval(self, fgraph, i, node, fn):
        """Compute a node by `fn`, and call the functions."""
        if self.pre_func is not None:
            self.pre_func(i, node, fn)
        fn()
        if self.post_func is not None:
            self.post_func(i, node, fn)


def detect_nan(i, node, fn) -> None:
    """Print a node that computes NaN, with its inputs and outputs, if passed as `post_func`."""
    pytensor.compile.debug.monitormode.detect_nan(None, i, node, fn)


__getattr__ = absent.names(__name__)

"""theano.scan_module.scan_op: the operator that runs a loop."""

from pytensor.scan.op import Scan

from network3.theano import absent

__all__ = ["Scan"]

__getattr__ = absent.names(__name__)

"""theano.compile.monitormode: a mode that calls your functions before and after each operator."""

from pytensor.compile.debug.monitormode import MonitorMode, detect_nan

from network3.theano import absent

__all__ = ["MonitorMode", "detect_nan"]

__getattr__ = absent.names(__name__)

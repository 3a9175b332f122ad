"""theano.d3viz.d3viz: functions that write graphs as web pages."""

from pytensor.d3viz.d3viz import d3viz, d3write, replace_patterns, safe_json

from network3.theano import absent

__all__ = ["d3viz", "d3write", "replace_patterns", "safe_json"]

__getattr__ = absent.names(__name__)

"""theano.d3viz.formatting: conversion of graphs to pydot's format."""

from pytensor.d3viz.formatting import (
    PyDotFormatter,
    apply_label,
    apply_profile,
    broadcastable_to_str,
    dict_to_pdnode,
    dtype_to_char,
    type_to_str,
    var_label,
    var_tag,
)

from network3.theano import absent

__all__ = [
    "PyDotFormatter",
    "apply_label",
    "apply_profile",
    "broadcastable_to_str",
    "dict_to_pdnode",
    "dtype_to_char",
    "type_to_str",
    "var_label",
    "var_tag",
]

__getattr__ = absent.names(__name__)

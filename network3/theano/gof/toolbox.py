"""theano.gof.toolbox: features that can be attached to a `FunctionGraph`."""

from pytensor.graph.features import (
    AlreadyThere,
    BadOptimization,
    Bookkeeper,
    Feature,
    History,
    NoOutputFromInplace,
    ReplaceValidate,
    Validator,
)

from network3.theano import absent

__all__ = [
    "AlreadyThere",
    "BadOptimization",
    "Bookkeeper",
    "Feature",
    "History",
    "NoOutputFromInplace",
    "ReplaceValidate",
    "Validator",
]

__getattr__ = absent.names(__name__)

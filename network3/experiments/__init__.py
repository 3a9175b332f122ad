"""The experiments of chapter 6.

``from network3.experiments import *`` imports the names of the book's conv.py, including its data,
which are loaded then. Otherwise the data are loaded when they are first used.
"""

from typing import Any

from network3.data.mnist import Data
from network3.experiments import conv
from network3.experiments.conv import (
    basic_conv,
    dbl_conv,
    dbl_conv_relu,
    double_fc_dropout,
    ensemble,
    expanded_data,
    expanded_data_double_fc,
    mini_batch_size,
    omit_FC,
    plot_errors,
    plot_filters,
    regularized_dbl_conv,
    run_experiments,
    shallow,
)

__all__ = [
    "basic_conv",
    "dbl_conv",
    "dbl_conv_relu",
    "double_fc_dropout",
    "ensemble",
    "expanded_data",
    "expanded_data_double_fc",
    "mini_batch_size",
    "omit_FC",
    "plot_errors",
    "plot_filters",
    "regularized_dbl_conv",
    "run_experiments",
    "shallow",
    "test_data",
    "training_data",
    "validation_data",
]

training_data: Data
validation_data: Data
test_data: Data


def __getattr__(name: str) -> Any:
    names = ("training_data", "validation_data", "test_data")
    if name in names:
        return conv.data()[names.index(name)]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

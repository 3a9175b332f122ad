"""The networks of chapter 6, and how the book trains them.

`NETS` maps the name of each experiment to its network and settings, a `Recipe`.
"""

from network3.nets.book import (
    basic_conv,
    dbl_conv,
    dbl_conv_relu,
    dbl_conv_tanh,
    deep_and_wide,
    double_fc_dropout,
    omit_FC,
    shallow,
)
from network3.nets.catalogue import EXPERIMENTS as NETS
from network3.nets.catalogue import Experiment as Recipe

__all__ = [
    "NETS",
    "Recipe",
    "basic_conv",
    "dbl_conv",
    "dbl_conv_relu",
    "dbl_conv_tanh",
    "deep_and_wide",
    "double_fc_dropout",
    "omit_FC",
    "shallow",
]

"""The networks of chapter 6, and how the book trains them.

`NETS` maps names to the experiments of `catalogue`; omit_FC is also listed as omit_fc, the name of
its function.
"""

from network3.nets.book import (
    basic_conv,
    dbl_conv,
    dbl_conv_relu,
    double_fc_dropout,
    omit_fc,
    shallow,
)
from network3.nets.catalogue import EXPERIMENTS
from network3.nets.catalogue import Experiment as Recipe

NETS = {**EXPERIMENTS, "omit_fc": EXPERIMENTS["omit_FC"]}

__all__ = [
    "NETS",
    "Recipe",
    "basic_conv",
    "dbl_conv",
    "dbl_conv_relu",
    "double_fc_dropout",
    "omit_fc",
    "shallow",
]

"""The networks of chapter 6, and the numbers that the book trains them by."""

from network3.nets.book import (
    NETS,
    Recipe,
    basic_conv,
    dbl_conv,
    dbl_conv_relu,
    double_fc_dropout,
    omit_fc,
    shallow,
)

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

"""Parse numbers and settings for all commands."""

import argparse
import math
from collections.abc import Callable

MNIST = "mnist.pkl.gz"  # load_data_shared finds or downloads it


def number(kind: type, least: float, below: float = math.inf) -> Callable[[str], float]:
    """Return a parser of numbers of type `kind` (int or float), at least `least`, below `below`."""
    name = "whole number" if kind is int else "number"
    limit = "" if below == math.inf else f" and below {below}"

    def parse(text: str) -> float:
        try:
            value = kind(text)
        except ValueError:
            value = math.nan
        if not least <= value < below:
            raise argparse.ArgumentTypeError(
                f"{text!r} is not valid: it must be a {name} of at least {least}{limit}"
            )
        return value

    return parse


def settings(text: str) -> dict[str, float]:
    """Parse settings such as "shift=1,rotate=10"; whole numbers become int."""
    found: dict[str, float] = {}
    for pair in text.split(","):
        name, _, value = pair.partition("=")
        try:
            found[name.strip()] = float(value)
        except ValueError:
            raise argparse.ArgumentTypeError(
                f"{pair!r} is not valid: it must be NAME=NUMBER, or several separated by commas"
            ) from None
    return {name: int(v) if v.is_integer() else v for name, v in found.items()}

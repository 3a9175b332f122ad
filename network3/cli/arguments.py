"""What the commands' arguments have in common: kinds of numbers, and MNIST."""

import argparse
import math
from collections.abc import Callable

MNIST = "mnist.pkl.gz"  # found, or downloaded, by load_data_shared


def number(kind: type, least: float, below: float = math.inf) -> Callable[[str], float]:
    """Whole numbers (`kind` int) or others (float), from `least` on and below `below`."""
    name = "whole number" if kind is int else "number"
    limit = "" if below == math.inf else f" and below {below}"

    def parse(text: str) -> float:
        try:
            value = kind(text)
        except ValueError:
            value = math.nan
        if not least <= value < below:
            raise argparse.ArgumentTypeError(
                f"{text!r} does not fit: it must be a {name} from {least} on{limit}"
            )
        return value

    return parse


def settings(text: str) -> dict[str, float]:
    """Settings like "shift=1,rotate=10"; whole numbers are int."""
    found: dict[str, float] = {}
    for pair in text.split(","):
        name, _, value = pair.partition("=")
        try:
            found[name.strip()] = float(value)
        except ValueError:
            raise argparse.ArgumentTypeError(
                f"{pair!r} does not fit: it must be NAME=NUMBER, and a comma between two of them"
            ) from None
    return {name: int(v) if v.is_integer() else v for name, v in found.items()}

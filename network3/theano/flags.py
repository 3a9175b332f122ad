"""The environment variable THEANO_FLAGS, such as "floatX=float32,device=cuda"."""

import os
import shlex
import warnings
from collections.abc import Mapping

from network3.theano.configparser import config


def read(text: str | None = None) -> None:
    """Set the options in `config` that THEANO_FLAGS, or `text` if given, contains.

    One warning names the flags that have no effect.

    Raises
    ------
    ValueError
        If an option cannot have its value.
    """
    set_options("THEANO_FLAGS", parse(said() if text is None else text))


def set_options(source: str, options: Mapping[str, str | None]) -> None:
    """Set options by their dotted names, and warn about those without effect.

    Parameters
    ----------
    source : str
        The source of the options, for the warning and the error.
    options : dict
        The values by name. An option whose value is None has no effect.

    Raises
    ------
    ValueError
        If an option cannot have its value.
    """
    ignored = []
    for name, value in options.items():
        try:
            if value is None or not config.set_by_flag(name, value):
                ignored.append(name)
        except ValueError as error:
            raise ValueError(f"{source}: {error}") from None
    if ignored:
        warnings.warn(
            f"{source}: {', '.join(ignored)} {'has' if len(ignored) == 1 else 'have'} no "
            "effect in network3.theano; PYTENSOR_FLAGS sets the options that only PyTensor has",
            stacklevel=2,
        )


def said() -> str:
    """Return the text of THEANO_FLAGS, which is empty if the variable is not set."""
    return os.environ.get("THEANO_FLAGS", "")


def parse(flags: str) -> dict[str, str | None]:
    """Return the options in a text such as ``"floatX=float32,gcc.cxxflags='-O3 -g'"``.

    The value of a name without "=" is None.
    """
    splitter = shlex.shlex(flags, posix=True)
    splitter.whitespace = ","
    splitter.whitespace_split = True
    pairs = {}
    for piece in filter(None, (piece.strip() for piece in splitter)):
        name, equals, value = piece.partition("=")
        pairs[name.strip()] = value.strip() if equals else None
    return pairs

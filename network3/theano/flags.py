"""The environment variable THEANO_FLAGS: "floatX=float32,device=cuda,exception_verbosity=high"."""

import os
import shlex
import warnings
from collections.abc import Mapping

from network3.theano.configparser import config


def read(text: str | None = None) -> None:
    """Sets in `config` what THEANO_FLAGS says, or `text` in its place.

    One warning names the flags that do nothing here.

    Raises
    ------
    ValueError
        For a value that an option cannot have.
    """
    set_options("THEANO_FLAGS", parse(said() if text is None else text))


def set_options(source: str, options: Mapping[str, str | None]) -> None:
    """Set options by their dotted names, and warn of those without effect.

    Parameters
    ----------
    source : str
        What the warning and the error name.
    options : dict
        None stands for an option without a value, which has no effect.

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
            "effect in network3.theano; PYTENSOR_FLAGS sets what PyTensor has in addition",
            stacklevel=2,
        )


def said() -> str:
    """THEANO_FLAGS; nothing where it is not set."""
    return os.environ.get("THEANO_FLAGS", "")


def parse(flags: str) -> dict[str, str | None]:
    """The names and values in a text such as "floatX=float32,gcc.cxxflags='-O3 -g'".

    A name without a value has None.
    """
    splitter = shlex.shlex(flags, posix=True)
    splitter.whitespace = ","
    splitter.whitespace_split = True
    pairs = {}
    for piece in filter(None, (piece.strip() for piece in splitter)):
        name, equals, value = piece.partition("=")
        pairs[name.strip()] = value.strip() if equals else None
    return pairs

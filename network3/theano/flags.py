"""The environment variable THEANO_FLAGS: "floatX=float32,device=cuda,exception_verbosity=high"."""

import os
import shlex
import warnings

from network3.theano.configparser import config


def read(text: str | None = None) -> None:
    """Sets in `config` what THEANO_FLAGS says, or `text` in its place.

    One warning names the flags that do nothing here.

    Raises
    ------
    ValueError
        For a piece that is not NAME=VALUE, and for a value that its option cannot have.
    ImportError
        For a device other than the CPU where JAX is not installed.
    """
    ignored = []
    for name, value in parse(said() if text is None else text).items():
        if not config.set_by_flag(name, value):
            ignored.append(name)
    if ignored:
        warnings.warn(
            f"THEANO_FLAGS: {', '.join(ignored)} {'has' if len(ignored) == 1 else 'have'} no "
            "effect in network3.theano; PYTENSOR_FLAGS sets what PyTensor has in addition",
            stacklevel=2,
        )


def said() -> str:
    """THEANO_FLAGS; nothing where it is not set."""
    return os.environ.get("THEANO_FLAGS", "")


def parse(flags: str) -> dict[str, str]:
    """The names and values in a text such as "floatX=float32,gcc.cxxflags='-O3 -g'"."""
    splitter = shlex.shlex(flags, posix=True)
    splitter.whitespace = ","
    splitter.whitespace_split = True
    splitter.commenters = ""
    pairs = {}
    for piece in (piece.strip() for piece in splitter):
        name, equals, value = piece.partition("=")
        if not equals:
            raise ValueError(f"THEANO_FLAGS has {piece!r}: it must be NAME=VALUE,NAME=VALUE,...")
        pairs[name.strip()] = value.strip()
    return pairs

"""The environment variable THEANO_FLAGS, such as "floatX=float32,device=cuda"."""

import difflib
import os
import shlex
import warnings
from collections.abc import Mapping

from network3.theano.configparser import DEFAULTS, FIXED, _all, config


def read(text: str | None = None) -> None:
    """Set the options in `config` that THEANO_FLAGS, or `text` if given, contains.

    One warning names the flags that are not set, and says why.

    Raises
    ------
    ValueError
        If an option cannot have its value.
    """
    set_options("THEANO_FLAGS", parse(said() if text is None else text))


def set_options(source: str, options: Mapping[str, str | None]) -> None:
    """Set options by their dotted names, and warn about those that are not set, with the reasons.

    Parameters
    ----------
    source : str
        The source of the options, for the warning and the error.
    options : dict
        The values by name. An option whose value is None is not set.

    Raises
    ------
    ValueError
        If an option cannot have its value.
    """
    known = _all()
    reasons, without_value, without_effect = [], [], []
    for name, value in options.items():
        try:
            if name not in known:
                reasons.append(_unknown(name, known))
            elif value is None and name not in DEFAULTS and name not in FIXED:
                without_value.append(name)
            elif value is None or not config.set_by_flag(name, value):
                without_effect.append(name)
        except ValueError as error:
            raise ValueError(f"{source}: {error}") from None
    if without_value:
        reasons.insert(
            0,
            f"{_have(without_value)} no value, so write NAME=VALUE, such as floatX=float32",
        )
    if without_effect:
        reasons.append(
            f"{_have(without_effect)} no effect in network3.theano; PYTENSOR_FLAGS sets the "
            "options that only PyTensor has"
        )
    if reasons:
        warnings.warn("\n".join(f"{source}: {reason}" for reason in reasons), stacklevel=2)


def _have(names):
    return f"{', '.join(names)} {'has' if len(names) == 1 else 'have'}"


def _unknown(name, known):
    """Return a sentence that names the closest option, whose upper and lower case may differ."""
    lower = {option.lower(): option for option in known}
    written = name.replace("[", "").replace("] ", ".")  # .theanorc's "[section] option"
    close = difflib.get_close_matches(written.lower(), lower, 1)
    hint = f"did you mean {lower[close[0]]}?" if close else "print(theano.config) lists the options"
    return f"Theano has no option {name}: {hint}"


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

"""The files .theanorc, which set Theano's options in sections.

For example, this file sets `floatX` and `blas.ldflags`::

    [global]
    floatX = float32

    [blas]
    ldflags = -lopenblas

The environment variable THEANORC can name other files.
"""

import configparser
import os
import sys

from network3.kernels.pytensor_versions import is_configured
from network3.theano import flags
from network3.theano.configparser import OPTIONS, _all


def read() -> None:
    """Set the options in `config` that the files contain.

    THEANO_FLAGS, NETWORK3_GPU and PyTensor's own configuration take precedence. One warning names
    the options that have no effect.

    Raises
    ------
    ValueError
        If a file is malformed, or if an option cannot have its value.
    """
    read_files, values = options()
    elsewhere = {name for name, value in flags.parse(flags.said()).items() if value is not None}
    if os.environ.get("NETWORK3_GPU"):
        elsewhere.add("device")
    wanted = {
        name: value
        for name, value in values.items()
        if name not in elsewhere and not _is_pytensors(name.replace(".", "__"))
    }
    flags.set_options(", ".join(read_files), wanted)


def options() -> tuple[list[str], dict[str, str]]:
    """Return the files that exist, and the values of their options by dotted name.

    As in Theano, later files take precedence over earlier ones, section names are case-sensitive
    but option names are not, and environment variables replace ``%(USER)s`` and the like. The name
    of an option that Theano does not have is "[section] option".
    """
    parser = configparser.ConfigParser(_variables(), strict=False)
    found = []
    for path in _files():
        try:
            with open(path, encoding="utf-8-sig", errors="surrogateescape") as file:
                parser.read_file(file, path)
        except OSError:
            continue  # Theano ignores files that it cannot read
        except configparser.MissingSectionHeaderError as error:
            raise _malformed(path, error.lineno) from None
        except configparser.ParsingError as error:
            raise _malformed(path, error.errors[0][0]) from None
        found.append(path)
    named = {_place(name): name for name in _all()}
    values = {}
    for section in parser.sections():
        for option in parser.options(section):
            name = named.get((section, option))
            if name is None and option in parser.defaults():
                continue  # one of _variables(), which configparser adds to every section
            values[name or f"[{section}] {option}"] = _value(parser, section, option)
    return found, values


def _malformed(path, line):
    return ValueError(
        f"{path}, line {line}, is not an option: write NAME = VALUE below a section such as "
        "[global]"
    )


def _files():
    """Return the paths that THEANORC lists, or those of the files in the home folder."""
    listed = os.environ.get("THEANORC")
    if listed is None:
        listed = "~/.theanorc"
        if sys.platform == "win32":
            listed += os.pathsep + "~/.theanorc.txt"
    return [os.path.expanduser(path) for path in listed.split(os.pathsep)]


def _variables():
    """Return the variables that values may refer to, as in Theano."""
    home = os.path.basename(os.path.expanduser("~"))
    variables = {name: os.environ.get(name, "") for name in ("LSCRATCH", "TMPDIR", "TEMP", "TMP")}
    variables |= {"USER": os.environ.get("USER", home), "PID": str(os.getpid())}
    return {name: value.replace("%", "%%") for name, value in variables.items()}


def _place(name):
    """Return the section and the option of a dotted name."""
    section, _, option = name.rpartition(".")
    return section or "global", option.lower()


def _value(parser, section, option):
    """Return a value with its references replaced, or unchanged if it has unknown references."""
    try:
        return parser.get(section, option)
    except configparser.InterpolationError:
        return parser.get(section, option, raw=True)


def _is_pytensors(name):
    """Return whether PyTensor's own flags or files set an option."""
    return name in OPTIONS and is_configured(name)

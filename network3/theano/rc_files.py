"""The files .theanorc, which set Theano's options by sections.

    [global]
    floatX = float32

    [blas]
    ldflags = -lopenblas

sets floatX and blas.ldflags. The environment variable THEANORC may name other files.
"""

import configparser
import os
import sys

from network3.kernels.pytensor_versions import is_configured
from network3.theano import flags
from network3.theano.configparser import OPTIONS, _all


def read() -> None:
    """Set in `config` what the files say.

    THEANO_FLAGS, NETWORK3_GPU and PyTensor's own configuration take precedence. One warning names
    the options that have no effect.

    Raises
    ------
    ValueError
        If a file is malformed, or if an option cannot have its value.
    """
    read_files, said = options()
    elsewhere = {name for name, value in flags.parse(flags.said()).items() if value is not None}
    if os.environ.get("NETWORK3_GPU"):
        elsewhere.add("device")
    wanted = {
        name: value
        for name, value in said.items()
        if name not in elsewhere and not _is_pytensors(name.replace(".", "__"))
    }
    flags.set_options(", ".join(read_files), wanted)


def options() -> tuple[list[str], dict[str, str]]:
    """Return the files that are there, and the values of the options in them by dotted name.

    As in Theano, later files take precedence over earlier ones, the case of letters matters in
    sections only, and `%(USER)s` and the like are replaced by environment variables. An option that
    Theano does not have is called "[section] option".
    """
    parser = configparser.ConfigParser(_variables(), strict=False)
    found = []
    for path in _files():
        try:
            with open(path, encoding="utf-8-sig", errors="surrogateescape") as file:
                parser.read_file(file, path)
        except OSError:
            continue  # as Theano does
        except configparser.MissingSectionHeaderError as error:
            raise _malformed(path, error.lineno) from None
        except configparser.ParsingError as error:
            raise _malformed(path, error.errors[0][0]) from None
        found.append(path)
    named = {_place(name): name for name in _all()}
    said = {}
    for section in parser.sections():
        for option in parser.options(section):
            name = named.get((section, option))
            if name is None and option in parser.defaults():
                continue  # a variable for other values
            said[name or f"[{section}] {option}"] = _value(parser, section, option)
    return found, said


def _malformed(path, line):
    return ValueError(
        f"{path}, line {line}, is no option: write NAME = VALUE below a section such as [global]"
    )


def _files():
    """The paths that THEANORC lists, or those of the files in the home folder."""
    listed = os.environ.get("THEANORC")
    if listed is None:
        listed = "~/.theanorc"
        if sys.platform == "win32":
            listed += os.pathsep + "~/.theanorc.txt"
    return [os.path.expanduser(path) for path in listed.split(os.pathsep)]


def _variables():
    """What values may refer to, as in Theano."""
    home = os.path.basename(os.path.expanduser("~"))
    variables = {name: os.environ.get(name, "") for name in ("LSCRATCH", "TMPDIR", "TEMP", "TMP")}
    variables |= {"USER": os.environ.get("USER", home), "PID": str(os.getpid())}
    return {name: value.replace("%", "%%") for name, value in variables.items()}


def _place(name):
    """The section and the option of a dotted name."""
    section, _, option = name.rpartition(".")
    return section or "global", option.lower()


def _value(parser, section, option):
    """A value with its references replaced, or as it stands if it has others."""
    try:
        return parser.get(section, option)
    except configparser.InterpolationError:
        return parser.get(section, option, raw=True)


def _is_pytensors(name):
    """Whether PyTensor's own flags or files set an option."""
    return name in OPTIONS and is_configured(name)

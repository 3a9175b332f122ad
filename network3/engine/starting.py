"""Set PyTensor up when the package is imported; `network3 info` reports wrong settings."""

import os
import sys
from pathlib import Path

# The reason why network3 cannot start with the user's settings. The command line reports it.
fault: str | None = None

# The environment variables that hold the settings, with values that are always valid.
DEFAULTS = {"PYTENSOR_FLAGS": "", "PYTENSORRC": os.devnull, "NETWORK3_GPU": ""}


def start() -> None:
    """Set the precision, the compiler and PyTensor's default mode.

    If the user's settings are wrong, a program gets the error. The command line starts with the
    default settings instead, so that `network3 info` can report the error. Ctrl-C ends the command
    line with one line of text.
    """
    global fault
    try:
        _set_up()
    except KeyboardInterrupt:  # in `python -m network3`, __main__ is not running yet
        if not _is_command():
            raise
        print("network3: Interrupted.", file=sys.stderr)
        sys.exit(130)
    except Exception as error:
        if not _is_command():
            raise
        fault = _sentence(error)
        for name in list(sys.modules):
            if name.partition(".")[0] == "pytensor" or name.startswith(
                ("network3.engine.backend", "network3.kernels")
            ):
                del sys.modules[name]
        os.environ.update(DEFAULTS)
        os.environ.setdefault("HOME", os.curdir)  # PyTensor needs one
        _set_up()
    else:
        if _is_command() and sys.modules["pytensor"].config.floatX == "float16":
            fault = _sentence("network3 computes in float32 or float64, not in floatX=float16")


def _set_up():
    from network3.engine import backend

    backend.set_precision()
    backend.find_compiler()
    backend.set_default_mode_without_jax()


def _is_command():
    """Return whether this process is `network3 COMMAND` or `python -m network3 COMMAND`."""
    if sys.argv[:1] == ["-m"]:  # Python is still looking for the module
        after = sys.orig_argv[sys.orig_argv.index("-m") + 1 :]
        return after[:1] == ["network3"]
    return Path(*sys.argv[:1]).name in ("network3", "network3.exe")


def _sentence(error):
    """Return a sentence with the error and the settings that may have caused it."""
    settings = [f"{name}={os.environ[name]}" for name in DEFAULTS if os.environ.get(name)]
    if "PYTENSORRC" not in os.environ:
        settings.append("~/.pytensorrc")
    reason = " ".join(str(error).split()).rstrip(".")
    return f"The settings are wrong: {reason}. They come from {' and '.join(settings)}."

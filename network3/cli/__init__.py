"""The command line: `network3 COMMAND`, or `python -m network3 COMMAND`.

Each command is a module with a docstring, which is its help text, EXAMPLES,
`add_arguments(parser)` and `run(args)`.
"""

import argparse
import contextlib
import errno
import logging
import os
import shlex
import signal
import sys
import threading
import traceback
import warnings
from collections.abc import Sequence

import network3
from network3.cli import data, evaluate, experiments, info, page, plot, predict, train
from network3.cli.waiting import Waiting
from network3.engine import compilation, starting

COMMANDS = {
    "train": train,
    "evaluate": evaluate,
    "predict": predict,
    "plot": plot,
    "page": page,
    "data": data,
    "experiments": experiments,
    "info": info,
}

INTERRUPTED = 128 + signal.SIGINT  # the exit code of shells for SIGINT

# Errors of these classes have messages for users; for others, the class is printed too.
EXPLAINED = (ValueError, TypeError, OSError, ImportError, FloatingPointError)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code.

    Errors are printed to standard error, one line each; ``--debug`` prints the traceback first.

    Parameters
    ----------
    argv : list of str
        The arguments, without the program's name; by default those of the process.

    Returns
    -------
    int
        0 on success, 1 if the command failed, 2 for wrong usage, 130 if Ctrl-C or SIGTERM
        interrupted the command.
    """
    _open_closed_streams()
    code = 1
    try:
        with _sigterm_interrupts():
            code = _run(sys.argv[1:] if argv is None else argv)
        sys.stdout.flush()
    except OSError as error:  # the disk is full, or a reader such as `head` closed the pipe
        if code == 0 and not _is_closed_pipe(error):
            with contextlib.suppress(OSError):
                print(f"network3: standard output: {error.strerror}.", file=sys.stderr)
        code = code or 1
    _discard_unwritable_output()
    return code


def _run(argv):
    args = argparse.Namespace(debug=False)
    try:
        parser = _parser()
        if not argv:
            parser.print_help()
            return 0
        args = parser.parse_args(argv)
        args.command = shlex.join([parser.prog, *argv])
        # Only in a terminal: programs may read the standard error of other commands than `train`.
        waiting = Waiting(lambda: sys.stderr, lines=False)
        with _notes_on_stderr(), compilation.told_to(waiting):
            if starting.fault and args.run is not info.run:
                raise ValueError(starting.fault)
            args.run(args)
    except SystemExit as stop:  # raised by the parser
        return stop.code
    except (Exception, KeyboardInterrupt) as error:
        if _is_closed_pipe(error):
            raise
        if args.debug:
            traceback.print_exc()
        for each in error.exceptions if isinstance(error, ExceptionGroup) else [error]:
            print(f"network3: {_sentence(each)}", file=sys.stderr)
        return INTERRUPTED if isinstance(error, KeyboardInterrupt) else 1
    return 0


def _is_closed_pipe(error):
    """Return true if the reader of a pipe has closed it; Windows raises a general OSError then."""
    on_windows = sys.platform == "win32" and isinstance(error, OSError)
    return isinstance(error, BrokenPipeError) or (
        on_windows and error.errno == errno.EINVAL and error.filename is None
    )


def _open_closed_streams():
    """Connect standard streams that are closed, as by ``2>&-`` or in pythonw, to the null device.

    Otherwise the next file to be opened would get the stream's descriptor, and the output of
    libraries and compilers with it. Besides, `print(file=None)` prints to standard output.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None or getattr(stream, "closed", False):
            null = os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, os.fdopen(null, mode, encoding="utf-8", closefd=False))


def _discard_unwritable_output():
    """Discard output that cannot be written, or Python would fail again when it exits."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


@contextlib.contextmanager
def _sigterm_interrupts():
    """Let SIGTERM do what Ctrl-C does, unless another handler is installed."""
    in_main_thread = threading.current_thread() is threading.main_thread()
    if not in_main_thread or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _parser():
    parser = argparse.ArgumentParser(
        prog="network3",
        description='Train and use the networks of "Neural Networks and Deep Learning", chapter 6.',
        epilog="network3 COMMAND --help describes a command, with examples.",
    )
    parser.add_argument("--version", action="version", version=f"network3 {network3.__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, command in COMMANDS.items():
        what = command.__doc__.partition(": ")[2].strip()
        examples = "".join(f"  {line}\n" for line in command.EXAMPLES)
        sub = commands.add_parser(
            name,
            help=what.partition(".")[0],
            description=what[0].upper() + what[1:],
            epilog=f"examples:\n{examples}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.add_arguments(sub)
        sub.add_argument("--debug", action="store_true", help="show the traceback of an error")
        sub.set_defaults(run=command.run, parser=sub)
    return parser


@contextlib.contextmanager
def _notes_on_stderr():
    """Print log messages and warnings, such as the device found, as lines on standard error."""
    log, handler = logging.getLogger("network3"), logging.StreamHandler()
    level = log.level
    log.setLevel(logging.INFO)
    log.addHandler(handler)
    with warnings.catch_warnings():
        warnings.showwarning = lambda message, *_: log.warning(message)
        try:
            yield
        finally:
            log.removeHandler(handler)
            log.setLevel(level)


def _sentence(error):
    """Return the message of an error on one line."""
    if isinstance(error, KeyboardInterrupt):
        said = str(error) or "Interrupted."
    elif isinstance(error, MemoryError):
        said = "There is not enough memory for this."
    elif isinstance(error, OSError) and error.filename and error.strerror:
        said = f"{error.filename}: {error.strerror}."
    elif isinstance(error, OSError) and error.strerror:
        said = error.strerror
    elif isinstance(error, EXPLAINED):
        said = str(error)
    else:
        said = f"{type(error).__name__}: {error} (--debug shows where)"
    return " ".join(said.split())

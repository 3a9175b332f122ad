"""The command line: `network3 COMMAND`, or `python -m network3 COMMAND`.

Each command is a file with what it is (its docstring), EXAMPLES, `add_arguments(parser)` and
`run(args)`.
"""

import argparse
import contextlib
import logging
import os
import sys
import traceback
import warnings
from collections.abc import Sequence

import network3
from network3.cli import data, evaluate, experiments, info, plot, predict, train
from network3.cli.waiting import Waiting
from network3.engine import compilation, starting

COMMANDS = {
    "train": train,
    "evaluate": evaluate,
    "predict": predict,
    "plot": plot,
    "data": data,
    "experiments": experiments,
    "info": info,
}

# What this package and the system say in a sentence; of anything else the kind must be told too.
SAID = (ValueError, TypeError, OSError, ImportError, FloatingPointError)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs a command and returns its exit code: 0 done, 1 the work failed, 2 bad usage.

    Parameters
    ----------
    argv : list of str
        The arguments, without the program's name; those of the process by default.

    What goes wrong is one sentence on the standard error; with --debug the traceback comes before.
    """
    try:
        try:
            return _run(sys.argv[1:] if argv is None else argv)
        finally:
            sys.stdout.flush()
    except BrokenPipeError:  # of a reader like `head`, which has enough
        # At exit Python flushes what is left, which must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _run(argv):
    parser = _parser()
    if not argv:
        parser.print_help()
        return 0
    try:
        args = parser.parse_args(argv)
    except SystemExit as stop:
        return stop.code
    try:
        # In a terminal only: what is on the errors of other commands may be read by programs.
        waiting = Waiting(lambda: sys.stderr, lines=False)
        with _notes_on_stderr(), compilation.told_to(waiting):
            if starting.fault and args.run is not info.run:
                raise ValueError(starting.fault)
            args.run(args)
    except SystemExit as stop:  # args.parser.error()
        return stop.code
    except BrokenPipeError:
        raise
    except (Exception, KeyboardInterrupt) as error:
        if args.debug:
            traceback.print_exc()
        print(f"network3: {_sentence(error)}", file=sys.stderr)
        return 1
    return 0


def _parser():
    parser = argparse.ArgumentParser(
        prog="network3",
        description='The nets of chapter 6 of "Neural Networks and Deep Learning".',
        epilog="network3 COMMAND --help tells more, with examples.",
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
    """What network3 logs and warns of, such as the device it found, is a line on the standard
    error."""
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
    """What an error says, on one line."""
    if isinstance(error, KeyboardInterrupt):
        said = str(error) or "Interrupted."
    elif isinstance(error, MemoryError):
        said = "There is not enough memory for this."
    elif isinstance(error, OSError) and error.filename and error.strerror:
        said = f"{error.filename}: {error.strerror}."
    elif isinstance(error, SAID):
        said = str(error)
    else:
        said = f"{type(error).__name__}: {error} (--debug shows where)"
    return " ".join(said.split())

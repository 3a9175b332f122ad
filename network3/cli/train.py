"""network3 train: train a network of the book, or one of your own.

For a network of your own, give a Python file that defines `net`, a Network."""

import argparse
import contextlib
import inspect
import itertools
import json
import logging
import os
import shlex
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

import network3
from network3.cli import own_nets
from network3.cli.arguments import MNIST, number, settings
from network3.cli.waiting import Waiting
from network3.data.files import can_be_written
from network3.engine import compilation, interrupts
from network3.nets import NETS, Recipe
from network3.nets.book import MINI_BATCH_SIZE
from network3.nets.catalogue import spelt

log = logging.getLogger("network3")

EXAMPLES = (
    "network3 train basic_conv --epochs 1",
    "network3 train dbl_conv_relu --save net.safetensors --checkpoint training.safetensors",
    "network3 train my_net.py --eta 0.05 --expander shift=1,rotate=10 --json",
)


def add_arguments(parser):
    parser.add_argument(
        "net",
        nargs="?",
        default="basic_conv",
        metavar="NET",
        help=f"{', '.join(NETS)}, or a Python file (default: basic_conv)",
    )
    of_the_book = "(default: the book's for NET)"
    add = parser.add_argument
    add("--epochs", type=number(int, 0), metavar="N", help=f"number of epochs {of_the_book}")
    add("--eta", type=number(float, 0), metavar="X", help=f"learning rate {of_the_book}")
    add("--lmbda", type=number(float, 0), metavar="X", help=f"L2 regularization {of_the_book}")
    add(
        "--mini-batch-size",
        type=number(int, 1),
        metavar="N",
        help=f"images in a mini-batch (default: {MINI_BATCH_SIZE}, or as in the Python file)",
    )
    add(
        "--momentum",
        type=number(float, 0, 1),
        default=0.0,
        metavar="X",
        help="share of the previous update that each update keeps (default: 0)",
    )
    add(
        "--patience",
        type=number(int, 1),
        metavar="N",
        help="stop after N epochs without a better validation accuracy; keep the best parameters",
    )
    add("--shuffle", action="store_true", help="shuffle the training images before each epoch")
    add("--data", default=MNIST, metavar="PATH", help="the data (default: MNIST)")
    add(
        "--expand",
        action="store_true",
        help="also train on four shifted copies of each image, as the book does",
    )
    add(
        "--expander",
        type=settings,
        metavar="SETTINGS",
        help="distort the images at random in each epoch, by at most: shift=1,rotate=10,...",
    )
    add("--seed", type=number(int, 0, 2**32), metavar="N", help="make the run repeatable")
    add(
        "--gpu",
        action=argparse.BooleanOptionalAction,
        help="compute with JAX, or in C++ (default: JAX if it finds an accelerator)",
    )
    add("--save", metavar="FILE", help="save the network, even if training is interrupted")
    add("--checkpoint", metavar="FILE", help="store the state of the training, for --resume")
    add(
        "--every",
        type=number(int, 1),
        default=1,
        metavar="N",
        help="write a checkpoint every N epochs (default: 1)",
    )
    add("--resume", action="store_true", help="continue from the checkpoint")
    add(
        "--verbose",
        choices=("lines", "bar", "both", "none"),
        default="lines",
        help="how to show progress (default: lines)",
    )
    add(
        "--json",
        action="store_true",
        help="print the history as JSON, and everything else to standard error",
    )


def run(args):
    _check(args)
    if args.gpu is not None:
        _choose_backend(args.gpu)
    if args.seed is not None:
        np.random.seed(args.seed)
    # The book's lines go to standard error, so that only JSON is on standard output.
    with (
        contextlib.redirect_stdout(sys.stderr) if args.json else contextlib.nullcontext(),
        _waiting(args),
    ):
        net, history = _train(args)
    if args.json:
        found = {
            "net": args.net,
            "mini_batch_size": net.mini_batch_size,
            "seed": args.seed,
            "saved": args.save,
            "history": history.to_dict(),
        }
        print(json.dumps(found))


def _choose_backend(gpu):
    try:
        network3.GPU = gpu
    except ImportError as error:
        raise ImportError(
            "--gpu needs JAX, which is not installed: pip install jax (for an NVIDIA card: pip "
            "install 'jax[cuda13]'), or give --no-gpu"
        ) from error


def _check(args):
    """Reject arguments that do not fit together, before any work is done."""
    if args.resume and not args.checkpoint:
        args.parser.error("--resume needs --checkpoint FILE, the checkpoint to continue from")
    if args.expand and args.checkpoint and args.seed is None:
        args.parser.error(
            "--expand with --checkpoint needs --seed N, so that --resume can put the images in the "
            "same order"
        )
    files = {"--save": args.save, "--checkpoint": args.checkpoint}
    files = {option: file for option, file in files.items() if file is not None}
    for option, file in files.items():
        folder = Path(file).absolute().parent
        if not folder.is_dir():
            raise FileNotFoundError(f"There is no folder {folder} for {file}: create it first.")
        if not can_be_written(file):
            raise OSError(
                f"{option} {shlex.quote(file)} cannot be written: it must be a file in a folder "
                f"that you can write to"
            )
    if len({Path(file).resolve() for file in files.values()}) < len(files):
        args.parser.error("--save and --checkpoint name one file: give two different files")
    if args.checkpoint and Path(args.checkpoint).exists() and not args.resume:
        raise FileExistsError(
            f"The checkpoint {args.checkpoint} already exists: add --resume to continue it; for a "
            f"new training give another file, or remove it"
        )


def _train(args):
    """Build, train and save the network; return it with its history."""
    expander = _expander(args)
    recipe = _recipe(args)
    net = recipe.build(args.mini_batch_size or MINI_BATCH_SIZE)
    net.trainer.seed = args.seed
    began, history = time.time(), None
    try:
        history = _train_net(args, net, recipe, expander)
        if args.save:
            older = Path(args.save).exists()
            _save(net, args.save)
            _say(args, f"Saved in {args.save}{', replacing an older file' if older else ''}.")
    except _SavedElsewhereError:
        raise
    except (KeyboardInterrupt, Exception) as error:
        with interrupts.held_back():  # a second Ctrl-C must not stop the saving
            trained = _trained(net)
            saved = trained and args.save and _save_as_it_is(args.save, net, history is not None)
            if isinstance(error, KeyboardInterrupt):
                raise KeyboardInterrupt(_interrupted(args, trained, saved, began)) from None
        if saved:
            log.warning("Stopped %s: %s.", trained, saved)
        raise
    return net, history


def _train_net(args, net, recipe, expander):
    """Train the network and return its history."""
    training_data, validation_data, test_data = network3.load_data_shared(args.data)
    if args.expand:
        images, labels = training_data[0].get_value(borrow=True), training_data[1].eval()
        training_data = network3.share(*network3.expand(images, labels))
    elif recipe.expanded:
        _say(args, f"The book trains {args.net} on the expanded data: add --expand to do the same.")
    return net.SGD(
        training_data,
        recipe.epochs if args.epochs is None else args.epochs,
        args.mini_batch_size or net.mini_batch_size,
        recipe.eta if args.eta is None else args.eta,
        validation_data,
        test_data,
        recipe.lmbda if args.lmbda is None else args.lmbda,
        verbose=args.verbose,
        patience=args.patience,
        restore_best_weights=args.patience is not None,
        momentum=args.momentum,
        shuffle=args.shuffle,
        expander=expander,
        checkpoint=args.checkpoint,
        every=args.every,
        resume=args.resume,
    )


def _expander(args):
    if args.expander is None:
        return None
    names = list(inspect.signature(network3.Expander).parameters)
    for name in args.expander:
        if name not in names:
            args.parser.error(f"--expander has no setting {name!r}: it has {', '.join(names)}")
    return network3.Expander(**{"seed": args.seed or 0, **args.expander})


def _recipe(args):
    """Return a network of the book, or one that a Python file defines, as a recipe."""
    try:
        return NETS[spelt(args.net)]
    except ValueError as error:
        a_file = args.net.endswith(".py") or Path(args.net).name != args.net
        if not a_file and not os.path.exists(args.net):
            args.parser.error(f"{error}, or a Python file that defines `net`")
    net = own_nets.run_file(args.net)
    return Recipe(lambda mini_batch_size: net)


class _SavedElsewhereError(OSError):
    """The network is saved, but not in the file that the user chose."""


def _save(net, path):
    """Save the network, in the folder for temporary files if it cannot be written to `path`.

    Raises
    ------
    OSError
        If it cannot be written to `path`; a _SavedElsewhereError if it is saved nevertheless.
    """
    try:
        net.save(path)
    except OSError as error:
        try:
            elsewhere = _unused(Path(tempfile.gettempdir(), Path(path).name))
            net.save(elsewhere)
        except OSError:
            raise error from error.__cause__
        raise _SavedElsewhereError(
            f"{error.strerror or error}; until then the network is saved in {elsewhere}: move it "
            f"to where there is room"
        ) from error


def _unused(path):
    """Return `path`, or a numbered name like it if there is such a file."""
    numbered = (path.with_stem(f"{path.stem}-{n}") for n in itertools.count(2))
    return next(each for each in itertools.chain([path], numbered) if not os.path.lexists(each))


def _trained(net):
    """Return text that says how far a training that ended early got; None if nowhere."""
    state = net.trainer.state
    done = (state.batches or 0) * state.epoch + state.trained  # `batches` is None before SGD
    if not state.batches or not done:
        return None
    return f"in epoch {(done - 1) // state.batches}, after mini-batch number {done - 1}"


def _save_as_it_is(path, net, finished):
    """Save a network whose training ended early, and return text that says where.

    Only a finished training replaces an older file, which may hold a better network.
    """
    place, left_alone = path, ""
    if Path(path).exists() and not finished:
        place = _unused(Path(path).with_stem(f"{Path(path).stem}-interrupted"))
        left_alone = f"; {path} was left alone"
    _save(net, place)
    return f"the network as it is now is saved in {place}{left_alone}"


def _interrupted(args, trained, saved, began):
    """Return the message for a user who has interrupted the training."""
    left = []
    if saved:
        left.append(saved)
    elif args.save and Path(args.save).exists():
        left.append(f"{args.save} is unchanged")
    checkpoint = args.checkpoint and Path(args.checkpoint)
    if checkpoint and checkpoint.is_file() and (args.resume or checkpoint.stat().st_mtime >= began):
        command = "the same command" if args.resume else "the same command with --resume"
        left.append(f"the state of the training is in {checkpoint}; {command} continues it")
    if not left:
        left.append("nothing was saved")
        if trained:
            left.append(
                "next time, --save FILE saves the network and --checkpoint FILE allows --resume"
            )
    return f"Interrupted {trained or 'before the first mini-batch'}: {'; '.join(left)}."


def _waiting(args):
    """Report what is being compiled, unless the user wants no output."""
    if args.verbose == "none":
        return compilation.told_to(lambda *_: None)
    return compilation.told_to(Waiting(lambda: sys.stdout))


def _say(args, line):
    if args.verbose != "none":
        print(line, flush=True)

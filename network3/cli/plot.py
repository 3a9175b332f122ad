"""network3 plot: draw filters, feature maps, errors, learning curves or layers of a saved network.

filters draws the weights of a convolutional layer. features draws the feature maps of the
convolutional layers for one test image. errors draws the misclassified test images with label and
prediction, and prints their numbers, which features --image takes. curves draws cost and
accuracies by epoch, for one or more networks, or histories written by to_csv, to_json or
train --json. net draws the layers to scale, with shapes, parameters and FLOP, as .svg. All but
net need matplotlib."""

import io
from pathlib import Path

import numpy as np

import network3
from network3.cli import own_nets
from network3.cli.arguments import MNIST, number
from network3.data import files
from network3.storage import saving, tensors
from network3.training.history import History

EXAMPLES = (
    "network3 plot filters net.safetensors --out filters.png",
    "network3 plot features net.safetensors --image 7 --out features.png",
    "network3 plot errors net.safetensors --data my_images.npz --out errors.pdf",
    "network3 plot curves net.safetensors --out curves.svg",
    "network3 plot net net.safetensors --out net.svg",
)
MOST = 100  # misclassified images in a picture


def add_arguments(parser):
    add = parser.add_argument
    add("what", choices=(*FIGURES, "net"), help="what to draw")
    add(
        "files",
        nargs="+",
        metavar="FILE",
        help="a network saved by train --save; for curves also a history, .csv or .json",
    )
    add("--out", required=True, metavar="PICTURE", help="the file to write: .png, .pdf, .svg, ...")
    add(
        "--layer",
        type=number(int, 0),
        metavar="K",
        help="number of the layer, for filters (default: 0) and features (default: all)",
    )
    add(
        "--image",
        type=number(int, 0),
        metavar="N",
        help="number of the test image, for features (default: 0)",
    )
    own_nets.add_net_argument(parser)
    add("--data", default=MNIST, metavar="PATH", help="the data (default: MNIST)")


def run(args):
    _check_options(args)
    if args.what == "net":
        more = _net(args)
    else:
        from network3 import plots  # matplotlib is slow to import, and optional

        _check_format(args)
        figure, *more = FIGURES[args.what](plots, args)
        save(figure, args.out)
    print(f"Drawn to {args.out}.", *more)


def save(figure, path):
    """Write a picture; an existing file is replaced atomically."""
    content = io.BytesIO()
    figure.savefig(content, format=Path(path).suffix[1:].lower())
    files.replace(path, content.getvalue())


def _check_format(args):
    """Report a name that matplotlib cannot write, before anything is read."""
    from matplotlib.figure import Figure

    formats = Figure().canvas.get_supported_filetypes()
    if Path(args.out).suffix[1:].lower() not in formats:
        args.parser.error(f"--out {args.out}: it must end in one of .{', .'.join(sorted(formats))}")


def _check_options(args):
    """Report options that do not fit the picture, before anything is read."""
    if args.what == "net" and Path(args.out).suffix.lower() != ".svg":
        args.parser.error(f"--out {args.out}: it must end in .svg, the only format of net")
    if args.what != "curves" and len(args.files) > 1:
        args.parser.error(f"{args.what} takes one FILE; curves takes several")
    if args.image is not None and args.what != "features":
        args.parser.error(f"--image is for features; {args.what} takes no image")
    if args.layer is not None and args.what not in ("filters", "features"):
        args.parser.error(f"--layer is for filters and features; {args.what} takes no layer")


def _net(args):
    net = own_nets.load(args, args.files[0])
    files.replace(args.out, net.diagram().svg.encode())
    return ()


def _filters(plots, args):
    return (plots.filters(own_nets.load(args, args.files[0]), args.layer or 0),)


def _features(plots, args):
    net = own_nets.load(args, args.files[0])
    images, _ = _test_data(args)
    image = args.image or 0
    if image >= len(images):
        raise ValueError(f"--image {image}: the test data have images 0 to {len(images) - 1} only")
    layers = None if args.layer is None else [args.layer]
    return (plots.feature_maps(net, images[image], layers),)


def _errors(plots, args):
    net = own_nets.load(args, args.files[0])
    images, labels = _test_data(args)
    wrong = np.flatnonzero(net.predict(images) != labels)
    numbers = ", ".join(map(str, wrong[:MOST])) + (", ..." if len(wrong) > MOST else "")
    figure = plots.misclassified(net, images, labels, MOST)
    return figure, f"Their numbers, for features --image N: {numbers or 'none'}"


def _curves(plots, args):
    return (plots.learning_curves({path: _history(path) for path in args.files}),)


def _history(path):
    read = {".csv": History.from_csv, ".json": History.from_json}.get(Path(path).suffix.lower())
    if read:
        return read(path)
    if Path(path).is_dir():
        raise IsADirectoryError(
            f"{path} is a folder: curves takes files, such as the history.json of a run in it"
        )
    with open(path, "rb") as file:  # a history may have any name
        first = file.readline(10_000)
    if first.startswith(b"{"):
        return History.from_json(path)
    if b"validation_accuracy" in first.strip().split(b","):
        return History.from_csv(path)
    return _history_of_net(path)


def _history_of_net(path):
    """Return the history in the file of a network, without building its layers."""
    past = tensors.read(path, saving.KIND)[1].get("history")
    try:
        return History() if past is None else History.from_dict(past)
    except ValueError as error:
        raise ValueError(f"{path} holds no history of a training: {error}") from error


def _test_data(args):
    """Return images and labels as arrays."""
    *_, (images, labels) = network3.load_data_shared(args.data)
    return images.get_value(borrow=True), labels.eval()


FIGURES = {"filters": _filters, "features": _features, "errors": _errors, "curves": _curves}

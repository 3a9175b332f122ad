"""network3 plot: draw a saved net's filters or feature maps, its errors, or learning curves.

filters draws the weights of a convolutional layer; features what the convolutional layers make of
an image of the test data; errors the test images that the net gets wrong, with label and
prediction; curves cost and accuracies by epoch, of several nets if they are given. Needs
network3[plots]."""

from pathlib import Path

import network3
from network3.cli.arguments import MNIST, number

EXAMPLES = (
    "network3 plot filters net.safetensors --out filters.png",
    "network3 plot features net.safetensors --image 7 --out features.png",
    "network3 plot errors net.safetensors --data my_images.npz --out errors.pdf",
    "network3 plot curves net.safetensors --out curves.svg",
)


def add_arguments(parser):
    add = parser.add_argument
    add("what", choices=PICTURES, help="what to draw")
    add("files", nargs="+", metavar="FILE", help="a net that train --save kept")
    add("--out", required=True, metavar="PICTURE", help="where to, such as picture.png or .pdf")
    add("--layer", type=number(int, 0), metavar="K", help="of filters and features")
    add(
        "--image",
        type=number(int, 0),
        default=0,
        metavar="N",
        help="of the test data, for features (default: 0)",
    )
    add("--data", default=MNIST, metavar="PATH", help="the data (default: MNIST)")


def run(args):
    from network3 import plots  # here, for matplotlib is slow to import and not always there

    _check(args)
    figure = PICTURES[args.what](plots, args)
    figure.savefig(args.out)
    print(f"Drawn to {args.out}.")


def _check(args):
    """Bad usage, before anything is read."""
    from matplotlib.figure import Figure

    formats = Figure().canvas.get_supported_filetypes()
    if Path(args.out).suffix[1:].lower() not in formats:
        args.parser.error(f"--out {args.out}: it must end in one of .{', .'.join(sorted(formats))}")
    if args.what != "curves" and len(args.files) > 1:
        args.parser.error(f"{args.what} takes one FILE; curves takes several")


def _filters(plots, args):
    return plots.filters(network3.load(args.files[0]), args.layer or 0)


def _features(plots, args):
    net = network3.load(args.files[0])
    images, _ = _test_data(args)
    if args.image >= len(images):
        raise ValueError(
            f"--image {args.image}: the test data have images 0 to {len(images) - 1} only"
        )
    layers = None if args.layer is None else [args.layer]
    return plots.feature_maps(net, images[args.image], layers)


def _errors(plots, args):
    net = network3.load(args.files[0])
    return plots.misclassified(net, *_test_data(args))


def _curves(plots, args):
    return plots.learning_curves({path: network3.load(path).history for path in args.files})


def _test_data(args):
    """Images and labels."""
    *_, (images, labels) = network3.load_data_shared(args.data)
    return images.get_value(borrow=True), labels.eval()


PICTURES = {"filters": _filters, "features": _features, "errors": _errors, "curves": _curves}

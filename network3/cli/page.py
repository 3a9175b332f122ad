"""network3 page: write a web page on which a network computes in the browser.

Draw a digit on the page, and see the network's probabilities and feature maps. Any web server can
hold the folder; the page needs no Python, and loads nothing from other hosts. --serve shows it on
this machine, until Ctrl-C. Several networks are shown side by side. The page also shows some of the
test images. If the networks do not take images of 28 x 28 pixels, it shows only these.

The page computes with ONNX Runtime Web, which is downloaded once (11 MB). This command needs
the package onnx."""

import tempfile
from pathlib import Path

import network3
from network3.cli import own_nets
from network3.cli.data import mnist_file
from network3.evaluation import fitting

EXAMPLES = (
    "network3 page net.safetensors --out page",
    "network3 page net.safetensors --serve",
)


def add_arguments(parser):
    add = parser.add_argument
    add("files", nargs="+", metavar="FILE", help="a network saved by train --save")
    add("--out", type=Path, metavar="FOLDER", help="the folder to write")
    add("--serve", action="store_true", help="show the page on this machine, until Ctrl-C")
    add(
        "--force",
        action="store_true",
        help="write to a folder that is not empty: replace the page's files in it",
    )
    add(
        "--data",
        metavar="PATH",
        help="the data whose test images the page shows (default: MNIST, if the images fit)",
    )
    add(
        "--runtime",
        type=Path,
        metavar="DIR",
        help="a folder with ONNX Runtime Web (default: download it)",
    )
    own_nets.add_net_argument(parser)


def run(args):
    if args.out is None and not args.serve:
        args.parser.error("give --out FOLDER to write the page, --serve to show it, or both")
    if args.net and len(args.files) > 1:
        args.parser.error("--net builds one network: give one FILE")
    from network3.page import serving, writing  # they import modules that other commands do without

    if args.out is not None:
        writing.check(args.out, args.force)
    try:
        import onnx  # noqa: F401
    except ImportError as error:
        raise ImportError(
            "network3 page needs the package onnx, which is not installed: pip install onnx"
        ) from error
    nets = {name: own_nets.load(args, path) for name, path in _named(args.files).items()}
    found = writing.contents(nets, *_test_data(args, nets), args.runtime)
    if args.out is not None:
        writing.write(found, args.out, args.force)
        size = sum(map(len, found.values())) / 1e6
        print(f"Written to {args.out}: {len(found)} files, {size:.1f} MB.", flush=True)
        if args.serve:
            serving.serve(args.out)
        return
    folder = Path(tempfile.mkdtemp())
    try:
        writing.write(found, folder)
        serving.serve(folder)
    finally:
        writing.remove(folder)


def _named(paths):
    """Return the paths by names for the page: short ones, if they differ."""
    names = [Path(path).stem for path in paths]
    return dict(zip(names if len(set(names)) == len(names) else paths, paths, strict=True))


def _test_data(args, nets):
    """Return the test images and labels as arrays, or two None."""
    path = args.data
    if path is None and fitting.image_shape("page", nets.values()) == (1, 28, 28):
        path = mnist_file()
    if path is None:
        return None, None
    *_, (images, labels) = network3.load_data_shared(path)
    return images.get_value(borrow=True), labels.eval()

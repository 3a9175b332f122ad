"""network3 predict: classify pictures of digits.

A picture shows one digit, dark on light or light on dark. The digit is cropped, scaled and centred
as in MNIST, without shadows, ruled lines and other things that a photo may show. Pictures that
cannot be read are reported at the end, after the others are classified."""

import argparse
import json
from io import BytesIO
from pathlib import Path

import numpy as np

import network3
from network3.cli import own_nets
from network3.data import files

EXAMPLES = (
    "network3 predict net.safetensors seven.png",
    "network3 predict net.safetensors seven.png three.jpg --json",
    "network3 predict net.safetensors seven.png --show --out seen.png",
)
GREYS = " .:-=+*#%@"  # from paper to ink


def add_arguments(parser):
    parser.add_argument("file", metavar="FILE", help="a network saved by train --save")
    parser.add_argument("images", nargs="+", metavar="IMAGE", help="a picture of a digit")
    own_nets.add_net_argument(parser)
    parser.add_argument(
        "--ink",
        choices=("dark", "light"),
        help="tone of the ink, compared with the paper (default: detected)",
    )
    parser.add_argument(
        "--clean",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="remove everything that is not the digit (default: yes)",
    )
    parser.add_argument(
        "--out", metavar="PICTURE", help="write the prepared digits to a picture: .png, ..."
    )
    printed = parser.add_mutually_exclusive_group()
    printed.add_argument("--json", action="store_true", help="print the result as JSON")
    printed.add_argument("--show", action="store_true", help="also print the prepared digits")


def run(args):
    net = own_nets.load(args, args.file)
    names, digits, errors = [], [], []
    for path in args.images:
        try:
            digits.append(network3.read_digit(path, ink=args.ink, clean=args.clean))
            names.append(path)
        except (OSError, ValueError) as error:
            errors.append(error)
    if digits:
        _tell(args, net, names, np.stack(digits))
    if errors:
        raise ExceptionGroup("pictures that cannot be read", errors)


def _tell(args, net, names, digits):
    result = [
        {"image": name, "class": int(row.argmax()), "probability": float(row.max())}
        for name, row in zip(names, net.predict_proba(digits), strict=True)
    ]
    if args.out:
        _write(digits, args.out)
    if args.json:
        print(json.dumps(result))
        return
    for found, digit in zip(result, digits, strict=True):
        print(f"{found['image']}: {found['class']} ({found['probability']:.2%})")
        if args.show:
            print(_drawn(digit))


def _drawn(digit):
    """Return the digit as 28 lines of text; two characters a pixel make it about square."""
    levels = (digit.reshape(28, 28) * len(GREYS)).astype(int)
    return "\n".join("".join(2 * GREYS[level] for level in row).rstrip() for row in levels)


def _write(digits, path):
    """Write the digits side by side, black on white, enlarged ten times."""
    from PIL import Image  # an optional dependency

    pixels = 255 - 255 * np.hstack(digits.reshape(-1, 28, 28))
    picture, content = (
        Image.fromarray(np.kron(pixels, np.ones((10, 10))).astype(np.uint8)),
        BytesIO(),
    )
    kind = Image.registered_extensions().get(Path(path).suffix.lower())
    if kind not in Image.SAVE:
        raise ValueError(f"--out {path}: the name must end in .png or another picture format")
    picture.save(content, kind)
    files.replace(path, content.getvalue())

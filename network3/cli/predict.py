"""network3 predict: tell which digits are in pictures.

A picture has one digit, dark on light or light on dark; it is cropped and centred as MNIST's. A
picture that cannot be read does not keep the others from being read."""

import json

import numpy as np

import network3

EXAMPLES = (
    "network3 predict net.safetensors seven.png",
    "network3 predict net.safetensors seven.png three.jpg --json",
)


def add_arguments(parser):
    parser.add_argument("file", metavar="FILE", help="a net that train --save kept")
    parser.add_argument("images", nargs="+", metavar="IMAGE", help="a picture of a digit")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run(args):
    net = network3.load(args.file)
    digits, errors = {}, []
    for path in args.images:
        try:
            digits[path] = network3.read_digit(path)
        except (OSError, ValueError) as error:
            errors.append(error)
    if digits:
        _tell(args, net, digits)
    if errors:
        raise ExceptionGroup("pictures that cannot be read", errors)


def _tell(args, net, digits):
    result = [
        {"image": path, "class": int(row.argmax()), "probability": float(row.max())}
        for path, row in zip(digits, net.predict_proba(np.stack([*digits.values()])), strict=True)
    ]
    if args.json:
        print(json.dumps(result))
        return
    for found in result:
        print(f"{found['image']}: {found['class']} ({found['probability']:.2%})")

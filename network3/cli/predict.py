"""network3 predict: tell which digits are in pictures.

A picture has one digit, dark on light or light on dark; it is cropped and centred as MNIST's."""

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
    digits = np.stack([network3.read_digit(path) for path in args.images])
    result = [
        {"image": path, "class": int(row.argmax()), "probability": float(row.max())}
        for path, row in zip(args.images, net.predict_proba(digits), strict=True)
    ]
    if args.json:
        print(json.dumps(result))
        return
    for found in result:
        print(f"{found['image']}: {found['class']} ({found['probability']:.2%})")

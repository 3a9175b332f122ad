"""network3 evaluate: compute the accuracy of a saved network.

The accuracy is computed on the validation data and on the test data. With --json, the confusion
matrices are printed, too: row i, column j counts the images with label i that the network
classifies as j. Images with a negative label are left out of them."""

import json

import network3
from network3.cli import own_nets
from network3.cli.arguments import MNIST

EXAMPLES = (
    "network3 evaluate net.safetensors",
    "network3 evaluate net.safetensors --data my_images.npz --json",
)


def add_arguments(parser):
    parser.add_argument("file", metavar="FILE", help="a network saved by train --save")
    own_nets.add_net_argument(parser)
    parser.add_argument("--data", default=MNIST, metavar="PATH", help="the data (default: MNIST)")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run(args):
    net = own_nets.load(args, args.file)
    _, *sets = network3.load_data_shared(args.data)
    result = {
        name: _evaluate(net, data, matrix=args.json)
        for name, data in zip(("validation", "test"), sets, strict=True)
    }
    if args.json:
        print(json.dumps(result))
        return
    for name, found in result.items():
        print(f"{name}: {found['accuracy']:.2%} of {found['images']} images")


def _evaluate(net, data, matrix):
    found = net.evaluate(data)
    if matrix:
        images, labels = data[0].get_value(borrow=True), data[1].eval()
        found["confusion_matrix"] = net.confusion_matrix(images, labels).tolist()
    return found

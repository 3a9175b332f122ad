"""network3 data: locate, download or expand MNIST.

where prints the path of the file; fetch downloads it if it is missing, and prints the path; expand
writes the book's mnist_expanded.pkl.gz, which holds each training image and four copies of it,
shifted by one pixel."""

from pathlib import Path

from network3.cli.arguments import MNIST
from network3.data import expansion, mnist

EXAMPLES = (
    "network3 data where",
    "network3 data fetch",
    "network3 data expand --out mnist_expanded.pkl.gz",
)


def add_arguments(parser):
    parser.add_argument("action", choices=("where", "fetch", "expand"), help="what to do")
    parser.add_argument(
        "--out", metavar="FILE", help="the file that expand writes (default: beside MNIST)"
    )


def run(args):
    if args.out and args.action != "expand":
        args.parser.error(f"--out is for expand; {args.action} takes no file")
    if args.action == "where":
        print(_where())
    elif args.action == "fetch":
        print(mnist.find(Path(MNIST)))
    else:
        print(_expand(args.out))


def mnist_file() -> Path | None:
    """Return the file that MNIST is read from, or None if it is not downloaded yet."""
    return next((place for place in mnist.places(Path(MNIST)) if place.exists()), None)


def _where():
    file = mnist_file()
    if file is None:
        raise FileNotFoundError(
            f"{MNIST} is not on this machine: network3 data fetch downloads it."
        )
    return file


def _expand(out):
    source = mnist.find(Path(MNIST))
    out = Path(out) if out else source.with_name(mnist.EXPANDED)
    expansion.write_expanded(out, source)
    return out

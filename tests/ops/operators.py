"""All operators of the package, with the examples that they declare."""

import importlib
from pathlib import Path

from pytensor.graph.utils import MethodNotDefined

import network3.ops
from network3.kernels.operator import KernelOp


def declared(kind=KernelOp):
    """Yield the classes with kernels, in the order of their files."""
    for path in sorted(Path(network3.ops.__file__).parent.glob("*.py")):
        importlib.import_module(f"network3.ops.{path.stem}")
    for derived in kind.__subclasses__():
        if derived.__module__.startswith("network3.") and "kernel" in vars(derived):
            yield derived
        yield from declared(derived)


def has_kernel(op, folder):
    """Return whether a folder of kernels has one for the operator."""
    try:
        if folder == "c":
            return op._c_source().exists()
        op.kernel_in(folder, "make_" if folder == "numba" and op.wanted() is not None else "")
    except (NotImplementedError, MethodNotDefined):
        return False
    return True


def by_average(op):
    """Return the same operator with average pooling."""
    properties = {name: getattr(op, name) for name in op.__props__}
    return type(op)(**properties | {"pooling": "average"})


def name_of(op):
    """Return the name of the kernel and its pooling mode."""
    return " ".join([op.kernel, getattr(op, "pooling", "")]).strip()


EXAMPLES = [kind.example() for kind in declared()]
EXAMPLES += [(by_average(op), inputs) for op, inputs in EXAMPLES if "pooling" in op.__props__]
NAMES = [name_of(op) for op, _ in EXAMPLES]

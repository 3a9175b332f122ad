"""Every operator of the package, with the example that it declares."""

import importlib
from pathlib import Path

from pytensor.graph.utils import MethodNotDefined

import network3.ops
from network3.kernels.operator import KernelOp


def declared(kind=KernelOp):
    """The classes with kernels, in the order of their files."""
    for path in sorted(Path(network3.ops.__file__).parent.glob("*.py")):
        importlib.import_module(f"network3.ops.{path.stem}")
    for derived in kind.__subclasses__():
        if derived.__module__.startswith("network3.") and "kernel" in vars(derived):
            yield derived
        yield from declared(derived)


def has_kernel(op, folder):
    """Whether a folder of kernels computes the operator."""
    try:
        if folder == "c":
            return op._c_source().exists()
        op.kernel_in(folder, "make_" if folder == "numba" and op.wanted() is not None else "")
    except (NotImplementedError, MethodNotDefined):
        return False
    return True


def by_average(op):
    """The same operator with average pooling."""
    properties = {name: getattr(op, name) for name in op.__props__}
    return type(op)(**properties | {"pooling": "average"})


def name_of(op):
    """The kernel's name, and the kind of pooling."""
    return " ".join([op.kernel, getattr(op, "pooling", "")]).strip()


EXAMPLES = [kind.example() for kind in declared()]
EXAMPLES += [(by_average(op), inputs) for op, inputs in EXAMPLES if "pooling" in op.__props__]
NAMES = [name_of(op) for op, _ in EXAMPLES]

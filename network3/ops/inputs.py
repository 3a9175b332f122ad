"""The checks of inputs that operators share, and variables for their examples."""

from pytensor.tensor.type import tensor
from pytensor.tensor.variable import TensorVariable


def check_float_arrays(operator, ndim, **inputs):
    """Raise TypeError unless all inputs have `ndim` dimensions and one floating-point dtype."""
    for name, x in inputs.items():
        if x.type.ndim != ndim:
            raise TypeError(
                f"{operator} got {name} with {x.type.ndim} dimensions, but it needs {ndim}"
            )
        if x.dtype not in ("float32", "float64"):
            raise TypeError(
                f"{operator} got {name} of dtype {x.dtype}, but it computes in float32 or float64: "
                f"convert with {name}.astype('float32')"
            )
    if len({x.dtype for x in inputs.values()}) > 1:
        dtypes = " and ".join(f"{name} in {x.dtype}" for name, x in inputs.items())
        raise TypeError(f"{operator} got {dtypes}: convert one to the other's dtype with astype")


def differ(a, b):
    """Return true if two static sizes are both known and different."""
    return a is not None and b is not None and a != b


def exceeds(a, b):
    """Return true if two static sizes are both known and the first is larger."""
    return a is not None and b is not None and a > b


def floats(*shapes: tuple[int, ...]) -> list[TensorVariable]:
    """Return float32 variables of known shapes, for an operator's `example`."""
    return [tensor(dtype="float32", shape=shape) for shape in shapes]

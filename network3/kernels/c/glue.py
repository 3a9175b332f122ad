"""Generate the C++ text that connects PyTensor with the kernels of this folder.

A kernel is a function template in a .cpp file that does not use Python. It takes each input as data
and `Shape`, then the operator's numbers, then each output as data and `Shape`. It returns null, or
an error message about its inputs::

    template <typename T>
    const char *max_pool2d(const T *x, Shape xs, Index ph, Index pw, T *y, Shape ys);

T is the dtype of the first input. The call that is generated here allocates the outputs and makes
the inputs contiguous. A strided input is passed as one `Strided<T>` instead. An output may have the
batch-innermost layout, or may be an input that is updated in place.
"""

import functools
import importlib.util
from pathlib import Path
from typing import Any

from network3.kernels.pytensor_versions import GCC_compiler

FOLDER = Path(__file__).parent


def support_code(source: Path) -> str:
    """Return the text of a source file and the glue, with each file that they include once.

    The text contains no #include of these files, because the compiled module must not depend on the
    path of the folder. Included files are looked up beside the source, then in this folder.
    """
    return "\n".join(_included(path, set()) for path in (source, FOLDER / "glue.h"))


def call(op: Any, node: Any, inputs: list[str], outputs: list[str], sub: dict[str, str]) -> str:
    """Return the C++ text that calls an operator's kernel.

    Parameters
    ----------
    op : KernelOp
    node : Apply
    inputs, outputs : lists of str
        The names of the arrays in C++.
    sub : dict
        "fail", the code to run after an error, and "params", the name of the operator's numbers.
    """
    shapes = op.of_wanted(
        op.output_shapes(
            *(
                [_Text(f"PyArray_DIM({x}, {i})") for i in range(v.type.ndim)]
                for x, v in zip(inputs, node.inputs, strict=True)
            )
        )
    )
    updated = op.updated()
    lines, arguments = [], []
    for k, x in enumerate(inputs):
        if k in op.strided:
            arguments.append(_anywhere(x))
        elif k not in updated.values():
            lines.append(f"Contiguous in{k}({x}); if (!in{k}.array) {{{sub['fail']}}}")
            arguments.append(_array(x, f"in{k}.array"))
    arguments += [f"{sub['params']}->{number}" for number in op.numbers]
    results = []
    for k, (z, v, shape) in enumerate(zip(outputs, node.outputs, shapes, strict=True)):
        if k in updated:
            in_place = "true" if k in op.destroy_map else "false"
            make = f"changeable(&{z}, {inputs[updated[k]]}, {in_place})"
        else:
            sizes = ", ".join(map(str, shape)) or "0"
            lines.append(f"npy_intp shape{k}[] = {{{sizes}}};")
            layout = op.images_innermost(k, inputs)
            make = f"allocate(&{z}, {v.type.ndim}, shape{k}, {v.type.dtype_specs()[2]}, {layout})"
        lines.append(f"if (!{make}) {{{sub['fail']}}}")
        results.append(_array(z, z))
    wanted = op.wanted() or len(results) * (True,)
    given = iter(results)
    arguments += [next(given) if want else _nothing(inputs[0]) for want in wanted]
    constants = ", ".join(getattr(op, name).upper() for name in op.constants)
    kernel = f"{op.kernel}<{constants}>" if constants else op.kernel
    called = f"const char *wrong = {kernel}({', '.join(arguments)});"
    stop = f"if (wrong) {{ PyErr_SetString(PyExc_ValueError, wrong); {sub['fail']} }}"
    return "{\n" + "\n".join([*lines, called, stop]) + "\n}"


@functools.cache
def openmp() -> bool:
    """Return whether the compiler supports OpenMP; without it the kernels use one thread."""
    return GCC_compiler.try_flags(
        ["-fopenmp"], preamble="#include <omp.h>", body="return omp_get_max_threads() < 1;"
    )


@functools.cache
def defines(source: Path, kernel: str) -> bool:
    """Return whether a source file, or a file that it includes, defines a kernel."""
    return f" *{kernel}(" in _included(source, set())


@functools.cache
def folder_of(package: str) -> Path:
    """Return the folder of a package of kernels."""
    spec = importlib.util.find_spec(package)
    places = spec.submodule_search_locations if spec else None
    return Path(next(iter(places or []), package))


def _included(path, seen):
    """Return the text of a source file, with the text of each file that it includes once."""
    if path.name in seen:
        return ""
    seen.add(path.name)
    lines = path.read_text(encoding="utf-8").splitlines()
    return "\n".join(
        _included(_beside(path, line.split('"')[1]), seen)
        if line.startswith('#include "')
        else line
        for line in lines
    )


def _beside(path, name):
    return path.with_name(name) if path.with_name(name).exists() else FOLDER / name


def _anywhere(name):
    """Return the C++ argument for an array that a kernel reads with strides."""
    return (
        f"Strided<{_type(name)}>{{({_type(name)} *)PyArray_DATA({name}), PyArray_DIMS({name}), "
        f"PyArray_STRIDES({name}), PyArray_NDIM({name})}}"
    )


def _nothing(like):
    return f"({_type(like)} *)NULL, Shape{{NULL, 0}}"


def _array(name, array):
    """Return the C++ arguments for an array: its data and its shape."""
    return (
        f"({_type(name)} *)PyArray_DATA({array}), "
        f"Shape{{PyArray_DIMS({array}), PyArray_NDIM({array})}}"
    )


def _type(name):
    """Return the C++ type of the numbers of an array."""
    return f"Number<dtype_{name}>::type"


class _Text(str):
    """An index expression as C++ text, so that `output_shapes` can also generate C++."""

    def __add__(self, other):
        return _Text(f"({self} + {other})")

    def __sub__(self, other):
        return _Text(f"({self} - {other})")

    def __floordiv__(self, other):
        return _Text(f"({self} / {other})")

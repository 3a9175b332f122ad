"""The glue between PyTensor and the C++ kernels of this folder; it and compiling.py know `COp`.

A kernel is a function template in a .cpp file that knows nothing of Python. It takes each input as
data and `Shape`, then the operator's numbers, then each output as data and `Shape`, and returns
null, or what is wrong with its inputs as one sentence::

    template <typename T>
    const char *max_pool2d(const T *x, Shape xs, Index ph, Index pw, T *y, Shape ys);

T is the dtype of the first input. `KernelOp` allocates the outputs, makes the inputs contiguous and
writes the call. An input that may lie anywhere in memory comes as one `Strided<T>` instead; an
output may be laid out with its first dimension, the images, innermost; an output may be an input
that is changed in place.
"""

import functools
import hashlib
from pathlib import Path
from typing import Any

import numpy as np
from pytensor.graph.basic import Apply
from pytensor.link.c.cmodule import GCC_compiler
from pytensor.link.c.op import COp
from pytensor.link.c.params_type import ParamsType
from pytensor.scalar import int64
from pytensor.tensor import as_tensor_variable
from pytensor.tensor.type import tensor

FOLDER = Path(__file__).parent


class KernelOp(COp):
    """An operator with a C++ kernel here and a NumPy reference in `kernels.reference`.

    A subclass names

    source : the file, or several, one after the other
    kernel : the function in it
    numbers : its integer properties, passed to the kernel
    strided : the inputs (by number) that may lie anywhere in memory

    and defines `output_shapes`, `reference` and `pullback`.
    """

    source: str | tuple[str, ...]
    kernel: str
    numbers: tuple[str, ...] = ()
    strided: tuple[int, ...] = ()
    __props__: tuple[str, ...] = ()

    def __init_subclass__(cls):
        super().__init_subclass__()
        if cls.numbers:
            cls.params_type = ParamsType(**dict.fromkeys(cls.numbers, int64))

    def output_shapes(self, *shapes):
        """The shape of each output from those of the inputs, in `+`, `-` and `//` alone: the rule
        serves for ints, for symbolic sizes and as C++ text."""
        raise NotImplementedError

    def output_dtypes(self, *dtypes):
        """The dtype of each output from those of the inputs."""
        return dtypes[:1]

    def reference(self, *arrays):
        """The outputs, a tuple of arrays, computed by NumPy."""
        raise NotImplementedError

    def updated(self):
        """The outputs that are an input changed: {number of the output: number of the input}. Done
        in place where `destroy_map` says so, else on a copy."""
        return {}

    def wanted(self):
        """Which of the kernel's outputs the operator has, in order; null pointers for the others.
        None: all."""
        return None

    def images_innermost(self, output, inputs):
        """Whether an output's first dimension is laid out innermost: a C++ expression in the names
        of the input arrays."""
        return "false"

    def make_node(self, *inputs):
        inputs = [as_tensor_variable(x) for x in inputs]
        self.check(*inputs)
        # nan stands for a size that is not known yet: it survives arithmetic.
        known = [[np.nan if n is None else n for n in x.type.shape] for x in inputs]
        shapes = [[None if n != n else int(n) for n in s] for s in self.output_shapes(*known)]
        dtypes = self.output_dtypes(*(x.dtype for x in inputs))
        outputs = [tensor(dtype=d, shape=s) for d, s in zip(dtypes, shapes, strict=True)]
        return Apply(self, inputs, outputs)

    def __call__(self, *inputs, **kwargs) -> Any:
        # PyTensor's own annotation allows lists, which would have to be ruled out at every call.
        return super().__call__(*inputs, **kwargs)

    def check(self, *inputs):
        """Raises TypeError or ValueError, in one sentence, for inputs that cannot be computed."""

    def infer_shape(self, *arguments):
        # PyTensor 3.0 passes (fgraph, node, shapes), later ones (node, shapes).
        return self.output_shapes(*arguments[-1])

    def perform(self, node, inputs, output_storage, params=None):
        for cell, array in zip(output_storage, self.reference(*inputs), strict=True):
            cell[0] = np.asarray(array, order="C")

    def c_support_code(self, **kwargs):
        # Text, not #include: the compiled module must not depend on where this folder lies.
        sources = (self.source,) if isinstance(self.source, str) else self.source
        return "\n".join(_included(name, set()) for name in (*sources, "glue.h"))

    def c_compile_args(self, **kwargs):
        return ["-O3", "-std=c++17", "-fopenmp" if _openmp() else "-fopenmp-simd"]

    def c_code_cache_version_apply(self, node):
        # PyTensor does not compare sources, so the version is a hash of all the text.
        inputs = [f"x{k}" for k in range(len(node.inputs))]
        outputs = [f"y{k}" for k in range(len(node.outputs))]
        call = self.c_code(node, "", inputs, outputs, {"fail": "", "params": ""})
        return (hashlib.sha1((self.c_support_code() + call).encode()).hexdigest(),)

    def c_code(self, node, name, inputs, outputs, sub):
        shapes = self.output_shapes(
            *(
                [_Text(f"PyArray_DIM({x}, {i})") for i in range(v.type.ndim)]
                for x, v in zip(inputs, node.inputs, strict=True)
            )
        )
        lines, arguments = [], []
        for k, x in enumerate(inputs):
            if k in self.strided:
                arguments.append(_anywhere(x))
            elif k not in self.updated().values():
                lines.append(f"Contiguous in{k}({x}); if (!in{k}.array) {{{sub['fail']}}}")
                arguments.append(_array(x, f"in{k}.array"))
        arguments += [f"{sub['params']}->{number}" for number in self.numbers]
        results = []
        for k, (z, v, shape) in enumerate(zip(outputs, node.outputs, shapes, strict=True)):
            if k in self.updated():
                in_place = "true" if k in self.destroy_map else "false"
                make = f"changeable(&{z}, {inputs[self.updated()[k]]}, {in_place})"
            else:
                sizes = ", ".join(map(str, shape)) or "0"
                lines.append(f"npy_intp shape{k}[] = {{{sizes}}};")
                layout = self.images_innermost(k, inputs)
                make = (
                    f"allocate(&{z}, {v.type.ndim}, shape{k}, {v.type.dtype_specs()[2]}, {layout})"
                )
            lines.append(f"if (!{make}) {{{sub['fail']}}}")
            results.append(_array(z, z))
        wanted = self.wanted() or len(results) * (True,)
        given = iter(results)
        arguments += [next(given) if want else _nothing(inputs[0]) for want in wanted]
        call = f"const char *wrong = {self.kernel}({', '.join(arguments)});"
        stop = f"if (wrong) {{ PyErr_SetString(PyExc_ValueError, wrong); {sub['fail']} }}"
        return "{\n" + "\n".join([*lines, call, stop]) + "\n}"


@functools.cache
def _openmp():
    """Whether the compiler has OpenMP; without it the kernels use one thread."""
    return GCC_compiler.try_flags(
        ["-fopenmp"], preamble="#include <omp.h>", body="return omp_get_max_threads() < 1;"
    )


def _included(name, seen):
    """A source file with the files of this folder that it includes put in, each once."""
    if name in seen:
        return ""
    seen.add(name)
    lines = (FOLDER / name).read_text().splitlines()
    return "\n".join(
        _included(line.split('"')[1], seen) if line.startswith('#include "') else line
        for line in lines
    )


def _anywhere(name):
    """An array as a kernel takes it that reads it where it lies."""
    return (
        f"Strided<dtype_{name}>{{(dtype_{name} *)PyArray_DATA({name}), PyArray_DIMS({name}), "
        f"PyArray_STRIDES({name}), PyArray_NDIM({name})}}"
    )


def _nothing(like):
    return f"(dtype_{like} *)NULL, Shape{{NULL, 0}}"


def _array(name, array):
    """Data and shape of an array as a kernel takes them."""
    return (
        f"(dtype_{name} *)PyArray_DATA({array}), "
        f"Shape{{PyArray_DIMS({array}), PyArray_NDIM({array})}}"
    )


class _Text(str):
    """An index expression as C++ text, so that a rule for sizes is written once."""

    def __add__(self, other):
        return _Text(f"({self} + {other})")

    def __sub__(self, other):
        return _Text(f"({self} - {other})")

    def __floordiv__(self, other):
        return _Text(f"({self} / {other})")

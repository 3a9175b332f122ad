"""The glue between PyTensor and the C++ kernels of this folder: all that knows `COp` is here.

A kernel is a function template in a .cpp file that knows nothing of Python. It takes each input as
data and `Shape`, then the operator's numbers, then each output as data and `Shape`, and returns
null, or what is wrong with its inputs as one sentence::

    template <typename T>
    const char *max_pool2d(const T *x, Shape xs, Index ph, Index pw, T *y, Shape ys);

T is the dtype of the first input. `KernelOp` allocates the outputs, makes the inputs contiguous and
writes the call.
"""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
from pytensor.graph.basic import Apply
from pytensor.link.c.op import COp
from pytensor.link.c.params_type import ParamsType
from pytensor.scalar import int64
from pytensor.tensor import as_tensor_variable
from pytensor.tensor.type import tensor

FOLDER = Path(__file__).parent


class KernelOp(COp):
    """An operator with a C++ kernel here and a NumPy reference in `kernels.reference`.

    A subclass names `source` (the file), `kernel` (the function in it) and `numbers` (the names of
    its integer properties, passed to the kernel), and defines `output_shapes`, `reference` and
    `pullback`.
    """

    source: str
    kernel: str
    numbers: tuple[str, ...] = ()
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
            cell[0] = np.ascontiguousarray(array)

    def c_support_code(self, **kwargs):
        # Text, not #include: the compiled module must not depend on where this folder lies.
        files = ("kernel.h", self.source, "glue.h")
        text = "\n".join((FOLDER / name).read_text() for name in files)
        return text.replace('#include "kernel.h"\n', "")

    def c_compile_args(self, **kwargs):
        return ["-O3", "-fopenmp-simd"]

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
            lines.append(f"Contiguous in{k}({x}); if (!in{k}.array) {{{sub['fail']}}}")
            arguments.append(_array(x, f"in{k}.array"))
        arguments += [f"{sub['params']}->{number}" for number in self.numbers]
        for k, (z, v, shape) in enumerate(zip(outputs, node.outputs, shapes, strict=True)):
            sizes = ", ".join(map(str, shape)) or "0"
            lines.append(
                f"npy_intp shape{k}[] = {{{sizes}}};\n"
                f"if (!allocate(&{z}, {v.type.ndim}, shape{k}, {v.type.dtype_specs()[2]})) "
                f"{{{sub['fail']}}}"
            )
            arguments.append(_array(z, z))
        call = f"const char *wrong = {self.kernel}({', '.join(arguments)});"
        stop = f"if (wrong) {{ PyErr_SetString(PyExc_ValueError, wrong); {sub['fail']} }}"
        return "{\n" + "\n".join([*lines, call, stop]) + "\n}"


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

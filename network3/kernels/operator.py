"""The base class of operators with kernels: what they declare, and how their kernels are found.

An operator is a class in a file of `network3/ops`. Its kernels are functions that all have the same
name, `kernel`, in files named after the operator's module in the folders of `network3/kernels`. For
example, `MaxPool2D` in `ops/max_pool2d.py` is computed by `max_pool2d` in
`reference/max_pool2d.py`, `c/max_pool2d.cpp`, `numba/max_pool2d.py` and `jax/max_pool2d.py`. There
is no list of operators.
"""

import functools
import hashlib
import importlib
import importlib.util
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
from pytensor.graph.basic import Apply, Variable
from pytensor.graph.utils import MethodNotDefined
from pytensor.link.c.op import COp
from pytensor.link.c.params_type import ParamsType
from pytensor.scalar import int64
from pytensor.tensor import as_tensor_variable
from pytensor.tensor.type import tensor

from network3.kernels.c import glue
from network3.kernels.codes import code
from network3.kernels.pytensor_versions import node_and_shapes


class KernelOp(COp):
    """An operator that is computed by kernels.

    A subclass with its own kernels declares `kernel` and `independent_images`, and defines the
    methods `output_shapes`, `flop` and `example`; for gradients it also defines `pullback`. The
    other attributes have defaults.

    If a folder has no file for an operator, C++ and Numba use the reference, and JAX refuses the
    operator. A file without the function is an error.

    Attributes
    ----------
    kernel : str
        The name of the function in each file of kernels.
    numbers : tuple of str
        The properties that are passed to the kernels after the input arrays, in order: unchanged to
        the reference, as integers to compiled kernels (see `codes`).
    constants : tuple of str
        Further properties, whose values are words. They follow the numbers; C++ kernels get them as
        template arguments, in capitals.
    independent_images : bool
        True if image n of the first output depends only on image n of the first input and on inputs
        that are the same for all images. A network can then be evaluated in batches of any size.
    file : str
        The name of the kernel files, without suffix: by default the name of the operator's module.
    source : str or None
        The C++ file: by default `file` with the suffix .cpp. None if the operator has no C++ kernel
        but a file of that name exists for other operators.
    kernels : str
        The package whose folders hold the kernels: by default `network3.kernels`. Any package that
        can be imported will do.
    strided : tuple of int
        The numbers of the inputs that the C++ kernel reads with strides. The other inputs are made
        contiguous.
    """

    kernel: str
    file: str
    source: str | None
    kernels = "network3.kernels"
    numbers: tuple[str, ...] = ()
    constants: tuple[str, ...] = ()
    strided: tuple[int, ...] = ()
    __props__: tuple[str, ...] = ()

    def __init_subclass__(cls):
        super().__init_subclass__()
        if "kernel" in cls.__dict__:
            if "file" not in cls.__dict__:
                cls.file = cls.__module__.rpartition(".")[2]
            if "source" not in cls.__dict__:
                cls.source = f"{cls.file}.cpp"
        if cls.numbers:
            cls.params_type = ParamsType(**dict.fromkeys(cls.numbers, int64))

    @property
    def independent_images(self) -> bool:
        raise self._undeclared("independent_images = True or False")

    def output_shapes(self, *shapes):
        """Return the shape of each output, given the shapes of the inputs.

        Use only `+`, `-` and `//`: the rule is applied to ints and symbolic sizes, and is also
        written as C++ text.
        """
        raise self._undeclared("output_shapes(self, *input_shapes), a list of tuples")

    def flop(self, *shapes) -> int:
        """Return the floating-point operations of the operator's products and sums of products.

        A multiplication and an addition count as two; an operator without products returns 0.
        """
        raise self._undeclared("flop(self, *input_shapes), a number")

    @classmethod
    def example(cls) -> tuple["KernelOp", list[Variable]]:
        """Return an operator of the class, and inputs of known shapes to apply it to.

        The shared tests compute it on every backend.
        """
        raise cls._undeclared("example(cls), an operator and its inputs, for the shared tests")

    def output_dtypes(self, *dtypes):
        """Return the dtype of each output, given the dtypes of the inputs."""
        return dtypes[:1]

    def wanted(self) -> tuple[bool, ...] | None:
        """Return, for each output of the kernel, whether the operator has it; None if it has all.

        A C++ kernel gets null pointers for the others.
        """
        return None

    def updated(self) -> dict[int, int]:
        """Return the outputs that are updated inputs: {number of the output: number of the input}.

        The kernel updates the input itself if `destroy_map` lists it, otherwise a copy.
        """
        return {}

    def images_innermost(self, output, inputs) -> str:
        """Return a C++ expression that is true if an output has the batch-innermost layout.

        The expression may use the names of the input arrays.
        """
        return "false"

    def check(self, *inputs) -> None:
        """Raise a TypeError or ValueError that explains why the inputs are not valid."""

    def reference(self, *arrays) -> tuple[np.ndarray, ...]:
        """Return the outputs that the reference kernel computes."""
        properties = (getattr(self, name) for name in self.numbers + self.constants)
        results = self.kernel_in("reference")(*arrays, *properties)
        return self.of_wanted(results if isinstance(results, tuple) else (results,))

    def kernel_in(self, folder: str, prefix: str = "") -> Callable:
        """Return the function that computes the operator, from a folder of kernels such as "jax".

        Parameters
        ----------
        folder : str
        prefix : str
            Put before the kernel's name.

        Raises
        ------
        NotImplementedError
            If the folder has no file for the operator.
        ImportError
            If the file has no such function, or the package of kernels cannot be imported.
        """
        module = f"{self.kernels}.{folder}.{self.file}"
        return _function(type(self).__name__, module, prefix + self.kernel)

    def folder(self, name: str) -> Path:
        """Return one of the folders of kernels, such as "c"."""
        return glue.folder_of(f"{self.kernels}.{name}")

    def codes(self) -> tuple[int, ...]:
        """Return the values of `numbers` and `constants` as integers."""
        return tuple(code(getattr(self, name)) for name in self.numbers + self.constants)

    def make_node(self, *inputs):
        inputs = [as_tensor_variable(x) for x in inputs]
        self.check(*inputs)
        # NaN represents an unknown size, because it propagates through arithmetic.
        known = [[np.nan if n is None else n for n in x.type.shape] for x in inputs]
        shapes = [
            [None if n != n else int(n) for n in shape]
            for shape in self.of_wanted(self.output_shapes(*known))
        ]
        dtypes = self.of_wanted(self.output_dtypes(*(x.dtype for x in inputs)))
        outputs = [tensor(dtype=d, shape=s) for d, s in zip(dtypes, shapes, strict=True)]
        return Apply(self, inputs, outputs)

    def __call__(self, *inputs, **kwargs) -> Any:
        # PyTensor's annotation includes lists, which every caller would have to rule out.
        return super().__call__(*inputs, **kwargs)

    def infer_shape(self, *arguments):
        _, shapes = node_and_shapes(arguments)
        return self.of_wanted(self.output_shapes(*shapes))

    def perform(self, node, inputs, output_storage, params=None):
        for cell, array in zip(output_storage, self.reference(*inputs), strict=True):
            cell[0] = np.asarray(array, order="C")

    def get_params(self, node):
        if not self.numbers:
            return super().get_params(node)
        return self.params_type.get_params(**dict(zip(self.numbers, self.codes(), strict=False)))

    def c_support_code(self, **kwargs):
        return glue.support_code(self._c_source())

    def c_compile_args(self, **kwargs):
        return ["-O3", "-std=c++17", "-fopenmp" if glue.openmp() else "-fopenmp-simd"]

    def c_code_cache_version_apply(self, node):
        # PyTensor does not compare sources, so the version is a hash of the whole text.
        inputs = [f"x{k}" for k in range(len(node.inputs))]
        outputs = [f"y{k}" for k in range(len(node.outputs))]
        call = self.c_code(node, "", inputs, outputs, {"fail": "", "params": ""})
        return (hashlib.sha1((self.c_support_code() + call).encode()).hexdigest(),)

    def c_code(self, node, name, inputs, outputs, sub):
        self._c_source()
        return glue.call(self, node, inputs, outputs, sub)

    def _c_source(self):
        """Return the path of the C++ source; if there is none, PyTensor calls `perform`."""
        path = None if self.source is None else self.folder("c") / self.source
        if path is None or not path.exists():
            raise MethodNotDefined(f"{type(self).__name__} has no C++ kernel")
        if not glue.defines(path, self.kernel):
            raise ImportError(f"{type(self).__name__}: {path} has no function {self.kernel}")
        return path

    def of_wanted(self, outputs: Iterable) -> tuple:
        """Return the kernel's outputs that the operator has; see `wanted`."""
        wanted = self.wanted()
        if wanted is None:
            return tuple(outputs)
        return tuple(output for output, want in zip(outputs, wanted, strict=True) if want)

    @classmethod
    def _undeclared(cls, what):
        return NotImplementedError(
            f"The operator {cls.__name__} does not declare {what}: docs/add-an-operator.md "
            f"lists what an operator must declare"
        )


@functools.cache
def _function(operator, module, name):
    package, folder, _ = module.rsplit(".", 2)
    try:
        importlib.import_module(package)
    except ImportError as error:
        raise ImportError(
            f"{operator} names the package {package!r} for its kernels, which cannot be imported: "
            f"{error}"
        ) from error
    if not all(map(importlib.util.find_spec, (f"{package}.{folder}", module))):
        raise NotImplementedError(f"{operator} has no kernel: there is no {module}")
    kernels = importlib.import_module(module)
    if not hasattr(kernels, name):
        raise ImportError(f"{operator}: {module} has no function {name}")
    return getattr(kernels, name)

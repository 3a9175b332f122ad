"""An operator with kernels: all that is declared about it, and how its kernels are found.

An operator is a class in a file of `network3/ops`. Its kernels are functions of one name, `kernel`,
in a file of the operator's own name in each folder of `network3/kernels`: `ops/max_pool2d.py` has
`MaxPool2D`, which is computed by `max_pool2d` in `reference/max_pool2d.py`, `c/max_pool2d.cpp`,
`numba/max_pool2d.py` and `jax/max_pool2d.py`. There is no list to add an operator to.
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

    A subclass with kernels of its own declares

    kernel : str
        The name of the function in each file of kernels.
    numbers : tuple of str
        The properties that kernels get after the input arrays, in order. The reference gets them as
        they are, compiled kernels as integers (see `codes`).
    constants : tuple of str
        Further properties, words, which follow the numbers; C++ kernels get them as template
        arguments, in capitals.
    independent_images : bool
        Whether image n of the first output depends on image n of the first input alone, apart from
        inputs that are the same for all images. Then a network can be evaluated in batches of any
        size.
    output_shapes, flop, example : methods, see there

    and if they differ from what stands here

    file : str
        The file of the kernels, without suffix: by default that of the operator's module.
    source : str or None
        The C++ file: by default `file` with the suffix .cpp. None for an operator that has no C++
        kernel, if a file of that name has those of others.
    kernels : str
        The package whose folders hold the kernels: by default `network3.kernels`. Kernels outside
        of it are found if that package can be imported.
    strided : tuple of int
        The inputs, by number, that a C++ kernel reads wherever they lie in memory. The others are
        made contiguous for it.

    and, for gradients, `pullback`. If a folder has no file for an operator, C++ and Numba compute
    it by the reference, and JAX refuses it. A file without the function is an error.
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
        """Return the shape of each output from those of the inputs.

        The rule uses `+`, `-` and `//` alone, so that it serves for ints, for symbolic sizes and as
        C++ text.
        """
        raise self._undeclared("output_shapes(self, *input_shapes), a list of tuples")

    def flop(self, *shapes) -> int:
        """Return the floating-point operations of the operator's products and sums of products.

        Two for each product with its sum; 0 for an operator that has none.
        """
        raise self._undeclared("flop(self, *input_shapes), a number")

    @classmethod
    def example(cls) -> tuple["KernelOp", list[Variable]]:
        """Return an operator of the class, and variables of known shapes that it can be applied to.

        The tests that all operators share compute it on every backend.
        """
        raise cls._undeclared("example(cls), an operator and its inputs, for the shared tests")

    def output_dtypes(self, *dtypes):
        """Return the dtype of each output from those of the inputs."""
        return dtypes[:1]

    def wanted(self) -> tuple[bool, ...] | None:
        """Return which of the kernel's outputs the operator has, in order; None for all.

        A C++ kernel gets null pointers for the others.
        """
        return None

    def updated(self) -> dict[int, int]:
        """Return the outputs that are an input changed: {number of the output: of the input}.

        It is changed in place if `destroy_map` says so, else a copy is.
        """
        return {}

    def images_innermost(self, output, inputs) -> str:
        """Return whether an output's first dimension is laid out innermost in memory.

        A C++ expression in the names of the input arrays.
        """
        return "false"

    def check(self, *inputs) -> None:
        """Raise TypeError or ValueError, with one sentence, for inputs that cannot be computed."""

    def reference(self, *arrays) -> tuple[np.ndarray, ...]:
        """Return the outputs, computed by the reference kernel."""
        properties = (getattr(self, name) for name in self.numbers + self.constants)
        results = self.kernel_in("reference")(*arrays, *properties)
        return self.of_wanted(results if isinstance(results, tuple) else (results,))

    def kernel_in(self, folder: str, prefix: str = "") -> Callable:
        """Return the function that computes the operator, from a folder of kernels such as "jax".

        Parameters
        ----------
        folder : str
        prefix : str
            Stands before the kernel's name.

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
        # nan stands for a size that is not known yet: it survives arithmetic.
        known = [[np.nan if n is None else n for n in x.type.shape] for x in inputs]
        shapes = [
            [None if n != n else int(n) for n in shape]
            for shape in self.of_wanted(self.output_shapes(*known))
        ]
        dtypes = self.of_wanted(self.output_dtypes(*(x.dtype for x in inputs)))
        outputs = [tensor(dtype=d, shape=s) for d, s in zip(dtypes, shapes, strict=True)]
        return Apply(self, inputs, outputs)

    def __call__(self, *inputs, **kwargs) -> Any:
        # PyTensor's own annotation allows lists, which would have to be ruled out at every call.
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
        # PyTensor does not compare sources, so the version is a hash of all the text.
        inputs = [f"x{k}" for k in range(len(node.inputs))]
        outputs = [f"y{k}" for k in range(len(node.outputs))]
        call = self.c_code(node, "", inputs, outputs, {"fail": "", "params": ""})
        return (hashlib.sha1((self.c_support_code() + call).encode()).hexdigest(),)

    def c_code(self, node, name, inputs, outputs, sub):
        self._c_source()
        return glue.call(self, node, inputs, outputs, sub)

    def _c_source(self):
        """The path of the C++ source; if there is none, PyTensor computes by `perform`."""
        path = None if self.source is None else self.folder("c") / self.source
        if path is None or not path.exists():
            raise MethodNotDefined(f"{type(self).__name__} has no C++ kernel")
        if not glue.defines(path, self.kernel):
            raise ImportError(f"{type(self).__name__}: {path} has no function {self.kernel}")
        return path

    def of_wanted(self, outputs: Iterable) -> tuple:
        """Return those of all the kernel's outputs that the operator has; see `wanted`."""
        wanted = self.wanted()
        if wanted is None:
            return tuple(outputs)
        return tuple(output for output, want in zip(outputs, wanted, strict=True) if want)

    @classmethod
    def _undeclared(cls, what):
        return NotImplementedError(
            f"The operator {cls.__name__} does not declare {what}: docs/add-an-operator.md says "
            f"what an operator must declare"
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

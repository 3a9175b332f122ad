"""PyTensor's names that depend on its version, are private, or are not documented.

The rest of the package imports them from here, so a new version of PyTensor affects only this file.
Each entry says why it is needed and which versions need it; "all" are 3.0.1 to 3.3.8. On Python
3.11 the newest PyTensor is 3.0.7, on Python 3.12 and later 3.3.8 at the time of writing.
"""

import contextlib
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytensor.gradient
from pytensor.compile.compilelock import lock_ctx
from pytensor.compile.debug.nanguardmode import _is_numeric_value
from pytensor.compile.sharedvalue import SharedVariable
from pytensor.configdefaults import config
from pytensor.link.c import cmodule
from pytensor.link.c.basic import get_module_cache
from pytensor.link.c.cmodule import GCC_compiler, dlimport, get_lib_extension, get_module_hash
from pytensor.link.c.exceptions import CompileError
from pytensor.link.utils import fgraph_to_python
from pytensor.tensor import _as_tensor_variable
from pytensor.tensor.basic import (
    _convert_to_bool,
    _convert_to_complex64,
    _convert_to_complex128,
    _convert_to_float16,
    _convert_to_float32,
    _convert_to_float64,
    _convert_to_int8,
    _convert_to_int16,
    _convert_to_int32,
    _convert_to_int64,
    _convert_to_uint8,
    _convert_to_uint16,
    _convert_to_uint32,
    _convert_to_uint64,
)
from pytensor.tensor.variable import _tensor_py_operators
from pytensor.utils import output_subprocess_Popen as output_of
from pytensor.utils import subprocess_Popen as started

try:
    from pytensor.conditional import IfElse, ifelse
    from pytensor.conditional.op import LazyIfElse
except ImportError:
    # Versions up to 3.3.4 have one operator for both.
    from pytensor.ifelse import IfElse, ifelse

    LazyIfElse = None

try:
    from pytensor.tensor.subtensor import AdvancedIncSubtensor1
except ImportError:
    # Since 3.2.0 one operator increments rows and other entries.
    from pytensor.tensor.subtensor import (  # type: ignore[assignment]
        AdvancedIncSubtensor as AdvancedIncSubtensor1,
    )

__all__ = [
    "DEFAULT_UPDATE",
    "GRADIENT_RULES",
    "NO_DEFAULT_UPDATES",
    "SCAN_UPDATES",
    "UNDOCUMENTED",
    "AdvancedIncSubtensor1",
    "CompileError",
    "GCC_compiler",
    "IfElse",
    "LazyIfElse",
    "_convert_to_bool",
    "_convert_to_complex64",
    "_convert_to_complex128",
    "_convert_to_float16",
    "_convert_to_float32",
    "_convert_to_float64",
    "_convert_to_int8",
    "_convert_to_int16",
    "_convert_to_int32",
    "_convert_to_int64",
    "_convert_to_uint8",
    "_convert_to_uint16",
    "_convert_to_uint32",
    "_convert_to_uint64",
    "cell_of",
    "cmodule",
    "conversions",
    "dlimport",
    "fgraph_to_python",
    "get_lib_extension",
    "get_module_cache",
    "get_module_hash",
    "ifelse",
    "is_configured",
    "is_numeric_value",
    "jitted",
    "lock_ctx",
    "node_and_shapes",
    "numba_fallback",
    "numba_key",
    "options",
    "output_of",
    "patch",
    "repeats_in_c",
    "retry_cvm",
    "set_default_update",
    "silenced",
    "split_axis",
    "started",
    "variable_methods",
]

# Undocumented attributes that the package uses in other files, because they belong to classes that
# it extends. All versions have them.
UNDOCUMENTED = {
    # engine/compiling.py compiles a module as PyTensor would and enters it in PyTensor's cache.
    "pytensor.link.c.basic.CLinker": (
        "c_compiler",
        "cmodule_key",
        "compile_args",
        "compile_cmodule",
        "get_dynamic_module",
        "get_src_code",
        "header_dirs",
        "lib_dirs",
        "libraries",
    ),
    "pytensor.link.c.cmodule.DynamicModule": ("code_hash",),
    "pytensor.link.c.cmodule.ModuleCache": (
        "dirname",
        "entry_from_key",
        "module_from_key",
        "module_hash_to_key_data",
        "refresh",
    ),
    # engine/compiling.py does so before PyTensor links a function in C.
    "pytensor.link.vm.VMLinker": ("c_thunks", "fgraph", "make_all"),
    # engine/jax/linker.py leaves shared values on the device, updated ones too.
    "pytensor.link.jax.linker.JAXLinker": (
        "create_thunk_inputs",
        "fgraph_convert",
        "jit_compile",
    ),
    "pytensor.graph.fg.FunctionGraph": ("update_mapping",),
    # theano/compile/function_module.py names the function and the argument in errors.
    "pytensor.compile.executor.Function": ("_validate_inputs",),
    # engine/backend.py adds rewrites to PyTensor's modes.
    "pytensor.compile.mode.Mode": ("provided_optimizer",),
    # kernels/c/glue.py asks whether the compiler has OpenMP.
    "pytensor.link.c.cmodule.GCC_compiler": ("compile_str", "try_flags"),
}

# The beginnings of PyTensor's warnings about what the package does on purpose. All versions.
DEFAULT_UPDATE = "Setting default_update is deprecated"  # see `set_default_update`
NO_DEFAULT_UPDATES = "The no_default_updates parameter is deprecated"  # an argument of Theano's
SCAN_UPDATES = "Scan return signature will change"  # Theano's scan returns the updates

# The module and the name of the private function that applies the operators' gradient rules;
# theano/compute_test_value.py replaces it. All versions.
GRADIENT_RULES = (pytensor.gradient, "_populate_grad_dict")

# The private class from which all tensor variables, constants and shared variables inherit their
# methods; theano/tensor/var.py replaces some. All versions.
variable_methods: Any = _tensor_py_operators

# The private function that says whether NanGuardMode checks a value. All versions.
is_numeric_value: Any = _is_numeric_value

# The private single-dispatch function that creates tensor variables; theano/tensor/var.py registers
# more types. All versions.
conversions: Any = _as_tensor_variable


def node_and_shapes(arguments: tuple) -> tuple:
    """Return the node and the shapes of its inputs from the arguments of `Op.infer_shape`.

    PyTensor 3.0 passes (fgraph, node, shapes). Later versions pass (node, shapes), and warn if a
    method has three parameters.
    """
    return arguments[-2:]


def split_axis(op: Any, axis: list) -> Any:
    """Return the axis of a Split. It is an attribute since PyTensor 3.1.1, before that an input."""
    return axis[0] if axis else op.axis


def is_configured(name: str) -> bool:
    """Return whether the user has set a PyTensor option, by PYTENSOR_FLAGS or in a file.

    The value in `config` does not tell whether it is the default. All versions.
    """
    return not getattr(type(config), name).is_default


def options() -> dict[str, Any]:
    """Return PyTensor's options by name, with their defaults and types. All versions."""
    return config._config_var_dict


def cell_of(variable: SharedVariable) -> list:
    """Return the list of one element that holds the value of a shared variable.

    All functions that use the variable read this list. A JAX array can be stored only here, because
    `set_value` converts it to NumPy. All versions.
    """
    return variable.container.storage


def repeats_in_c(function: Any) -> Callable[[int], Any] | None:
    """Return a function that calls a compiled function without inputs n times from C, or None.

    PyTensor's C virtual machine takes the undocumented argument `n_calls`. Its class is compared by
    name, because importing the module that defines it compiles C. All versions.
    """
    if type(function.vm).__name__ != "CVM":
        return None
    return lambda count: function.vm(n_calls=count)


def retry_cvm() -> None:
    """Let PyTensor import its C virtual machine, if it could not because `config.cxx` was empty.

    It keeps the module without the class, and every later function would run in a Python loop. All
    versions.
    """
    module = sys.modules.get("pytensor.link.c.cvm")
    if module is not None and not hasattr(module, "CVM"):
        del sys.modules["pytensor.link.c.cvm"]


def jitted(function: Any) -> Any:
    """Return what a linker's `jit_compile` returned for a compiled function, or None.

    All versions.
    """
    return getattr(function.vm, "jit_fn", None)


def numba_key(op: Any, version: str) -> str:
    """Return the key under which PyTensor keeps an operator's Numba function on disk.

    It depends on the operator's class and properties, and on `version`. All versions.
    """
    from pytensor.link.numba.dispatch.basic import default_hash_key_from_props

    return default_hash_key_from_props(op, cache_version=version)


def numba_fallback(op: Any, node: Any, **kwargs: Any) -> Callable:
    """Return a function for Numba that calls an operator's `perform`. All versions."""
    from pytensor.link.numba.dispatch.basic import generate_fallback_impl

    return generate_fallback_impl(op, node, **kwargs)


def set_default_update(variable: SharedVariable, update: Any) -> None:
    """Make every function that uses a shared variable update it, unless told otherwise.

    PyTensor has deprecated this, but offers no other way to advance a random stream in the
    functions that users compile. All versions.
    """
    with silenced(DEFAULT_UPDATE):
        variable.default_update = update


@contextlib.contextmanager
def silenced(*beginnings: str) -> Iterator[None]:
    """Ignore warnings with these beginnings within this context."""
    with warnings.catch_warnings():
        for beginning in beginnings:
            warnings.filterwarnings("ignore", message=beginning)
        yield


def patch(owner: Any, name: str, value: Any) -> None:
    """Set an attribute of one of PyTensor's classes, functions or modules, in the whole process.

    The package patches, in all versions:

    - `cmodule.output_subprocess_Popen` (engine/compiling.py), so that compilers that run in
      parallel stop at Ctrl-C, and PyTensor does not report that they failed;
    - `SharedVariable.get_value`, if JAX is used (engine/jax/linker.py): it would return JAX arrays;
    - the arguments of `DimShuffle`, in programs for Theano (theano/tensor/elemwise.py);
    - `SharedVariable.default_update`, in programs for Theano (theano/compile/sharedvalue.py): they
      set it, and PyTensor warns;
    - some of `variable_methods`, in programs for Theano (theano/tensor/var.py): Theano's methods
      take other arguments;
    - the attributes in theano/attributes.py, in programs for Theano: they have Theano's names;
    - `Mode.__init__`, in programs for Theano (theano/compile/mode.py): the default linker is that
      of `theano.config`;
    - `TensorType.__init__`, in programs for Theano (theano/tensor/type.py): they write 0 and 1 for
      axes that are not and that are broadcastable;
    - `TensorType.is_valid_value`, in programs for Theano (theano/compile/debugmode.py): DebugMode
      finds NaN and infinity, which PyTensor's has forgotten;
    - `TypedListType.values_eq_approx`, in programs for Theano (theano/compile/debugmode.py): it
      calls `values_eq` without the type of the list, and DebugMode fails;
    - `_is_numeric_value`, in programs for Theano (theano/compile/nanguardmode.py): NanGuardMode
      asks NumPy's RandomState for its size;
    - `Blockwise.perform`, in programs for Theano (theano/tensor/nlinalg.py): it gives NumPy scalars
      instead of arrays, which DebugMode and C refuse;
    - the default of the axis of `Softmax` and `LogSoftmax`, which are constructed without one in
      programs for Theano (theano/tensor/nnet/softmaxes.py);
    - `SequenceDB.register`, in programs for Theano (theano/gof/optdb.py): they give the position
      before the tags;
    - `Container.value`, in programs for Theano (theano/gof/link.py): NumPy 2 raises another error
      for integers that are too large;
    - the C code of `Maximum` and `Minimum` of integers, in programs for Theano
      (theano/scalar/basic.py): PyTensor's code rounds to float64;
    - the C code of float32 constants, in programs for Theano (theano/scalar/basic.py): PyTensor's
      code computes in double precision with them;
    - `Cast.impl`, in programs for Theano (theano/scalar/basic.py): NumPy 2 raises an error for a
      number that is out of range; C and older versions truncate it;
    - the rewrites of `SpecifyShape` and of indices that are ranges, in programs for Theano
      (theano/tensor/checks.py): they lose the errors that Theano raised for wrong sizes;
    - `simple_extract_stack`, in programs for Theano (theano/gof/utils.py): errors name the line of
      the program that created a variable, not a line of this package;
    - `verify_grad.E_grad`, for programs for Theano that catch this error (theano/gradient.py);
    - `Op.__call__`, `GRADIENT_RULES` and a few methods that build graphs, while a program for
      Theano uses test values (theano/compute_test_value.py), which PyTensor has removed.
    """
    setattr(owner, name, value)

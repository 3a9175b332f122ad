"""Make Numba optimize functions that call each other once instead of many times.

Numba optimizes every function and translates it to machine code, together with all functions that
it calls. The calls of a network's function are ten levels deep, so most kernels would be optimized
ten times. Here only functions that are kept on disk or called from Python are optimized, together
with the functions that they call; the others are linked without optimization.
"""

import contextlib
import weakref
from collections.abc import Iterator
from typing import Any

from numba.core import registry
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler_lock import global_compiler_lock
from numba.core.runtime import rtsys

# Numba's own names that are used here. If one is missing, Numba compiles as usual.
_names = (
    "_ensure_finalized",
    "_finalize_dynamic_globals",
    "_finalize_final_module",
    "_get_compiled_object",
    "_optimize_final_module",
)
UNRESOLVED = ".numba.unresolved$"  # Numba's prefix for functions that are not compiled yet
_possible = all(hasattr(JITCodeLibrary, name) for name in _names)

# The code that is not optimized yet, by function name.
_waiting: weakref.WeakValueDictionary[str, "_Library"] = weakref.WeakValueDictionary()

# The Python objects that functions use, such as those in their exceptions, by the names under which
# machine code looks them up.
_environments: dict[str, Any] = {}


class _Library(JITCodeLibrary):
    """The code of a function, which is optimized only when its machine code is requested."""

    _optimized = False

    def _optimize_final_module(self):
        """Do nothing yet; `optimize` does it when the machine code is requested."""

    def _finalize_final_module(self):
        if getattr(self, "_compiled_object", None) is not None:  # loaded from disk
            self._optimized = True
            super()._finalize_final_module()
        else:
            self._finalize_dynamic_globals()
            self._finalized = True
            for function in self.get_defined_functions():
                _waiting.setdefault(function.name, self)

    def _get_compiled_object(self):
        self.optimize()
        return super()._get_compiled_object()

    def get_pointer_to_function(self, name):
        self._ensure_finalized()
        if self._optimized or name in {function.name for function in self.get_defined_functions()}:
            self.optimize()
            return super().get_pointer_to_function(name)
        return 0  # Numba's result for a function that Python does not call

    def optimize(self):
        """Optimize the function and all that it calls, and translate it to machine code."""
        if not self._optimized:
            self._optimized = True
            super()._optimize_final_module()
            self._final_module.verify()
            self._dynamic_globals.clear()
            # Recursive calls are looked up by name, so the called functions must be optimized too.
            for variable in self._final_module.global_variables:
                called = _waiting.get(variable.name.removeprefix(UNRESOLVED))
                if called is not None:
                    called.optimize()
            super()._finalize_final_module()
            for variable in self._final_module.global_variables:
                if variable.name in _environments:
                    self.codegen.set_env(variable.name, _environments[variable.name])


@contextlib.contextmanager
def optimized_once() -> Iterator[None]:
    """Make Numba compile functions in this way within this context."""
    if not _possible:
        yield
        return
    context = registry.cpu_target.target_context
    rtsys.initialize(context)  # compile Numba's own runtime, which all functions call, as usual
    codegen = context.codegen()
    set_env = codegen.set_env

    def set_env_of_machine_code(name, env):
        _environments[name] = env
        if codegen._engine.is_symbol_defined(name):
            set_env(name, env)

    with global_compiler_lock:
        library_class = codegen._library_class
        codegen._library_class, codegen.set_env = _Library, set_env_of_machine_code
        try:
            yield
        finally:
            codegen._library_class, codegen.set_env = library_class, set_env

"""Functions of many levels that are optimized once.

Numba optimizes every function and translates it to machine code, together with all functions that
it calls. Under a network's function they are ten levels deep, so most of them would be optimized
ten times. Here only a function that is kept on disk or called from Python is, and its callees in
it; the code is the same.
"""

import contextlib
from collections.abc import Iterator

from numba.core import registry
from numba.core.codegen import JITCodeLibrary


class Library(JITCodeLibrary):
    """The code of a function, as it is until its machine code is asked for."""

    _emitted = False

    def _optimize_final_module(self):
        """Leave it for the time when machine code is asked for."""

    def _finalize_final_module(self):
        if getattr(self, "_compiled_object", None) is not None:  # from disk
            self._emitted = True
            super()._finalize_final_module()
            return
        self._finalize_dynamic_globals()
        self._finalized = True

    def emit(self):
        """Optimize the function with all that it calls, and translate it to machine code."""
        if not self._emitted:
            self._emitted = True
            super()._optimize_final_module()
            self._final_module.verify()
            self._dynamic_globals.clear()
            super()._finalize_final_module()

    def defines(self, name):
        try:
            return not self._final_module.get_function(name).is_declaration
        except NameError:
            return False

    def get_pointer_to_function(self, name):
        self._ensure_finalized()
        if not self._emitted and not self.defines(name):
            return 0
        self.emit()
        return super().get_pointer_to_function(name)

    def _get_compiled_object(self):
        self.emit()
        return super()._get_compiled_object()


@contextlib.contextmanager
def optimized_once() -> Iterator[None]:
    """Compile functions in this way."""
    codegen = registry.cpu_target.target_context.codegen()
    def set_env(name, env):
        if codegen._engine.is_symbol_defined(name):
            type(codegen).set_env(codegen, name, env)
        elif env.consts: print("ENV CONSTS", name, env.consts)
    before, codegen._library_class = codegen._library_class, Library
    codegen.set_env = set_env
    try:
        yield
    finally:
        codegen._library_class = before
        del codegen.set_env

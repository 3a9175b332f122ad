"""Compile the C++ modules of a function in parallel.

While PyTensor links a function, it compiles the modules of its operators one after the other, on
one processor core. `Linker` compiles them beforehand, one on each core, and adds them to PyTensor's
cache.
"""

import contextlib
import functools
import os
import signal
import subprocess
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

from pytensor.configdefaults import config
from pytensor.graph.basic import Apply
from pytensor.graph.fg import FunctionGraph
from pytensor.link.c.basic import CLinker
from pytensor.link.c.op import COp
from pytensor.link.vm import VMLinker

from network3.engine import compilation, folders
from network3.kernels.pytensor_versions import (
    CompileError,
    cmodule,
    dlimport,
    get_lib_extension,
    get_module_cache,
    get_module_hash,
    lock_ctx,
    output_of,
    patch,
    started,
)

MOST = 8  # compilers at once; each takes 130 MB or more


class Linker(VMLinker):
    """PyTensor's virtual machine, with its C++ modules compiled in parallel beforehand."""

    def make_all(self, *args, **kwargs):
        if self.c_thunks and config.cxx:
            compile_ahead(self.fgraph.apply_nodes)
        return super().make_all(*args, **kwargs)


def compile_ahead(nodes: Iterable[Apply]) -> None:
    """Compile the modules of these nodes that PyTensor's cache lacks, one on each core.

    If a module fails, PyTensor compiles it again by itself, and succeeds if there was too little
    memory for several compilers at once, or else reports the error.

    Raises
    ------
    OSError
        If a compiler failed because the disk is full.
    """
    cache = get_module_cache()
    # The longest first, so that modules that are compiled together take about the same time.
    modules = sorted(_missing(nodes, cache), key=lambda module: -len(module.source))
    size = min(_cores(), MOST)
    try:
        for first in range(0, len(modules), size):
            compilation.tell("C++", first, len(modules))
            # Hold PyTensor's lock no longer than PyTensor does, for the time of one compilation.
            with lock_ctx():
                cache.refresh(cleanup=False)  # another process may have compiled some of them
                missing = [m for m in modules[first : first + size] if not m.known(cache)]
                for done in _compile(missing, cache):
                    compilation.tell("C++", first + done, len(modules))
    except (CompileError, ImportError, OSError):
        folders.check_space()
    if modules:
        compilation.tell("C++", len(modules), len(modules))


def _missing(nodes, cache):
    """Return the modules of these nodes that the cache lacks, each once."""
    missing = {}
    for node in nodes:
        # If a node is faulty, PyTensor finds the same fault and reports it.
        with contextlib.suppress(Exception):
            if isinstance(node.op, COp):
                node.op.prepare_node(node, None, None, "c")
                module = Module().accept(FunctionGraph(node.inputs, node.outputs))
                if not module.known(cache):
                    missing.setdefault(module.hash, module)
    return missing.values()


def _compile(modules, cache):
    """Compile modules in parallel and add them to the cache; yield the number of finished ones.

    They are compiled in a temporary folder and appear in the cache only when complete. An interrupt
    leaves nothing behind; a killed process leaves a folder, which PyTensor removes after a week.
    """
    with TemporaryDirectory(dir=cache.dirname) as folder:
        with ThreadPoolExecutor(MOST) as threads, Compilers() as compilers:
            futures = [threads.submit(module.compile, folder, compilers) for module in modules]
            for done, future in enumerate(as_completed(futures), start=1):
                future.result()
                yield done
        for module in modules:
            cache.module_from_key(module.key, module)


class Compilers:
    """Compilers that run in parallel. If one fails, or the user presses Ctrl-C, all are stopped.

    The failures are hidden from PyTensor, which would print each command and keep the source of
    each module. Ctrl-C does not reach the compilers directly, because they would then fail.
    """

    def __init__(self):
        self._lock, self._running, self._stopped = threading.Lock(), set(), False

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind is not None:
            with self._lock:
                self._stopped = True
                for process in self._running:
                    _end(process)

    def run(self, command):
        """Run a compiler and return its standard output, its standard error, and 0."""
        with self._lock:
            if self._stopped:
                raise _NotCompiledError
            pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
            process = started(command, process_group=0, **pipes)
            self._running.add(process)
        out, err = process.communicate()
        with self._lock:
            self._running.remove(process)
        if process.returncode:
            raise _NotCompiledError
        return out, err, 0


class _NotCompiledError(BaseException):
    """A compiler failed or was stopped. PyTensor would report an `Exception` to the user."""


def _end(process):
    with contextlib.suppress(ProcessLookupError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGTERM)
        else:
            process.terminate()


_thread = threading.local()


def _output_of(command, **options):
    """Run a command for PyTensor's compiler, with the `Compilers` of this thread if it has some."""
    compilers = getattr(_thread, "compilers", None)
    return output_of(command, **options) if compilers is None else compilers.run(command)


patch(cmodule, "output_subprocess_Popen", _output_of)


def _cores():
    """Return the number of processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):  # not on macOS
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Module(CLinker):
    """The C++ module of one operator, compiled before PyTensor's cache asks for it."""

    @functools.cached_property
    def key(self):
        return self.cmodule_key()

    @functools.cached_property
    def source(self):
        return self.get_src_code()

    @functools.cached_property
    def hash(self):
        return get_module_hash(self.source, self.key)

    def known(self, cache):
        """Return whether PyTensor's cache has this module or one with the same source."""
        return self.key in cache.entry_from_key or self.hash in cache.module_hash_to_key_data

    def compile(self, folder, compilers):
        """Compile the module in a new subfolder of `folder`; any thread can call this."""
        self.folder = Path(mkdtemp(dir=folder))
        _thread.compilers = compilers
        try:
            self._compile()
        except _NotCompiledError:
            raise CompileError(f"{config.cxx} failed") from None
        finally:
            _thread.compilers = None

    def _compile(self):
        self.c_compiler().compile_str(
            self.get_dynamic_module().code_hash,
            self.source,
            location=str(self.folder),
            include_dirs=self.header_dirs(),
            lib_dirs=self.lib_dirs(),
            libs=self.libraries(),
            # Omit the debug information that PyTensor requests; it is a sixth of the work.
            preargs=["-g0", *self.compile_args()],
            py_module=False,
        )

    def compile_cmodule(self, location=None):
        """Move the compiled files to a folder and load the module; PyTensor's cache calls this."""
        (self.folder / "__init__.py").touch()
        for file in self.folder.iterdir():
            file.replace(Path(location, file.name))
        name = self.get_dynamic_module().code_hash
        return dlimport(str(Path(location, f"{name}.{get_lib_extension()}")))

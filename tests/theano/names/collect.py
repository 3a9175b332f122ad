"""Write theano_names.json, the public names of the real Theano 1.0.5, module by module.

    python3.8 tests/theano/names/collect.py            writes
    python3.8 tests/theano/names/collect.py --check    compares

This needs Theano 1.0.5 and NumPy below 1.20. A module's names are those that it defines; a
package's names are all that it exports. Names of NumPy and the standard library are left out.
"offered" lists the names of a module that the packages above it export too, because programs import
them from either.
"""

import ast
import importlib
import inspect
import io
import json
import os
import re
import sys
import types
import warnings
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

# Without a compiler, so that the names do not depend on one.
os.environ["THEANO_FLAGS"] = os.environ.get("THEANO_FLAGS", "") + ",cxx="

# The modules that programs import from.
MODULES = [
    "theano",
    "theano.compile",
    "theano.compile.builders",
    "theano.compile.debugmode",
    "theano.compile.function",
    "theano.compile.function_module",
    "theano.compile.io",
    "theano.compile.mode",
    "theano.compile.monitormode",
    "theano.compile.nanguardmode",
    "theano.compile.ops",
    "theano.compile.pfunc",
    "theano.compile.profiling",
    "theano.compile.sharedvalue",
    "theano.configdefaults",
    "theano.configparser",
    "theano.d3viz",
    "theano.d3viz.d3viz",
    "theano.d3viz.formatting",
    "theano.gof",
    "theano.gof.destroyhandler",
    "theano.gof.fg",
    "theano.gof.graph",
    "theano.gof.op",
    "theano.gof.toolbox",
    "theano.gof.type",
    "theano.gof.vm",
    "theano.gradient",
    "theano.ifelse",
    "theano.misc.frozendict",
    "theano.misc.ordered_set",
    "theano.misc.pkl_utils",
    "theano.printing",
    "theano.raise_op",
    "theano.sandbox",
    "theano.sandbox.blocksparse",
    "theano.sandbox.conv",
    "theano.sandbox.linalg",
    "theano.sandbox.linalg.ops",
    "theano.sandbox.multinomial",
    "theano.sandbox.neighbours",
    "theano.sandbox.rng_mrg",
    "theano.sandbox.softsign",
    "theano.sandbox.solve",
    "theano.scalar",
    "theano.scalar.basic",
    "theano.scalar.basic_scipy",
    "theano.scalar.sharedvar",
    "theano.scan_module",
    "theano.scan_module.scan",
    "theano.scan_module.scan_checkpoints",
    "theano.scan_module.scan_utils",
    "theano.scan_module.scan_views",
    "theano.sparse",
    "theano.sparse.basic",
    "theano.sparse.sharedvar",
    "theano.sparse.type",
    "theano.sparse.utils",
    "theano.tensor",
    "theano.tensor.basic",
    "theano.tensor.blas",
    "theano.tensor.elemwise",
    "theano.tensor.extra_ops",
    "theano.tensor.fft",
    "theano.tensor.fourier",
    "theano.tensor.inplace",
    "theano.tensor.io",
    "theano.tensor.nlinalg",
    "theano.tensor.nnet",
    "theano.tensor.nnet.abstract_conv",
    "theano.tensor.nnet.blocksparse",
    "theano.tensor.nnet.bn",
    "theano.tensor.nnet.conv",
    "theano.tensor.nnet.conv3d2d",
    "theano.tensor.nnet.corr",
    "theano.tensor.nnet.corr3d",
    "theano.tensor.nnet.ctc",
    "theano.tensor.nnet.neighbours",
    "theano.tensor.nnet.nnet",
    "theano.tensor.nnet.sigm",
    "theano.tensor.raw_random",
    "theano.tensor.shared_randomstreams",
    "theano.tensor.sharedvar",
    "theano.tensor.signal",
    "theano.tensor.signal.conv",
    "theano.tensor.signal.pool",
    "theano.tensor.slinalg",
    "theano.tensor.sort",
    "theano.tensor.subtensor",
    "theano.tensor.type",
    "theano.tensor.type_other",
    "theano.tensor.utils",
    "theano.tensor.var",
    "theano.tensor.xlogx",
    "theano.typed_list",
    "theano.typed_list.basic",
    "theano.typed_list.type",
    "theano.updates",
    "theano.version",
]

# Modules that programs do not import: Theano's tests, scripts that run or compile when they are
# imported, and the GPU package, which is absent as a whole.
NOT_FOR_PROGRAMS = (
    r"\.tests\b|\._version|\.gpuarray\.|theano\.(bin|generate_dtype_tests)|sandbox\.(cuda|minimal)|cutils|lazylinker|perform_ext|"
    r"sparse\.sandbox\.(test_sp|truedot)|"
    r"misc\.(buildbot|burn|check|cpucount|doubleop|elemwise|gh_api|latence|windows)"
)


def internals():
    """Return the names of Theano's other modules, without descriptions."""
    import theano

    root = Path(theano.__file__).parent
    paths = (path.relative_to(root.parent).with_suffix("") for path in root.rglob("*.py"))
    names = {".".join(path.parts).replace(".__init__", "") for path in paths}
    missing = set(MODULES) - names
    assert not missing, missing
    return sorted(n for n in names - set(MODULES) if not re.search(NOT_FOR_PROGRAMS, n))


def assigned(module):
    """Return the names that a module's source gives to values, functions and classes."""
    source = getattr(module, "__file__", None)
    if not source or not source.endswith(".py"):
        return set()
    names = set()
    for node in ast.walk(ast.parse(Path(source).read_text(encoding="utf-8"))):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    return names


def theanos(value, name, everywhere):
    """Return whether a value is defined by Theano, not imported from elsewhere."""
    if isinstance(value, types.ModuleType):
        return value.__name__.startswith("theano.")
    if isinstance(value, (type, types.FunctionType)):
        return value.__module__.startswith("theano")
    return type(value).__module__.startswith("theano") or name in everywhere


def parameters(value):
    """Return the names of a function's parameters, with their stars."""
    try:
        signature = inspect.signature(value)
    except (TypeError, ValueError):
        return None
    stars = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
    return [stars.get(p.kind, "") + p.name for p in signature.parameters.values()]


def described(value):
    if isinstance(value, types.ModuleType):
        return {"kind": "module"}
    if isinstance(value, type):
        return {"kind": "class", "parameters": parameters(value), "methods": methods(value)}
    if isinstance(value, types.FunctionType):
        return {"kind": "function", "parameters": parameters(value)}
    return {"kind": "value"}


def methods(kind):
    """Return the public methods that Theano defines for a class.

    Those of operators, types and linkers are left out: they serve Theano's compiler, and PyTensor's
    compiler calls other methods.
    """
    from theano.gof.link import Linker
    from theano.gof.op import PureOp
    from theano.gof.type import PureType

    if issubclass(kind, (PureOp, PureType, Linker, BaseException)):
        return {}
    return {
        name: parameters(value)
        for name, value in inspect.getmembers(kind, inspect.isfunction)
        if not name.startswith("_") and value.__module__.startswith("theano")
    }


def offered(path, names):
    """Return the names that a module defines and a package above it exports as the same objects."""
    found = []
    for name in assigned(sys.modules[path]).intersection(names):
        value, parent = getattr(sys.modules[path], name), path
        if getattr(value, "__module__", path) != path:
            continue
        while "." in parent:
            parent = parent.rpartition(".")[0]
            if getattr(sys.modules[parent], name, None) is value:
                found.append(name)
                break
    return sorted(found)


def names_of(modules):
    """Return the names of each module, with their descriptions."""
    with warnings.catch_warnings(), redirect_stderr(io.StringIO()), redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        modules = {name: importlib.import_module(name) for name in modules}
    everywhere = set()
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] == "theano":
            everywhere |= assigned(module)
    everywhere -= {"np", "numpy", "sys", "os", "theano"}
    found = {}
    for path, module in modules.items():
        package = hasattr(module, "__path__")
        own = assigned(module)
        found[path] = {}
        for name in sorted(vars(module)):
            value = getattr(module, name)
            if name.startswith("_") or name == "tests" or not theanos(value, name, everywhere):
                continue
            if isinstance(value, types.ModuleType):
                if not package or not value.__name__.startswith(path + "."):
                    continue
            elif not package and name not in own:
                continue
            found[path][name] = described(value)
    return found


def main():
    found = names_of(MODULES)
    inner = names_of(internals())
    both = {**found, **inner}.items()
    above = {path: names for path, names in ((p, offered(p, n)) for p, n in both) if names}
    version = sys.modules["theano"].__version__
    lines = ['{"theano": ' + json.dumps(version), ', "modules": {']
    for number, (path, names) in enumerate(found.items()):
        lines.append(("," if number else "") + json.dumps(path) + ": {")
        entries = [json.dumps(name) + ": " + json.dumps(names[name]) for name in names]
        lines += [",\n".join(entries), "}"]
    lists = {"internals": {path: list(names) for path, names in inner.items()}, "offered": above}
    for key, listed in lists.items():
        lines.append('}, "' + key + '": {')
        entries = [json.dumps(path) + ": " + json.dumps(names) for path, names in listed.items()]
        lines.append(",\n".join(entries))
    lines.append("}}")
    text = "\n".join(lines) + "\n"
    kept = Path(__file__).parent / "theano_names.json"
    if "--check" not in sys.argv:
        kept.write_text(text)
    elif json.loads(text) != json.loads(kept.read_text()):
        sys.exit("theano_names.json does not have the names that this Theano has")
    print(version, sum(len(names) for _, names in both), "names in", len(both), "modules")


if __name__ == "__main__":
    main()

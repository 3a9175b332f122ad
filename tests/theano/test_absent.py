"""Absent names raise errors that explain; present names are listed in `__all__`."""

import importlib
import pkgutil

import pytest

import network3.theano as theano

GPU = ("network3.theano.gpuarray", "network3.theano.sandbox.cuda")
LAUNCHER = "network3.theano.__main__"
MODULES = [
    module.name
    for module in pkgutil.walk_packages(
        theano.__path__, "network3.theano.", onerror=lambda name: None
    )
    if not module.name.startswith((*GPU, LAUNCHER))
]


@pytest.mark.parametrize("name", MODULES)
def test_a_module_lists_each_name_once_and_has_it(name):
    module = importlib.import_module(name)
    listed = getattr(module, "__all__", [])
    assert sorted(listed) == sorted(set(listed))
    assert all(hasattr(module, one) for one in listed)


@pytest.mark.parametrize("name", GPU)
def test_a_guarded_import_of_a_gpu_package_falls_through(name):
    with pytest.raises(ImportError, match="is not available: THEANO_FLAGS=device=cuda"):
        importlib.import_module(name)


@pytest.mark.parametrize(
    ["module", "name", "instead"],
    [
        ("theano", "gpuarray", "compiles for a GPU, with JAX"),
        ("theano", "no_such_name", "docs/theano-names.md lists the names"),
        ("theano.compile", "orig_function", "use function"),
        ("theano.compile.mode", "FAST_RUN", "write mode='FAST_RUN'"),
        ("theano.gof", "CLinker", "use PyTensor's"),
        ("theano.scan_module", "scan_opt", "pytensor.scan.rewriting"),
        ("theano.scan_module.scan_utils", "map_variables", "use clone"),
        ("theano.misc", "strutil", "use textwrap.dedent"),
    ],
)
def test_an_absent_name_says_what_to_use(module, name, instead):
    found = importlib.import_module(f"network3.{module}")
    with pytest.raises(AttributeError) as error:
        getattr(found, name)
    assert str(error.value).startswith(f"network3.theano has no {module}.{name}: ")
    assert instead in str(error.value)
    assert getattr(found, name, "a default") == "a default"


def test_an_absent_name_is_an_import_error_where_it_is_imported():
    with pytest.raises(
        ImportError, match="network3.theano has no theano.gof.CLinker: use PyTensor's"
    ):
        from network3.theano.gof import CLinker  # noqa: F401

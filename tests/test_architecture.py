"""Imports run one way, from the face of the package down to the kernels."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "network3"

FILES = sorted(PACKAGE.rglob("*.py"))
PARTS = {path.relative_to(PACKAGE).parts[0].removesuffix(".py") for path in FILES}

# What each part may import of the package. Only `backend` and `running` know the JAX and the Numba
# kernels.
ALLOWED = {
    "kernels": set(),
    "kernels.reference": {"kernels.reference"},
    "kernels.c": {"kernels.reference"},
    "ops": {"ops", "kernels.c", "kernels.reference"},
    "kernels.jax": {"kernels.jax", "ops", "interrupts"},
    "kernels.numba": {"kernels.numba", "ops", "kernels.reference"},
    "activations": set(),
    "parameters": set(),
    "data": {"data"},
    "layers": {"layers", "ops", "activations", "parameters"},
    "fusion": {"fusion", "ops"},
    "backend": {"fusion", "kernels.c", "kernels.jax", "kernels.numba"},
    "interrupts": set(),
    "threads": {"interrupts"},
    "running": {"backend", "interrupts", "threads", "kernels.jax", "kernels.numba"},
    "image_by_image": {"ops"},
    "mini_batches": {"backend", "running"},
    "accuracy": {"backend", "image_by_image", "mini_batches"},
    "checks": {"data", "layers"},
    "evaluation": {"backend", "checks", "image_by_image"},
    "summary": set(),
    "storage": {"storage", "activations", "layers"},
    "training": {
        "training",
        "activations",
        "backend",
        "checks",
        "interrupts",
        "running",
        "storage",
    },
    "network": {
        "accuracy",
        "backend",
        "checks",
        "data",
        "evaluation",
        "layers",
        "mini_batches",
        "running",
        "storage",
        "summary",
        "training",
    },
    "loading": {"activations", "network", "storage", "training"},
    "__init__": {
        "activations",
        "backend",
        "data",
        "layers",
        "loading",
        "network",
        "theano",
        "training",
    },
    "nets": {"activations", "layers", "network"},
    "experiments": {
        "__init__",
        "activations",
        "data",
        "experiments",
        "layers",
        "nets",
        "network",
        "plots",
        "storage",
        "training",
    },
    "plots": {"plots", "evaluation"},
    "theano": {"theano", "ops", "backend"},
    "cli": {"cli", "experiments", "plots", "__init__", "backend", "data", "nets", "storage"},
    "__main__": {"cli"},
}


def part(module):
    """The part of the package that a module belongs to."""
    names = module.split(".")
    return ".".join(names[:2]) if names[0] == "kernels" else names[0]


def imported(path):
    """The modules of this package that a file imports, without the package's name."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for module in modules:
            if module.startswith("network3."):
                inner = module.removeprefix("network3.")
                yield inner if inner.split(".")[0] in PARTS else "__init__"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_file_imports_only_what_lies_below_it(path):
    module = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
    module = module.removesuffix(".__init__")
    allowed = ALLOWED[part(module)]
    for other in imported(path):
        assert part(other) in allowed, f"{module} imports {other}"


def test_the_face_is_the_originals_names_and_the_packages_own():
    import network3

    book = {
        "ConvPoolLayer",
        "FullyConnectedLayer",
        "GPU",
        "Network",
        "ReLU",
        "SoftmaxLayer",
        "T",
        "dropout_layer",
        "linear",
        "load_data_shared",
        "sigmoid",
        "size",
        "tanh",
        "theano",
    }
    own = {
        "Diagnostics",
        "Expander",
        "History",
        "expand",
        "load",
        "read_digit",
        "share",
    }
    assert set(network3.__all__) == book | own
    assert all(hasattr(network3, name) for name in book | own)

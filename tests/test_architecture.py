"""Imports run one way, from the public package down to the kernels."""

import subprocess
import sys
from pathlib import Path

import network3

ROOT = Path(__file__).parents[1]


def test_a_file_imports_only_what_the_contracts_allow():
    """This runs in a separate process, because import-linter disables other loggers."""
    lint = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    command = [sys.executable, "-c", lint, "--no-cache"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_package_exports_the_originals_names_and_its_own():
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

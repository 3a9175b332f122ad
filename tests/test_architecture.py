"""Imports run one way, from the face of the package down to the kernels."""

from pathlib import Path

from importlinter.cli import lint_imports

import network3

CONTRACTS = Path(__file__).parents[1] / "setup.cfg"


def test_a_file_imports_only_what_the_contracts_allow(capsys):
    status = lint_imports(config_filename=str(CONTRACTS), no_cache=True)
    assert status == 0, capsys.readouterr().out


def test_the_face_is_the_originals_names_and_the_packages_own():
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

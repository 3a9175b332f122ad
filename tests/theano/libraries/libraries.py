"""Keras and Lasagne on `network3.theano`: the results on the real Theano, and Lasagne's tests.

This package does not require them; `tox -e libraries` installs them.
"""

import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import numpy as np
import pytest

HERE = Path(__file__).parent
EXPECTED = dict(map(json.loads, (HERE / "keras_layers.txt").read_text().splitlines()))

# Lasagne's tests that cannot pass, and why.
NOT_HERE = {"test_import_without_gpu_or_cudnn_raises": "theano.sandbox.cuda has another message"}


@pytest.fixture(scope="module", params=["cpu", "cuda"])
def environment(request, tmp_path_factory):
    """Return the environment of a program for Theano, on each backend."""
    return os.environ | {
        "THEANO_FLAGS": f"device={request.param}",
        "KERAS_BACKEND": "theano",
        "KERAS_HOME": str(tmp_path_factory.mktemp("keras")),
    }


def run(environment, *command, **options):
    return subprocess.run(
        [sys.executable, *map(str, command)], env=environment, text=True, **options
    )


@pytest.fixture(scope="module")
def keras(environment):
    program = HERE / "keras_layers.py"
    ran = run(environment, "-m", "network3.theano", program, stdout=subprocess.PIPE, check=True)
    return dict(map(json.loads, ran.stdout.splitlines()))


@pytest.mark.parametrize("name", EXPECTED)
@pytest.mark.parametrize("what", ["predicted", "costs"])
def test_keras_computes_what_it_computed_on_theano(keras, name, what):
    np.testing.assert_allclose(keras[name][what], EXPECTED[name][what], rtol=2e-4)


def test_no_net_is_left_out(keras):
    assert keras.keys() == EXPECTED.keys()


@pytest.fixture(scope="module")
def lasagne(tmp_path_factory):
    """Return the folder of Lasagne's sources, with the tests that the installed package lacks."""
    folder = tmp_path_factory.mktemp("lasagne")
    download = ["-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:", "-d", folder]
    run(os.environ, *download, "--no-build-isolation", "lasagne==0.1", check=True)
    with tarfile.open(folder / "Lasagne-0.1.tar.gz") as sources:
        sources.extractall(folder, filter="data")
    sources = folder / "Lasagne-0.1"
    (sources / "lasagne" / "conftest.py").unlink()  # pytest no longer accepts its hook
    (sources / "conftest.py").write_text(
        "import network3.theano\nnetwork3.theano.install(old_names=True)\n"
    )
    return sources


def test_lasagne_passes_its_own_tests(environment, lasagne):
    options = [f"--rootdir={lasagne}", "-c", os.devnull, "-q", "-p", "no:cacheprovider"]
    options += ["-k", " and ".join(f"not {name}" for name in NOT_HERE)]
    options += ["--ignore=lasagne/tests/test_examples.py"]  # they download files
    ran = run(environment, "-m", "pytest", *options, "lasagne/tests", cwd=lasagne)
    assert ran.returncode == 0

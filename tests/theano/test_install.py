"""`network3.theano.install()`: `import theano` imports this package.

A warning says so if the real Theano is installed.
"""

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.process


def run(source, tmp_path, *options, **environment):
    """Return the output of Python for a source text, and fail if it fails."""
    done = subprocess.run(
        [sys.executable, *options, "-c", source],
        cwd=tmp_path,
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def real_theano(tmp_path):
    """Return a folder in which a "Theano" is installed."""
    (tmp_path / "theano").mkdir()
    (tmp_path / "theano" / "__init__.py").write_text("real = True\n")
    return tmp_path


def test_install_twice_is_install_once(tmp_path):
    source = (
        "import sys, network3.theano as ours\n"
        "ours.install(); ours.install()\n"
        "import theano; assert theano is ours\n"
        "print(len([f for f in sys.meta_path if type(f).__name__ == 'Finder']), ours.config.floatX)"
    )
    assert run(source, tmp_path) == "1 float64\n"


def test_a_mere_import_leaves_the_precision(tmp_path):
    source = "import network3.theano as theano; print(theano.config.floatX)"
    assert run(source, tmp_path) == "float32\n"


def test_an_installed_theano_is_named(real_theano):
    source = "import network3.theano as ours; ours.install(); import theano; print(theano is ours)"
    printed = run(source, real_theano)
    assert "True\n" in printed
    assert f"Theano is installed in {real_theano / 'theano' / '__init__.py'}" in printed


def test_a_plain_folder_of_that_name_is_no_theano(tmp_path):
    (tmp_path / "theano").mkdir()
    source = "import network3.theano as ours; ours.install(); import theano; print(theano is ours)"
    assert run(source, tmp_path) == "True\n"


def test_an_imported_theano_is_not_replaced(real_theano):
    source = (
        "import theano, network3.theano as ours\n"
        "try: ours.install()\n"
        "except ImportError as error: print(error)\n"
        "print(theano.real)"
    )
    printed = run(source, real_theano)
    assert "theano has been imported from" in printed and printed.endswith("True\n")


def test_without_install_there_is_no_theano(tmp_path):
    source = (
        "import network3.theano\n"
        "try: import theano\n"
        "except ModuleNotFoundError as error: print(error)"
    )
    assert run(source, tmp_path) == "No module named 'theano'\n"


def test_an_absent_module_raises_an_error_that_explains(tmp_path):
    source = (
        "import network3.theano; network3.theano.install()\n"
        "for name in ['theano.gof.cc', 'theano.sandbox.cuda', 'theano.gpuarray.dnn',\n"
        "             'theano.tests', 'theano.pathparse', 'theano.sandbox.gpuarray']:\n"
        "    try: __import__(name)\n"
        "    except ImportError as error: print(error)\n"
        "try: from theano import gpuarray\n"
        "except ImportError as error: print(error)\n"
    )
    lines = run(source, tmp_path).splitlines()
    assert lines[0] == "network3.theano has no theano.gof.cc: use PyTensor's pytensor.link.c"
    assert lines[1].startswith("theano.sandbox.cuda, Theano's old GPU package, is not available: ")
    assert lines[2].startswith("theano.gpuarray, Theano's GPU package, is not available: ")
    assert lines[3].startswith("network3.theano has no theano.tests: they are")
    assert lines[4].startswith("network3.theano has no theano.pathparse: only")
    assert lines[5].startswith("network3.theano has no theano.sandbox.gpuarray: ")
    assert lines[6].startswith("theano.gpuarray, Theano's GPU package, is not available: ")


def test_a_module_imported_late_is_the_same_under_both_names(tmp_path):
    source = (
        "import network3.theano; network3.theano.install()\n"
        "import theano.typed_list.basic, network3.theano.typed_list\n"
        "import theano.sparse.basic as S, theano.d3viz.d3viz\n"
        "from theano.misc.pkl_utils import dump, load\n"
        "ours = network3.theano\n"
        "print(theano.typed_list is ours.typed_list, S is ours.sparse.basic)\n"
        "print(callable(theano.d3viz.d3viz), theano._asarray([1], 'floatX').dtype)"
    )
    assert run(source, tmp_path) == "True True\nTrue float64\n"

"""A program next to its own copy of the book's `network3.py` runs with that copy."""

import ast
import configparser
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.process

ROOT = Path(__file__).parents[2]
FORK = '''\
"""The book's network3.py, changed by a reader."""
import numpy as np
import theano
import theano.tensor as T

class Network(object):
    def __init__(self):
        x = T.matrix("x")
        self.w = theano.shared(np.eye(2), name="w")
        self.output = theano.function([x], T.nnet.sigmoid(T.dot(x, self.w)))
'''
RUN = """\
import importlib, multiprocessing, pickle, sys
import network3
import network3 as nw
from network3 import Network

def outputs(net):
    return net.output([[0, 0]]).tolist()

net = Network()
again = pickle.loads(pickle.dumps(net))
with multiprocessing.get_context("fork").Pool(1) as pool:
    print(type(again) is Network, *pool.map(outputs, [again]), sys.argv[1:])
print(importlib.reload(nw) is network3 is sys.modules["network3"], network3.Network is not Network)
"""
SHORT = "import network3; print(network3.Network.__name__)\n"
PRINTED = "True [[0.5, 0.5]] ['--eta', '0.1']\nTrue True\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with fork/network3.py, fork/run.py, and the command theano-run in bin."""
    folder = tmp_path_factory.mktemp("reader")
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    scripts = setup["options.entry_points"]["console_scripts"].split("\n")
    module, function = dict(s.split(" = ") for s in scripts if s)["theano-run"].split(":")
    command = f"import sys\nfrom {module} import {function}\nsys.exit({function}())\n"
    files = {
        "fork/network3.py": FORK,
        "fork/run.py": RUN,
        "fork/short.py": SHORT,
        "figures/plot.py": f"import sys; sys.path.append('../fork/')\n{SHORT}",
        "bin/theano-run": command,
    }
    for path, text in files.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text)
    return folder


def start(folder, *arguments):
    environment = os.environ | {"PYTHONPATH": str(ROOT), "THEANO_FLAGS": "linker=py"}
    return subprocess.Popen(
        [sys.executable, *map(str, arguments)],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_each_way_to_start_a_program_imports_the_copy_beside_it_and_prints_its_path(folder):
    command, fork = folder / "bin" / "theano-run", folder / "fork"
    ways = {
        (fork, command, "run.py", "--eta", "0.1"): PRINTED,
        (folder, command, "fork/short.py"): "Network\n",
        (fork, command, "-m", "short"): "Network\n",
        (fork, "-m", "network3_theano", "short.py"): "Network\n",
        (folder, "-m", "network3.theano", "fork/short.py"): "Network\n",
        (folder / "figures", command, "plot.py"): "Network\n",
    }
    told = f"the program's network3 is {fork / 'network3.py'}, not the installed package\n"
    for process, printed in [(start(*way), printed) for way, printed in ways.items()]:
        assert process.communicate() == (printed, f"network3.theano: {told}"), process.args
        assert process.returncode == 0


def test_a_notebook_imports_the_copy_too(folder):
    beside = start(
        folder / "fork",
        "-c",
        "import network3_theano as ours; ours.install(); ours.install()\n"
        "import network3, theano, network3.theano, sys\n"
        "print(network3.Network().output([[0, 0]]), theano is sys.modules['network3.theano'])",
    )
    later = start(
        folder,
        "-c",
        "import network3.theano; network3.theano.install()\n"
        "import sys; sys.path.insert(0, 'fork')\n"
        "import network3; print(network3.Network().output([[0, 0]]))",
    )
    assert beside.communicate()[0] == "[[0.5 0.5]] True\n"
    assert later.communicate()[0] == "[[0.5 0.5]]\n"


@pytest.fixture(scope="module")
def plain(folder):
    """Return the output of a notebook in a folder without a copy."""
    process = start(
        folder,
        "-c",
        "import network3 as before, network3_theano; network3_theano.install()\n"
        "import importlib, sys; loaded = list(sys.modules)\n"
        "import network3, network3.nets\n"
        "print(network3 is before is importlib.reload(network3), network3.GPU)\n"
        "print(*(name for name in loaded if name.startswith('network3.')))",
    )
    printed, error = process.communicate()
    assert error == ""
    return printed.splitlines()


def test_without_a_copy_network3_stays_the_package(plain):
    """It is the same module, imported before or after `install`."""
    assert plain[0] == "True False"


def test_a_copy_that_is_imported_already_stays_imported(folder):
    (folder / "plain").mkdir()
    (folder / "plain" / "network3.py").write_text("mine = 7\n")
    process = start(
        folder / "plain",
        "-c",
        "import network3 as mine, network3_theano; network3_theano.install()\n"
        "import network3, theano; print(network3 is mine, theano.config.floatX)",
    )
    assert process.communicate() == ("True float64\n", "")


def test_a_package_of_that_name_raises_an_error_that_explains(folder):
    package = folder / "split" / "network3"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("from network3.layers import Layer\n")
    process = start(
        folder / "split", "-c", "import network3_theano; network3_theano.install(); import network3"
    )
    error = process.communicate()[1]
    assert f"ImportError: network3.theano: the program's network3 is the package {package}" in error
    assert "Rename it, or make it a single file, network3.py" in error


def test_what_the_package_imports_late_is_found_when_network3_is_the_programs(plain):
    """Late imports need no module directly below `network3` that is not loaded by then."""
    loaded = {name.split(".")[1] for name in plain[1].split()}
    package = ROOT / "network3"
    late = {
        (path.relative_to(package), name)
        for part in loaded
        for path in [package / f"{part}.py", *(package / part).rglob("*.py")]
        if path.exists()
        for name in imported_late(path.read_text(encoding="utf-8"))
    }
    assert (Path("engine", "backend.py"), "network3.fusion") in late
    assert {pair for pair in late if pair[1].partition(".")[2].split(".")[0] not in loaded} == set()


def imported_late(source):
    """Return the modules of network3 that functions import; `network3` if they bind that name."""
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.ImportFrom) and node.module.split(".")[0] == "network3":
                    yield node.module
                elif isinstance(node, ast.Import):
                    names = [alias.name.split(".")[0] for alias in node.names]
                    yield from (name for name in names if name == "network3")

"""Python 2 programs run as they are: those in programs/, and some of several modules."""

import os
import subprocess
import sys

import book
import pytest
from book import HERE, MNIST

pytestmark = pytest.mark.process

PROGRAMS = HERE / "programs"
FILES = {
    "run.py": """\
import pickle, sys
import nets.layers, nets.modern
from nets import cost, today
from theano.compat.python2x import OrderedDict
from theano.compat.six.moves import xrange
print nets.layers.half(7), nets.modern.half(7), nets.layers.random.mine, sys.argv[1:]
print pickle.loads("S'\\\\xe9'\\n.") == u"\\xe9", cost.both(3), today.half(3)
try:
    import nets.nothing
except ImportError, error:
    print error
""",
    "nets/__init__.py": "",
    "nets/layers.py": "import random\ndef half(n): return n/2\nprint 'layers', __name__\n",
    "nets/modern.py": """\
from __future__ import absolute_import, division
import random
def half(n): return n/2
print 'modern', random.random() < 1
""",
    "nets/random.py": "mine = 1\n",
    "nets/cost.py": "def both(n): return n/2\n",
    "nets/today.py": "def half(n: int): return n/2\n",
    "nets/beside.py": "import layers\ndef half(n): return layers.half(n), n/2\n",
    "new.py": """\
import nets.cost, nets.layers, nets.beside
print(f'{nets.cost.both(3)}', nets.layers.half(3), nets.beside.half(7))
""",
    "same.py": "import six\n",
    "mixed.py": "import nets.layers\nlen(zip('a'))\n",
    "fails.py": "import nets.raises\nprint 'not here'\n",
    "nets/raises.py": 'print "before"\ndef f((a, b)):\n    return a / b\n\nf((1, 0))\n',
    "wrong.py": "print 'a'\nx = = 1\n",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("python2")
    for name, text in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    return folder


def start(folder, *arguments, flags=""):
    environment = os.environ | {"THEANO_FLAGS": flags, "OPENBLAS_NUM_THREADS": "1"}
    return subprocess.Popen(
        [sys.executable, "-m", "network3_theano", *map(str, arguments)],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="module")
def ran(folder):
    """What some commands print, and their exit codes."""
    commands = {
        "plain": (PROGRAMS / "plain.py",),
        "run": ("run.py", "--eta", "1"),
        "new": ("new.py",),
        "named": ("--python2", "nets", "-m", "new"),
        "fails": ("fails.py",),
        "mixed": ("mixed.py",),
        "wrong": ("wrong.py",),
        "translate": ("--translate", PROGRAMS / "line.py"),
        "nothing to translate": ("--translate", "same.py"),
    }
    processes = {name: start(folder, *command) for name, command in commands.items()}
    return {
        name: (*process.communicate(), process.returncode) for name, process in processes.items()
    }


def test_a_program_without_theano_prints_what_python_2_prints(ran):
    """make.py asked Python 2.7."""
    assert ran["plain"][0] == (PROGRAMS / "plain.txt").read_text()


def test_modules_beside_are_found_as_in_python_2(ran):
    """nets.cost can be both, and is Python 2 because run.py is; nets.today is Python 3, and
    nets.modern has opted out of Python 2's ways."""
    printed, said, code = ran["run"]
    assert printed == (
        "layers nets.layers\nmodern True\n3 3.5 1 ['--eta', '1']\nTrue 1 1.5\n"
        "No module named 'nets.nothing'\n"
    ), said
    assert (said, code) == ("", 0)


def test_what_a_program_in_python_3_imports_is_python_2_if_it_must_be(ran):
    """nets.layers cannot be Python 3, and nets.beside finds it in Python 2 alone."""
    assert ran["new"] == ("layers nets.layers\n1.5 1 (3, 3)\n", "", 0)


def test_a_named_folder_is_python_2_in_any_case(ran):
    assert ran["named"] == ("layers nets.layers\n1 1 (3, 3)\n", "", 0)


def test_a_traceback_has_the_lines_of_the_program_alone(ran, folder):
    printed, said, code = ran["fails"]
    assert (printed, code) == ("before\n", 1)
    shown = [line.strip() for line in said.splitlines() if "^" not in line]
    assert shown[:7] == [
        "Traceback (most recent call last):",
        f'File "{folder / "fails.py"}", line 1, in <module>',
        "import nets.raises",
        f'File "{folder / "nets" / "raises.py"}", line 5, in <module>',
        "f((1, 0))",
        f'File "{folder / "nets" / "raises.py"}", line 3, in f',
        "return a / b",
    ]
    assert shown[7:] in (
        ["ZeroDivisionError: integer division or modulo by zero"],
        ["ZeroDivisionError: division by zero"],  # since Python 3.14
    )


def test_a_program_that_fails_in_both_pythons_at_once_learns_how_to_be_all_python_2(ran):
    error, advice = ran["mixed"][1].splitlines()[-2:]
    assert error == "TypeError: object of type 'zip' has no len()"
    assert advice == (
        "network3.theano: mixed.py ran as Python 3, and layers.py, random.py as Python 2. If all "
        "are Python 2: theano-run --python2 . mixed.py"
    )


def test_what_is_neither_python_3_nor_2_is_said(ran):
    printed, said, code = ran["wrong"]
    assert (printed, code) == ("", 1) and "Traceback" not in said
    assert said.splitlines()[-1] == "It is not Python 2 either: bad input, line 2, column 5."


def test_a_translation_can_be_kept(ran, folder):
    printed, said, code = ran["translate"]
    assert (said, code) == ("", 0)
    assert (
        "from network3.theano.python2.names import print_statement as print, py2_div\n" in printed
    )
    compile(printed, "line.py", "exec")
    printed, said, code = ran["nothing to translate"]
    assert (printed, said, code) == (
        "import six\n",
        "network3.theano: same.py is the same in Python 3\n",
        0,
    )


def test_functions_of_a_program_can_be_called_at_a_prompt(folder):
    (folder / "nets" / "functions.py").write_text("def half(n):\n    print 'half', n/2\n")
    command = [sys.executable, "-i", "-m", "network3_theano", "nets/functions.py"]
    run = subprocess.run(command, cwd=folder, input="half(7)\n", capture_output=True, text=True)
    assert run.stdout == "half 3\n" and "SystemExit" not in run.stderr


def test_nothing_is_written_beside_a_translated_module(ran, folder):
    compiled = {path.name.split(".")[0] for path in folder.rglob("*.pyc")}
    in_python_3 = {"__init__", "random", "cost", "modern", "new", "today"}
    assert compiled <= in_python_3
    assert {path.name for path in folder.iterdir() if path.is_file()} == {
        name for name in FILES if "/" not in name
    }


@pytest.fixture(scope="module")
def books(tmp_path_factory):
    """What the programs print that lie as in the repository of the book's author."""
    folder = tmp_path_factory.mktemp("repository") / "book"
    book.copy(folder)
    commands = {"src": "numpy_nets.py", "fig": "overfitting.py"}
    processes = {name: start(folder / name, program) for name, program in commands.items()}
    return folder, {name: process.communicate() for name, process in processes.items()}


def test_the_books_nets_in_numpy_print_what_python_2_prints(books):
    """Costs, accuracies, and digits in the order in which `random.shuffle` left them."""
    printed, said = books[1]["src"]
    assert (printed, said) == ((HERE / "printed_numpy.txt").read_text(), "")


def test_the_books_figures_are_plotted(books):
    folder, printed = books
    assert printed["fig"][0].endswith("\n\n6 5\n"), printed["fig"][1]
    assert {path.name for path in (folder / "fig").glob("*.png")} == {
        "digits.png",
        "overfitting.png",
        "table.png",
    }


@pytest.mark.slow
def test_the_books_experiments_print_what_the_real_theano_prints(books):
    printed, said = start(books[0] / "src", "conv.py").communicate()
    assert printed == (HERE / "printed_book.txt").read_text(), said


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["FAST_COMPILE", "FAST_RUN"])
def test_programs_print_what_the_real_theano_prints(folder, mode):
    """make.py has run the same translation by Theano 1.0.5, with its own division for Python 2."""
    process = start(folder, PROGRAMS / "all.py", MNIST, flags=f"mode={mode}")
    printed, said = process.communicate()
    assert printed == (HERE / "printed.txt").read_text(), said

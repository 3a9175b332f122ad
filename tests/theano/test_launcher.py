"""`python -m network3.theano PROGRAM` runs a program as `python PROGRAM` does."""

import os
import signal
import subprocess
import sys

import pytest

from network3.theano import config, launcher

PROGRAM = """\
import pickle, sys

class Net:
    pass

print(__name__, __file__, sys.argv, sys.path[0])
print(type(pickle.loads(pickle.dumps(Net()))) is Net, Net.__module__, __spec__, __package__)
import beside
"""
FAILING = """\
import beside

def outer():
    inner()

def inner():
    raise ValueError("the program's own")

try:
    outer()
except ValueError as error:
    raise KeyError("second") from error
"""
CREATING = """\
import theano

def made():
    return theano.tensor.vector()

[trace] = made().tag.trace
for file, line, function, text in trace:
    print(function)
"""


@pytest.fixture
def folder(tmp_path):
    """Return a folder for programs, which contains a module."""
    (tmp_path / "beside.py").write_text("print('beside')\n")
    return tmp_path


def python(folder, *arguments, flags="", **options):
    environment = os.environ | {"THEANO_FLAGS": flags}
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        **options,
    )


def launched(folder, *arguments, **options):
    return python(folder, "-m", "network3.theano", *arguments, **options)


def same_in_both(folder, source, *arguments):
    """Return the output and the exit code, which must be the same for both commands."""
    (folder / "program.py").write_text(source)
    alone = python(folder, "program.py", *arguments)
    ours = launched(folder, "program.py", *arguments)
    assert (ours.stdout, ours.stderr) == (alone.stdout, alone.stderr)
    assert ours.returncode == alone.returncode
    return ours


def test_a_program_is_the_main_module_with_its_own_arguments(folder):
    run = same_in_both(folder, PROGRAM, "-v", "--eta", "0.1")
    assert "__main__" in run.stdout and "beside" in run.stdout and run.returncode == 0


@pytest.mark.process
def test_a_program_finds_what_lies_beside_it_from_another_folder(folder):
    (folder / "program.py").write_text("import sys, beside; print(sys.path[0])")
    (folder / "elsewhere").mkdir()
    run = launched(folder / "elsewhere", folder / "program.py")
    assert (run.stdout, run.stderr) == (f"beside\n{folder}\n", "")


def test_an_exception_has_the_traceback_of_the_program_alone(folder):
    run = same_in_both(folder, FAILING)
    assert "launcher" not in run.stderr and "KeyError" in run.stderr and run.returncode == 1


@pytest.mark.process
def test_a_variable_is_created_in_a_line_of_the_program_alone(folder):
    (folder / "program.py").write_text(CREATING)
    run = launched(folder, "-m", "program")
    assert run.stdout.splitlines() == ["<module>", "made"], run.stderr


def test_a_syntax_error_is_shown_as_python_shows_it_and_why_it_is_not_python_2(folder):
    (folder / "program.py").write_text("x = = 1\n")
    alone, ours = python(folder, "program.py"), launched(folder, "program.py")
    assert ours.stderr == f"{alone.stderr}It is not Python 2 either: bad input, line 1, column 5.\n"
    assert ours.returncode == 1


@pytest.mark.process
@pytest.mark.parametrize("source", ["import sys; sys.exit(7)", "raise SystemExit('a message')"])
def test_a_program_chooses_its_exit_code(folder, source):
    same_in_both(folder, source)


def test_an_interrupted_program_ends_by_the_signal(folder):
    assert same_in_both(folder, "raise KeyboardInterrupt").returncode == -signal.SIGINT


def test_a_program_finds_theano_and_what_is_below_it(folder):
    (folder / "program.py").write_text(
        "import theano, theano.tensor as T, network3.theano\n"
        "from theano.tensor.nnet import conv2d\n"
        "from theano.compile.function import function\n"
        "import sys, theano.compile.function\n"
        "assert theano is network3.theano and T is network3.theano.tensor is theano.tensor\n"
        "ours = [name for name in sys.modules if name.startswith('network3.theano')]\n"
        "assert all(sys.modules[n] is sys.modules[n.removeprefix('network3.')] for n in ours)\n"
        "assert callable(theano.compile.function)\n"
        "print(theano.config.floatX, theano.__version__)\n"
    )
    run = launched(folder, "program.py")
    assert (run.stdout, run.stderr) == ("float64 1.0.5\n", "")


@pytest.mark.process
def test_flags_say_otherwise_than_float64(folder):
    (folder / "program.py").write_text("import theano; print(theano.config.floatX)")
    assert launched(folder, "program.py", flags="floatX=float32").stdout == "float32\n"
    preset = os.environ.get("PYTENSOR_FLAGS", "")
    (folder / "program.py").write_text("import theano; print(theano.config.floatX)")
    environment = os.environ | {"PYTENSOR_FLAGS": f"{preset},floatX=float32".strip(",")}
    run = subprocess.run(
        [sys.executable, "-m", "network3.theano", "program.py"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert run.stdout == "float32\n"


@pytest.mark.process
def test_a_module_runs_by_its_name_and_finds_six_which_theano_required(folder):
    (folder / "program.py").write_text("import sys, six, theano; print(__name__, sys.argv[1:])")
    assert launched(folder, "-m", "program", "a").stdout == "__main__ ['a']\n"


@pytest.mark.process
@pytest.mark.parametrize(
    ["arguments", "sentence"],
    [
        ([], "usage: theano-run PROGRAM"),
        (["none.py"], "network3.theano: cannot run none.py: there is no such file\n"),
        (["."], "network3.theano: cannot run .: it is a folder\n"),
        (["-x"], "network3.theano: -x is not an option"),
        (["--python2", "none"], "network3.theano: --python2 none: there is no such file or folder"),
        (["-m"], "network3.theano: -m needs the name of a module"),
    ],
)
def test_what_cannot_be_run_is_refused_with_a_sentence(folder, arguments, sentence):
    run = launched(folder, *arguments)
    assert run.stderr.startswith(sentence) and run.returncode == 2 and run.stdout == ""


@pytest.mark.parametrize(
    ["module", "why"],
    [
        ("nomodule", "there is no such module"),
        ("nopackage.module", "there is no such module"),
        ("a_package.module", "there is no such module"),
        ("a_package", "it is a package without __main__.py"),
        ("beside.py", "it is a file, which runs without -m"),
    ],
)
def test_a_module_that_is_missing_is_refused_with_a_sentence(
    folder, monkeypatch, capsys, module, why
):
    (folder / "a_package").mkdir()
    (folder / "a_package" / "__init__.py").touch()
    assert run_here(folder, monkeypatch, module) == 2
    assert capsys.readouterr().err == f"network3.theano: cannot run -m {module}: {why}\n"


@pytest.mark.parametrize("module", ["failing", "failing.module"])
def test_a_module_that_cannot_import_another_keeps_its_own_error(folder, monkeypatch, module):
    (folder / "failing.py").write_text("import nomodule\n")
    with pytest.raises(ModuleNotFoundError, match="No module named 'nomodule'") as raised:
        run_here(folder, monkeypatch, module)
    assert raised.traceback[-1].path == folder / "failing.py"


def run_here(folder, monkeypatch, module):
    """Run a module in this process, from a folder."""
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "path", ["", *sys.path])
    monkeypatch.setattr(sys, "argv", [])
    monkeypatch.setattr(launcher, "install", lambda **options: None)
    try:
        return launcher.main(["-m", module])
    finally:
        sys.modules.pop(module.partition(".")[0], None)


def test_a_malformed_rc_file_is_refused_with_a_sentence(folder, monkeypatch, capsys):
    (folder / "rc").write_text("floatX = float32\n")
    monkeypatch.setenv("THEANORC", str(folder / "rc"))
    (folder / "program.py").touch()
    with config.change_flags(floatX=config.floatX):
        assert launcher.main([str(folder / "program.py")]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"network3.theano: {folder / 'rc'}, line 1, is not an option: ")


def test_help_is_printed(folder):
    run = launched(folder, "--help")
    assert run.stdout.startswith("usage: ") and run.returncode == 0


def test_a_refusal_without_errors_to_print_to_prints_nothing(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stderr", None)
    assert launcher.main(["--nonsense"]) == 2
    assert capsys.readouterr().out == ""

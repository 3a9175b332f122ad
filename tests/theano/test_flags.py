"""THEANO_FLAGS is read when network3.theano is imported, .theanorc when it is installed."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from network3.theano import config, flags, rc_files

HERE = Path(__file__).parent
BY_THEANO = json.loads((HERE / "config_by_theano.json").read_text())
specification = importlib.util.spec_from_file_location(
    "config_by_theano", HERE / "config_by_theano.py"
)
config_by_theano = importlib.util.module_from_spec(specification)
specification.loader.exec_module(config_by_theano)

SHOW = (
    "import network3.theano as t; c = t.config\n"
    "print(c.floatX, c.device, c.mode, c.linker, c.optimizer, c.compute_test_value, c.allow_gc)"
)


def imported(said, *, source=SHOW, **environment):
    return subprocess.run(
        [sys.executable, "-c", source],
        env=os.environ | {"THEANO_FLAGS": said} | environment,
        capture_output=True,
        text=True,
    )


def test_a_text_of_flags_is_parsed():
    said = "floatX=float32, gcc.cxxflags='-O3 -g',device=cpu,"
    assert flags.parse(said) == {"floatX": "float32", "gcc.cxxflags": "-O3 -g", "device": "cpu"}
    assert flags.parse("") == {}


def warning(said):
    """Return the one warning that flags cause."""
    with pytest.warns(UserWarning) as warnings:
        flags.read(said)
    [caught] = warnings
    return str(caught.message)


def test_a_flag_without_a_value_is_ignored_and_a_warning_says_how_to_write_it():
    before = config.floatX
    said = warning("device=cpu,floatX")
    assert said == "THEANO_FLAGS: floatX has no value, so write NAME=VALUE, such as floatX=float32"
    assert config.floatX == before


@pytest.mark.parametrize(
    ["said", "sentence"],
    [
        ("flotX=float32", "Theano has no option flotX: did you mean floatX?"),
        ("float32", "Theano has no option float32: did you mean floatX?"),
        ("GCC.cxxflag=-O3", "Theano has no option GCC.cxxflag: did you mean gcc.cxxflags?"),
        ("nonsense=2", "Theano has no option nonsense: print(theano.config) lists the options"),
    ],
)
def test_a_flag_that_theano_does_not_have_is_named_with_the_closest_option(said, sentence):
    assert warning(said) == f"THEANO_FLAGS: {sentence}"


def test_one_warning_has_a_sentence_for_each_reason():
    assert warning("lib.cnmem,scan.debug=True,allow_gc,mod=x,x=1").split("\n") == [
        "THEANO_FLAGS: allow_gc has no value, so write NAME=VALUE, such as floatX=float32",
        "THEANO_FLAGS: Theano has no option mod: did you mean mode?",
        "THEANO_FLAGS: Theano has no option x: print(theano.config) lists the options",
        "THEANO_FLAGS: lib.cnmem, scan.debug have no effect in network3.theano; PYTENSOR_FLAGS "
        "sets the options that only PyTensor has",
    ]


def test_flags_set_what_they_name():
    said = "floatX=float64,device=cpu,mode=FAST_COMPILE,optimizer=fast_compile,allow_gc=False"
    run = imported(f"{said},linker=py,compute_test_value=raise")
    assert run.stdout == "float64 cpu FAST_COMPILE py fast_compile raise False\n"
    assert run.stderr == ""


def test_without_flags_all_options_but_the_precision_have_theanos_defaults():
    run = imported("", NETWORK3_GPU="0")
    assert run.stdout == "float32 cpu Mode cvm o4 off True\n" and run.stderr == ""


def test_one_warning_names_all_flags_that_are_not_set():
    run = imported("lib.cnmem=1,floatX=float32,nonsense=2,base_compiledir=/tmp/x")
    assert run.stderr.count("UserWarning") == 1
    assert "THEANO_FLAGS: Theano has no option nonsense: " in run.stderr
    assert "THEANO_FLAGS: lib.cnmem, base_compiledir have no effect" in run.stderr


@pytest.mark.parametrize(
    ["said", "sentence"],
    [
        ("floatX=float8", "theano.config.floatX = 'float8': "),
        ("device=tpu", "device = 'tpu': it must be cpu, or cuda or gpu"),
        ("mode=FASTER", "theano.config.mode = 'FASTER': "),
        ("linker=gold", "theano.config.linker = 'gold': it must be one of "),
        ("compute_test_value=pdb", "theano.config.compute_test_value = 'pdb': it must be one of "),
    ],
)
def test_a_value_that_a_flag_cannot_have_is_refused(said, sentence):
    with pytest.raises(ValueError) as error:
        flags.read(said)
    assert str(error.value).startswith(f"THEANO_FLAGS: {sentence}")


def test_without_jax_the_cpu_computes_and_a_warning_says_so(monkeypatch):
    """As in Theano without a GPU."""
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "jax" else find(name)
    )
    with pytest.warns(
        UserWarning, match="device=cuda0 needs JAX, which is not installed, so the CPU"
    ):
        flags.read("device=cuda0")
    assert config.device == "cpu"


@pytest.fixture
def rc(tmp_path, monkeypatch):
    """Return a function that writes a .theanorc in an empty home folder and returns its path."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("THEANORC", raising=False)
    monkeypatch.setenv("THEANO_FLAGS", "")
    monkeypatch.delenv("NETWORK3_GPU", raising=False)
    path = tmp_path / ".theanorc"

    def write(text, encoding="utf-8"):
        path.write_text(text, encoding=encoding)
        return path

    return write


@pytest.mark.parametrize("name", config_by_theano.CASES)
def test_files_and_flags_set_the_options_that_they_set_in_theano(name, tmp_path, monkeypatch):
    case = config_by_theano.environment(config_by_theano.CASES[name], tmp_path)
    for variable, value in case.items():
        monkeypatch.setenv(variable, value)
    theanos = BY_THEANO[name]
    if isinstance(theanos, str):  # the name of its error
        with pytest.raises(ValueError, match=r"rc0, line \d, is "):
            rc_files.options()
        return
    given = rc_files.options()[1] | {
        flag: value for flag, value in flags.parse(flags.said()).items() if value is not None
    }
    assert {name: given[name] for name in config_by_theano.OPTIONS if name in given} == theanos


def test_a_program_for_theano_has_the_options_of_the_file(rc):
    """Theano's default is float64. Theano's and PyTensor's flags override the file."""
    path = rc(
        "[global]\nfloatX = float32\nallow_gc = True\ndevice = cpu\nexception_verbosity = low\n"
        "[nvcc]\nfastmath = True\n[lib]\ncnmem = 1\nmem = 2\n"
    )
    source = (
        "import network3.theano as t; print(t.config.floatX); t.install(); c = t.config\n"
        "c.linker = 'py'; t.install(); print(c.floatX, c.allow_gc, c.linker, c.exception_verbosity)"
    )
    pytensors = os.environ.get("PYTENSOR_FLAGS", "") + ",exception_verbosity=high"
    run = imported("allow_gc=False,floatX", source=source, PYTENSOR_FLAGS=pytensors.lstrip(","))
    assert run.stdout == "float32\nfloat32 False py high\n"
    assert run.stderr.count("UserWarning") == 2
    assert "THEANO_FLAGS: floatX has no value" in run.stderr
    assert f"{path}: Theano has no option [lib] mem: did you mean lib.cnmem?" in run.stderr
    assert f"{path}: nvcc.fastmath, lib.cnmem have no effect in network3" in run.stderr


def test_a_malformed_file_is_named_with_its_line(rc):
    path = rc("[global]\nfloatX = float32\n\nfloat64\n")
    with pytest.raises(ValueError) as error:
        rc_files.read()
    assert str(error.value).startswith(f"{path}, line 4, is not an option: write NAME = VALUE")


def test_a_value_that_an_option_cannot_have_is_refused_with_its_file(rc):
    path = rc("[global]\nfloatX = float8\n")
    with pytest.raises(ValueError) as error:
        rc_files.read()
    assert str(error.value).startswith(f"{path}: theano.config.floatX = 'float8': ")


@pytest.mark.parametrize(
    "text, encoding",
    [
        ("[global]\nfloatX = float16\nfloatX = float32\n", "utf-8"),
        ("# caf\u00e9\n[global]\nfloatX = float32\n", "latin-1"),
        ("[global]\nfloatX = float32\n", "utf-8-sig"),
    ],
    ids=["a repeated option, as in Python 2", "another encoding", "a byte order mark"],
)
def test_a_file_that_some_theano_took_is_taken(rc, text, encoding):
    rc(text, encoding)
    assert rc_files.options()[1] == {"floatX": "float32"}


def test_an_empty_theanorc_variable_reads_no_file(rc, monkeypatch):
    rc("[global]\nfloatX = float32\n")
    monkeypatch.setenv("THEANORC", "")
    assert rc_files.options() == ([], {})


def test_windows_has_a_second_file(rc, monkeypatch, tmp_path):
    monkeypatch.setattr(rc_files.sys, "platform", "win32")
    rc("[global]\nfloatX = float16\n")
    (tmp_path / ".theanorc.txt").write_text("[global]\nfloatX = float32\n")
    assert rc_files.options()[1] == {"floatX": "float32"}


@pytest.mark.parametrize("device", ["cuda", "cuda0", "gpu"])
def test_a_gpu_means_jax(device):
    pytest.importorskip("jax")
    source = "import network3, network3.theano as t; print(network3.GPU, t.config.device)"
    assert imported(f"device={device}", source=source).stdout == "True cuda\n"


def test_a_gpu_computes_in_the_precision_of_the_flags(tmp_path):
    pytest.importorskip("jax")
    program = tmp_path / "program.py"
    program.write_text(
        "import theano, theano.tensor as T\n"
        "x = T.scalar()\n"
        "print(theano.config.floatX, theano.function([x], x / 3)(1).dtype)\n"
    )
    for said, dtype in [("", "float64"), (",floatX=float32", "float32")]:
        run = subprocess.run(
            [sys.executable, "-m", "network3.theano", program],
            env=os.environ | {"THEANO_FLAGS": f"device=cuda{said}"},
            capture_output=True,
            text=True,
        )
        assert (run.stdout, run.stderr) == (f"{dtype} {dtype}\n", "")

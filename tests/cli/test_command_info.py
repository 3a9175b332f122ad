"""network3 info."""

import json
import os
import platform
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytensor
import pytest

import network3
from network3.engine import backend, starting


def test_it_tells_versions_and_what_computes(run, folder):
    code, out, _ = run("info --json")
    assert code == 0
    found = json.loads(out)
    versions = found["versions"]
    assert versions["network3"] == network3.__version__
    assert versions["python"] == platform.python_version()
    for package in ("pytensor", "numpy", "scipy"):
        assert versions[package] == metadata.version(package)
    assert found["backend"] == "C++"
    assert found["compile_cache"] == str(pytensor.config.compiledir)
    assert found["threads"] >= 1
    assert found["data_file"] == "mnist.pkl.gz"
    assert found["fault"] is None
    assert set(found) == {
        "fault",
        "versions",
        "backend",
        "device",
        "blas",
        "threads",
        "compiler",
        "compile_cache",
        "data_file",
    }


def test_it_prints_a_line_for_each(run):
    found = json.loads(run("info --json")[1])
    code, out, _ = run("info")
    assert code == 0
    lines = dict(line.split(": ", 1) for line in out.splitlines())
    assert lines["network3"].strip() == network3.__version__
    assert lines["compile cache"].strip() == found["compile_cache"]
    assert len(lines) == len(found["versions"]) + len(found) - 1


def test_without_a_compiler_it_says_so(run):
    with pytensor.config.change_flags(cxx=""):
        found = json.loads(run("info --json")[1])
    assert found["compiler"] is None
    assert found["backend"] != "C++"


@pytest.mark.process
def test_whatever_is_broken_it_reports_that(tmp_path):
    """Users paste it into a report.

    Three broken computers: the settings are wrong; nothing works; the folder for compiled functions
    cannot be written to.
    """
    (tmp_path / "jax").mkdir()
    (tmp_path / "jax" / "__init__.py").write_text("raise RuntimeError('no such driver')")
    (tmp_path / "pytensorrc").write_text("no section")
    settings = start("info --json", PYTENSOR_FLAGS="floatX=float99", NETWORK3_GPU="0")
    file = start("data where", PYTENSORRC=str(tmp_path / "pytensorrc"), PYTENSOR_FLAGS="")
    nothing = start(
        "info --json",
        PYTENSOR_FLAGS=f"cxx={tmp_path}/g++,base_compiledir={os.devnull}/cache",
        NETWORK3_GPU="1",
        PYTHONPATH=str(tmp_path),
    )
    folder = start("train shallow", PYTENSOR_FLAGS="", HOME=os.devnull, NETWORK3_GPU="0")

    code, out, _ = finish(settings)
    assert code == 0
    found = json.loads(out)
    assert "'float99'" in found["fault"]
    assert "They come from PYTENSOR_FLAGS=floatX=float99" in found["fault"]
    assert found["versions"]["pytensor"] == metadata.version("pytensor")

    code, out, err = finish(file)
    assert (code, out) == (1, "")
    assert err.startswith("network3: The settings are wrong: File contains no section headers")
    assert len(err.splitlines()) == 1

    code, out, _ = finish(nothing)
    assert code == 0
    found = json.loads(out)
    assert "no such driver" in found["backend"]
    assert "No such file" in found["compiler"]
    assert "cannot be written to" in found["compile_cache"]

    code, _, err = finish(folder)
    assert code == 1
    assert err == (
        f"network3: The folder for compiled functions, {os.devnull}/.pytensor, cannot be written "
        f"to: choose another one with PYTENSOR_FLAGS=base_compiledir=FOLDER.\n"
    )


def start(command, PYTHONPATH="", **environment):
    """Start `python -m network3` with a command."""
    root = str(Path(network3.__file__).parents[1])
    paths = os.pathsep.join(filter(None, [PYTHONPATH, root]))
    return subprocess.Popen(
        [sys.executable, "-m", "network3", *command.split()],
        env={**os.environ, "PYTHONPATH": paths, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process):
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


@pytest.mark.parametrize("compiler", ["/no/such/g++", "false"])
def test_a_compiler_that_does_not_run_is_the_fault(run, compiler):
    with pytensor.config.change_flags(cxx=compiler):
        found = json.loads(run("info --json")[1])
    assert found["fault"].startswith(f"The C++ compiler {compiler} does not run")
    assert found["backend"] == "Numba"


def test_half_precision_is_a_fault_of_the_command_line_alone(monkeypatch):
    monkeypatch.setattr(backend, "set_precision", lambda: None)  # the user has set it
    with pytensor.config.change_flags(floatX="float16"):
        for is_command in True, False:
            monkeypatch.setattr(starting, "fault", None)
            monkeypatch.setattr(starting, "_is_command", lambda told=is_command: told)
            starting.start()
            assert ("float32 or float64" in str(starting.fault)) == is_command

"""network3 info."""

import json
import platform
from importlib import metadata

import pytensor

import network3


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
    assert set(found) == {
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

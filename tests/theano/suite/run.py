"""Run Theano 1.0.5's own tests on `network3.theano`, and count the results by their kind.

    python tests/theano/suite/run.py FOLDER [--write] [--counts FILE] [MODULE ...]

FOLDER gets Theano's sources, which pip downloads, and a file of results for each module of tests.
What has a result is not run again. `--write` writes docs/theano-tests.md, `--counts` a file of the
numbers of tests by kind, with which that page compares.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tarfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import table

HERE = Path(__file__).resolve().parent
SHA256 = "6e9439dd53ba995fcae27bf20626074bfc2fff446899dc5c53cb28c1f9202e89"
TEST_SECONDS, MODULE_SECONDS = 300, 3600
# Theano's setup.py, which pip asks for the name of the package, uses what Python 3.12 has dropped.
SITE = """
from configparser import ConfigParser
import configparser
class SafeConfigParser(ConfigParser):
    readfp = ConfigParser.read_file
configparser.SafeConfigParser = SafeConfigParser
"""
CHECKS = """
import importlib
import sys
sys.path.insert(0, {here!r})
import graft
module = importlib.import_module({module!r})
for name, value in list(vars(module).items()):
    if hasattr(value, "check_name"):  # nose moved such classes to the module that has them
        value = type(name, (value,), {{"__module__": {module!r}}})
        setattr(module, name, value)
    if not name.startswith("_"):
        globals()[name] = value
del name, value
"""


def download(folder):
    """Return the folder that holds Theano's sources, the package `theano`."""
    archive = folder / "Theano-1.0.5.tar.gz"
    if not archive.exists():
        (folder / "sitecustomize.py").write_text(SITE)
        command = ["download", "-q", "--no-deps", "--no-binary", ":all:", "--no-build-isolation"]
        command = [sys.executable, "-m", "pip", *command, "-d", str(folder), "Theano==1.0.5"]
        subprocess.run(command, env=os.environ | {"PYTHONPATH": str(folder)}, check=True)
    if hashlib.sha256(archive.read_bytes()).hexdigest() != SHA256:
        raise SystemExit(f"{archive} is not the file that these tests are for: remove it")
    sources = folder / "Theano-1.0.5"
    if not sources.exists():
        with tarfile.open(archive) as file:
            file.extractall(folder, filter="data")
    return sources


def run(module, folder, sources):
    """Run the tests of a module that have no results yet; go on after a crash."""
    results = folder / f"{module}.jsonl"
    test = folder / "tests" / f"test_{module.replace('.', '_')}.py"
    test.parent.mkdir(exist_ok=True)
    test.write_text(CHECKS.format(here=str(HERE), module=module))
    environment = (
        {"THEANO_FLAGS": "linker=py"}
        | os.environ
        | {
            "THEANO_SOURCES": str(sources),
            "THEANO_RESULTS": str(results),
            "PYTHONPATH": os.pathsep.join([str(HERE), os.environ.get("PYTHONPATH", "")]),
        }
    )
    options = ["-q", "--no-header", "--tb=no", "--assert=plain", "-W", "ignore"]
    options += [
        "-p",
        "no:cacheprovider",
        "-p",
        "recording",
        f"--timeout={TEST_SECONDS}",
        "-c",
        os.devnull,
    ]
    options += ["--rootdir", str(test.parent)]
    command = [sys.executable, "-m", "pytest", *options, str(test)]
    end = time.monotonic() + MODULE_SECONDS
    with open(folder / f"{module}.log", "ab") as log:
        while not table.ended(results):
            before = results.stat().st_size if results.exists() else 0
            try:
                subprocess.run(
                    command,
                    env=environment,
                    stdout=log,
                    stderr=log,
                    cwd=test.parent,
                    timeout=max(1, end - time.monotonic()),
                )
            except subprocess.TimeoutExpired:
                return
            if not results.exists() or results.stat().st_size == before:
                return


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    modules = (HERE / "modules.txt").read_text().split()
    parser.add_argument("modules", nargs="*", default=modules)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--counts", type=Path, metavar="FILE")
    chosen = parser.parse_intermixed_args()
    folder = chosen.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    sources = download(folder)
    with ThreadPoolExecutor(chosen.jobs) as pool:
        list(pool.map(lambda module: run(module, folder, sources), chosen.modules))
    results = table.collect(folder, chosen.modules)
    if chosen.counts:
        chosen.counts.write_text(json.dumps(table.counts(results), indent=1) + "\n")
    if chosen.write:
        table.write(results, folder)
    unexplained = [
        f"{module} {test}: {row['error']}"
        for module, tests in results.items()
        for test, kind, reason, row in tests
        if kind == "deviation" and not reason
    ]
    if unexplained:
        sys.exit("\n".join(unexplained))


if __name__ == "__main__":
    main()

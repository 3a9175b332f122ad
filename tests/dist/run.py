"""Build the wheel and the source distribution, check them, and train with each in an empty environment.

    python tests/dist/run.py [PYTHON ...]

Needs build and twine. PYTHON are interpreters, by default the one that runs this. Prints the accuracy
of the book's first network after an epoch.
"""

import glob
import os
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run(*command, **options):
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, **options)
    if done.returncode:
        sys.exit(f"{done.stdout}\n{command} ended with {done.returncode}")
    return done.stdout


def main():
    with tempfile.TemporaryDirectory() as folder:
        dist = f"{folder}/dist"
        run(sys.executable, "-m", "build", "--outdir", dist, str(ROOT))
        sdist, wheel = sorted(glob.glob(f"{dist}/*"), key=lambda name: name.endswith(".whl"))
        run(sys.executable, "-m", "twine", "check", "--strict", sdist, wheel)
        unpacked = unpack(sdist, folder)
        for python in sys.argv[1:] or [sys.executable]:
            for number, file in enumerate((sdist, wheel)):
                accuracy = train(python, file, f"{folder}/{Path(python).name}-{number}", unpacked)
                print(f"{python}, {Path(file).name}: {accuracy}%", flush=True)
                assert accuracy > 90


def unpack(sdist, folder):
    """The folder of the unpacked source distribution, which must have all that git tracks."""
    with tarfile.open(sdist) as file:
        file.extractall(folder, filter="data")
    unpacked = Path(folder, Path(sdist).name.removesuffix(".tar.gz"))
    tracked = run("git", "ls-files", cwd=ROOT).splitlines() if (ROOT / ".git").exists() else []
    missing = [name for name in tracked if not (unpacked / name).exists()]
    assert not missing, f"MANIFEST.in leaves out {missing}"
    return unpacked


def train(python, file, environment, unpacked):
    """The validation accuracy after an epoch; MNIST comes from the source distribution."""
    run(python, "-m", "venv", environment)
    scripts = Path(environment, "Scripts" if os.name == "nt" else "bin")
    run(str(scripts / "python"), "-m", "pip", "install", "-q", file)
    command = str(scripts / "network3"), "train", "shallow", "--epochs", "1"
    printed = run(*command, cwd=unpacked / "data")
    return float(re.search(r"Best validation accuracy of ([\d.]+)%", printed).group(1))


if __name__ == "__main__":
    main()

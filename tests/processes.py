"""Run programs in separate processes."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).parents[1]


def run(program, *flags, **environment):
    """Return a program's standard output and standard error; `flags` are PyTensor's."""
    paths = map(str, (ROOT, ROOT / "tests", ROOT / "tests" / "ops"))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), **environment}
    environment["PYTENSOR_FLAGS"] = ",".join(
        filter(None, [os.environ.get("PYTENSOR_FLAGS"), *flags])
    )
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", textwrap.dedent(program)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout, result.stderr

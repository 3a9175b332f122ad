"""Parts of every benchmark's report: the machine, tables in Markdown, JSON."""

import json
import os
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

# Okabe and Ito's colours, and a grey.
COLOURS = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#999999"]
PACKAGES = ("network3", "pytensor", "numpy", "scipy", "torch", "jax", "jaxlib", "numba")


def machine():
    """Return the processor, the number of usable cores, the compilers and the versions."""
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count(),
        "system": platform.platform(),
        "compilers": list(filter(None, map(_compiler, ("g++", "clang++")))),
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in PACKAGES if _version(name)},
    }


def _processor():
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = [line.split(": ", 1)[1] for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _compiler(name):
    try:
        output = subprocess.run([name, "--version"], capture_output=True, text=True).stdout
    except OSError:
        return None
    return output.splitlines()[0]


def _version(name):
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def table(header, rows):
    """Return a table in Markdown; numbers have three digits."""
    lines = [header, ["---"] * len(header), *([_cell(x) for x in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(x):
    if x is None:
        return ""
    if not isinstance(x, float):
        return str(x)
    return f"{x:.0f}" if abs(x) >= 100 else f"{x:.3g}"


def write_json(path, results):
    """Write results to a file, if `path` is not None."""
    if path:
        Path(path).write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")

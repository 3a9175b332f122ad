"""Build the driver with sanitizers and run it: every C++ kernel on random shapes, without Python.

    python tests/sanitizers/run.py [--seed SEED] [--first SHAPE] [COUNT]

`tox -e sanitizers` runs 10,000 shapes. Each shape depends only on the seed and its own number, so a
failure can be repeated: `run.py --seed SEED --first SHAPE 1`. This needs g++.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
KERNELS = HERE.parents[1] / "network3" / "kernels" / "c"
COMPILER = os.environ.get("CXX", "g++")

# PyTensor's flags for the kernels, plus line numbers in reports.
FLAGS = ["-std=c++17", "-march=native", "-fopenmp", "-g1", "-fno-omit-frame-pointer"]
BOTH = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
# The flags of each build, and the divisor of its number of shapes.
BUILDS = {
    f"{name} {level} {number}": ([*flags, level, f"-DNUMBER={number}"], share)
    for name, flags, levels, share in (
        ("address and undefined", BOTH, ("-O1", "-O3"), 1),
        ("thread", ["-fsanitize=thread"], ("-O1",), 5),
    )
    for level in levels
    for number in ("float", "double")
}
# Waiting threads sleep, because other processes need the cores. Memory that kernels keep between
# calls is not a leak.
ENVIRONMENT = {
    "GOMP_SPINCOUNT": "0",
    "ASAN_OPTIONS": "detect_leaks=0",
    "UBSAN_OPTIONS": "print_stacktrace=1",
    "TSAN_OPTIONS": "halt_on_error=1",
}


def main():
    options = arguments()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        compiled(folder, "naive.o", ["-std=c++17", "-O2", "-c", HERE / "naive.cpp"])
        print(f"seed {options.seed}, {options.count} shapes from {options.first} on", flush=True)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            failed = [*pool.map(lambda name: run(folder, name, options), BUILDS)].count(False)
    print(f"{len(BUILDS) - failed} of {len(BUILDS)} builds passed")
    sys.exit(failed > 0)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", type=int, nargs="?", default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--folder", type=Path, help="keep the builds here, and use them again")
    return parser.parse_args()


def run(folder, name, options):
    """Build and run one driver; print its output, and return whether it passed."""
    flags, share = BUILDS[name]
    start = time.perf_counter()
    program = driver(folder, name.replace(" ", "-"), flags)
    built = time.perf_counter()
    numbers = options.seed, options.first, -(-options.count // share)
    command = [*without_randomization(flags), program, *map(str, numbers)]
    result = subprocess.run(
        command, env=os.environ | ENVIRONMENT, text=True, capture_output=True, check=False
    )
    done = time.perf_counter()
    print(
        f"{name}: built in {built - start:.0f} s, ran in {done - built:.0f} s\n"
        f"{result.stdout}{result.stderr}",
        end="",
        flush=True,
    )
    return result.returncode == 0


def driver(folder, name, flags):
    """Return the path of the driver with these flags; compile it if needed."""
    sources = [HERE / "driver.cpp", folder / "naive.o"]
    inputs = [*FLAGS, *flags, f"-I{KERNELS}"]
    if "-fsanitize=thread" not in flags:
        return compiled(folder, name, [*inputs, *sources])
    # Linked without -fopenmp, because threads.cpp replaces libgomp.
    own = [flag for flag in [*FLAGS, *flags] if flag != "-fopenmp"]
    objects = compiled(folder, f"{name}.o", [*inputs, "-c", sources[0]])
    return compiled(folder, name, [*own, objects, sources[1], HERE / "threads.cpp"])


def compiled(folder, name, arguments):
    path = folder / name
    newest = max(file.stat().st_mtime for place in (HERE, KERNELS) for file in place.iterdir())
    if not path.exists() or path.stat().st_mtime < newest:
        subprocess.run([COMPILER, *arguments, "-o", path], check=True)
    return path


def without_randomization(flags):
    """ThreadSanitizer of GCC up to 13 does not support all addresses that newer kernels use."""
    wanted = "-fsanitize=thread" in flags and shutil.which("setarch")
    return ["setarch", os.uname().machine, "--addr-no-randomize"] if wanted else []


if __name__ == "__main__":
    main()

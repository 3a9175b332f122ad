"""Read hostile files of every kind, and report hangs, large memory and unexpected errors.

    python tests/hostile/run.py [--seed SEED] [--kind KIND] [--first NUMBER] [COUNT]

COUNT is the number of files of all kinds together. A file depends only on its kind, the seed and
its number.
"""

import argparse
import faulthandler
import os
import resource
import sys
import tempfile
import time
import traceback
import warnings
from pathlib import Path

import damage

SECONDS, MEGABYTES = 60, 512  # limits for one file; all files are small


def main():
    options = arguments()
    kinds = [options.kind] if options.kind else list(damage.KINDS)
    each = -(-options.count // len(kinds))
    numbers = range(options.first, options.first + each)
    print(f"seed {options.seed}, {each} files of each of {len(kinds)} kinds", flush=True)
    found = sum(in_a_process(kind, options.seed, numbers) for kind in kinds)
    print(f"{found} faults")
    sys.exit(found > 0)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", type=int, nargs="?", default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", choices=damage.KINDS)
    parser.add_argument("--first", type=int, default=0)
    return parser.parse_args()


def in_a_process(kind, seed, numbers):
    """Read files in a separate process, and return the number of faults."""
    process = os.fork()
    if process == 0:
        os._exit(min(read_all(kind, seed, numbers), 100))
    _, status = os.waitpid(process, 0)
    code = os.waitstatus_to_exitcode(status)
    if code < 0 or code > 100:
        print(f"{kind}: the process ended with {code}", flush=True)
    return abs(code)


def read_all(kind, seed, numbers):
    warnings.simplefilter("error")
    faults = refused = most = 0
    slowest = 0.0
    with tempfile.TemporaryDirectory() as folder:
        reader = damage.Reader(folder)
        for number in numbers:
            content = damage.hostile(kind, seed, number)
            before = peak_of(fresh=True)
            faulthandler.dump_traceback_later(SECONDS, exit=True)
            start = time.perf_counter()
            try:
                refused += reader.read(kind, content)
            except BaseException as error:
                faults += 1
                said = f"{type(error).__name__}: {error}"[:300]
                place = traceback.extract_tb(error.__traceback__)[-1]
                print(f"{kind} {number}: {said} ({place.filename}:{place.lineno})", flush=True)
            faulthandler.cancel_dump_traceback_later()
            slowest = max(slowest, time.perf_counter() - start)
            grown = peak_of() - before
            most = max(most, grown)
            if grown > MEGABYTES:
                faults += 1
                print(f"{kind} {number}: takes {grown:.0f} MB for {len(content)} bytes", flush=True)
    print(
        f"{kind}: {len(numbers)} files, {refused} refused, {faults} faults, "
        f"at most {slowest:.1f} s and {most:.0f} MB",
        flush=True,
    )
    return faults


def peak_of(fresh=False):
    """Return the peak memory of this process in MB; with `fresh`, start a new measurement."""
    if fresh and Path("/proc/self/clear_refs").exists():
        Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")
        status = Path("/proc/self/status").read_text(encoding="utf-8")
        return int(status.split("VmHWM:")[1].split()[0]) / 1024
    if Path("/proc/self/status").exists():
        return (
            int(Path("/proc/self/status").read_text(encoding="utf-8").split("VmHWM:")[1].split()[0])
            / 1024
        )
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()

"""Write docs/theano-tests.md from the files of results that run.py leaves."""

import json
import re
from collections import Counter, defaultdict
from pathlib import Path

import kinds

PAGE = Path(__file__).resolve().parents[3] / "docs" / "theano-tests.md"
ASKED = re.compile(r"(?:AbsentName|network3\.theano has no):? (theano[\w.]+)")
COLUMNS = ("passed", "skipped", *kinds.KINDS)

HEAD = """# Theano's own tests

The source distribution of Theano 1.0.5 contains its tests. `tox -e theano-tests` downloads it,
puts the tests below `network3.theano`, runs those of what a program can see, and sorts the results.
It changes no test; names that NumPy, nose and Python have dropped are put back. Functions compute
in Python (`THEANO_FLAGS=linker=py`), because compiling them to C++ would take hours; set the
variable to run them otherwise. `tox -e theano-tests -- --write` writes this page.

{summary}

| kind | tests | the test |
| --- | ---: | --- |
"""


def lines(path):
    """Return the lines of a file of results, as dicts."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def tests_in(path):
    """Return the results of the tests in a file, the last of each."""
    return list({row["test"]: row for row in lines(path) if "test" in row}.values())


def collect(folder, modules):
    """Return for each module a list of (test, kind, reason, row)."""
    return {
        module: [
            (row["test"], *kinds.sort(module, row), row)
            for row in tests_in(folder / f"{module}.jsonl")
        ]
        for module in modules
    }


def ended(path):
    """Return whether the tests of a file of results have all run."""
    return any("end" in row for row in lines(path))


def write(results, folder):
    """Write the page."""
    count = Counter(kind for tests in results.values() for _, kind, _, _ in tests)
    meanings = {"passed": "passes", "skipped": "is skipped by Theano", **kinds.KINDS}
    text = HEAD.format(summary=summary(count))
    text += "".join(f"| {kind} | {count[kind]} | {meanings[kind]} |\n" for kind in COLUMNS)
    text += "\n## By module\n\n| module | " + " | ".join(COLUMNS) + " |\n"
    text += "| --- |" + " ---: |" * len(COLUMNS) + "\n"
    for module, tests in results.items():
        here = Counter(kind for _, kind, _, _ in tests)
        cells = " | ".join(str(here[kind] or "") for kind in COLUMNS)
        unfinished = "" if ended(folder / f"{module}.jsonl") else " (not finished)"
        text += f"| {module.removeprefix('theano.')}{unfinished} | {cells} |\n"
    text += reasons(results) + internals(results)
    PAGE.write_text(text, encoding="utf-8")


def summary(count):
    """Return the sentences that sum the results up."""
    total = sum(count.values())
    asked = sum(count[kind] for kind in ("passed", "more", "time", "deviation"))
    now = 100 * count["passed"] / max(asked, 1)
    return f"""Of {total} tests, {count["passed"]} pass. {total - asked} are skipped, ask for
internals, C code or a GPU, or fail because NumPy has changed. Of the other {asked},
{now:.1f} % pass.

The numbers are from a busy machine with two cores: tests that exceeded the time limit there need
not exceed it elsewhere, and a module that is marked as not finished has more tests."""


def reasons(results):
    """Return the failures that have a reason of their own, by reason."""
    found = defaultdict(list)
    for module, tests in results.items():
        for test, kind, reason, _ in tests:
            if reason or kind == "deviation":
                found[kind, reason].append(f"{module.rpartition('.')[2]} {test.split('::')[-1]}")
    text = "\n## Reasons\n"
    for kind in kinds.KINDS:
        mine = {reason: names for (k, reason), names in found.items() if k == kind}
        if mine:
            text += f"\n### {kind}\n\n"
        for reason, names in sorted(mine.items()):
            shown = ", ".join(f"`{name}`" for name in sorted(set(names)))
            text += f"- {reason or 'not yet known'}: {shown}\n"
    return text


def internals(results):
    """Return the internal names that tests ask for, with the number of tests."""
    asked = Counter()
    for tests in results.values():
        for _, kind, reason, row in tests:
            if kind == "internals" and not reason:
                name = ASKED.search(row["error"])
                asked[f"`{name.group(1).rstrip('.')}`" if name else "the operators of a graph"] += 1
    text = "\n## Internals that tests ask for\n\n| name | tests |\n| --- | ---: |\n"
    return text + "".join(f"| {name} | {n} |\n" for name, n in asked.most_common())

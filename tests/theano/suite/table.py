"""Write docs/theano-tests.md from the files of results that run.py leaves."""

import json
import re
from collections import Counter, defaultdict
from pathlib import Path

import kinds

PAGE = Path(__file__).resolve().parents[3] / "docs" / "theano-tests.md"
ASKED = re.compile(r"(?:AbsentName|network3\.theano has no):? (theano[\w.]+)")
COLUMNS = ("passed", "skipped", *kinds.KINDS)

# The counts of commit 0e2a537, from before the deviations were mended:
#     git worktree add ../before 0e2a537
#     PYTHONPATH=../before python tests/theano/suite/run.py FOLDER --counts BEFORE
BEFORE = Path(__file__).with_name("before.json")

HEAD = """# Theano's own tests

The source distribution of Theano 1.0.5 contains its tests. `tox -e theano-tests` downloads it,
puts the tests below `network3.theano`, runs those that test what a program can see, and sorts the
results. It changes no test, and restores names that NumPy, nose and Python have dropped. Functions
compute in Python (`THEANO_FLAGS=linker=py`), because compiling them to C++ would take hours; set
the variable to run them otherwise. `tox -e theano-tests -- --write` writes this page, on two cores
in about an hour. "Before" is commit 0e2a537, from before the deviations were mended.

{summary}

| kind | before | now | the test |
| --- | ---: | ---: | --- |
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


def counts(results):
    """Return the number of tests of each kind, and of those that pass in each module."""
    kind = Counter(kind for tests in results.values() for _, kind, _, _ in tests)
    passed = {
        module: sum(kind == "passed" for _, kind, _, _ in tests)
        for module, tests in results.items()
    }
    return {"kinds": kind, "passed": passed}


def write(results, folder):
    """Write the page."""
    count, before = counts(results)["kinds"], json.loads(BEFORE.read_text(encoding="utf-8"))
    meanings = {"passed": "passes", "skipped": "is skipped by Theano", **kinds.KINDS}
    text = HEAD.format(summary=summary(count, before["kinds"]))
    for kind in COLUMNS:
        text += f"| {kind} | {before['kinds'].get(kind, 0)} | {count[kind]} | {meanings[kind]} |\n"
    text += "\n## By module\n\n| module | passed before | " + " | ".join(COLUMNS) + " |\n"
    text += "| --- |" + " ---: |" * (len(COLUMNS) + 1) + "\n"
    for module, tests in results.items():
        here = Counter(kind for _, kind, _, _ in tests)
        numbers = [before["passed"].get(module, 0), *(here[kind] for kind in COLUMNS)]
        cells = " | ".join(str(number or "") for number in numbers)
        unfinished = "" if ended(folder / f"{module}.jsonl") else " (not finished)"
        text += f"| {module.removeprefix('theano.')}{unfinished} | {cells} |\n"
    text += reasons(results) + internals(results)
    PAGE.write_text(text, encoding="utf-8")


def summary(count, before):
    """Return the sentences that sum the results up."""
    counted, percent = share(count)
    counted_before, share_before = share(before)
    total = sum(count.values())
    return f"""{count["passed"]} of {total} tests pass. Of the {counted} that count,
{percent:.1f} % do; before, {share_before:.1f} % of {counted_before} did. The others are skipped,
ask for internals, C code or a GPU, or fail because NumPy has changed."""


def share(count):
    """Return the number of tests that count, and how many percent of them pass."""
    number = sum(count.get(kind, 0) for kind in ("passed", "more", "time", "deviation"))
    return number, 100 * count["passed"] / max(number, 1)


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

"""A plugin of pytest: write each test's result as a line of JSON, as soon as it is known."""

import json
import os
import unittest
from pathlib import Path

import graft
import pytest
import table


def write(**row):
    with open(os.environ["THEANO_RESULTS"], "a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")


def name(item):
    return item.nodeid.partition("::")[2]


def pytest_collection_modifyitems(items):
    done = {row["test"] for row in table.tests_in(Path(os.environ["THEANO_RESULTS"]))}
    items[:] = [item for item in items if name(item) not in done]


def pytest_sessionfinish(exitstatus):
    write(end=int(exitstatus))


@pytest.fixture(autouse=True)
def old_set_up(request):
    """Call `setUp` of classes that are no TestCase, as nose did."""
    instance = request.instance
    if instance is None or isinstance(instance, unittest.TestCase):
        yield
        return
    getattr(instance, "setUp", getattr(instance, "setup", lambda: None))()
    yield
    getattr(instance, "tearDown", lambda: None)()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if call.when == "setup":
        write(test=name(item), outcome="crashed")  # unless another line follows
    if call.when == "call" or (call.when == "setup" and report.outcome != "passed"):
        row = {"test": name(item), "outcome": report.outcome, "seconds": round(call.duration, 2)}
        if call.excinfo:
            row |= reason(call.excinfo)
        write(**row)
    return report


def pytest_collectreport(report):
    if report.outcome == "failed":
        write(test="(import)", outcome="failed", error=str(report.longrepr)[-1500:], line="")


def reason(excinfo):
    """Return the error, the last line of a test on the way to it, and the function that raised."""
    entries = list(excinfo.traceback)
    tests = [entry for entry in entries if f"{graft.SOURCES}" in str(entry.path)]
    where = entries[-1]
    error = excinfo.exconly()
    return {
        "error": error if len(error) < 2000 else f"{error[:1000]} ... {error[-900:]}",
        "line": str(tests[-1].statement) if tests else "",
        "at": f"{where.path}:{where.lineno + 1} {where.name}",
        "test_at": f"{tests[-1].path.name}:{tests[-1].lineno + 1}" if tests else "",
    }

"""The files around the package agree with each other about versions, Pythons and environments."""

import configparser
import re
from pathlib import Path

import yaml

import network3

ROOT = Path(__file__).parents[2]


def settings(name):
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(ROOT / name, encoding="utf-8")
    return parser


def workflow():
    return yaml.safe_load((ROOT / ".github/workflows/tests.yml").read_text(encoding="utf-8"))


def test_the_citation_and_the_changelog_name_the_version():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == network3.__version__
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"^## (\S+)", changes, re.MULTILINE).group(1) == network3.__version__


def test_the_workflow_runs_on_the_systems_and_pythons_of_the_classifiers():
    lines = settings("setup.cfg")["metadata"]["classifiers"]
    matrix = workflow()["jobs"]["tests"]["strategy"]["matrix"]
    assert matrix["python"] == re.findall(r"Python :: (3\.\d+)$", lines, re.MULTILINE)
    assert len(matrix["os"]) == len(re.findall("Operating System", lines)) == 3


def test_the_workflow_runs_the_environments_of_tox():
    jobs, tox = workflow()["jobs"], settings("tox.ini")
    named = {section.removeprefix("testenv:") for section in tox if section.startswith("testenv:")}
    left_out = {"theano", "rest"}  # needs Python 3.8; is part of the job "tests"
    assert set(jobs["checks"]["strategy"]["matrix"]["environment"]) == named - left_out
    for pytensor in jobs["tests"]["strategy"]["matrix"]["pytensor"]:
        assert pytensor == "latest" or f"{pytensor}: pytensor==" in tox["testenv"]["deps"]


def test_the_bug_report_asks_for_what_the_command_prints():
    form = yaml.safe_load((ROOT / ".github/ISSUE_TEMPLATE/bug.yml").read_text(encoding="utf-8"))
    (field,) = (field for field in form["body"] if field["id"] == "info")
    assert "`network3 info`" in field["attributes"]["label"] and field["validations"]["required"]

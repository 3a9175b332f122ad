"""docs/theano-names.md describes all of Theano's names, and is up to date."""

import importlib
import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

NAMES = Path(__file__).parent / "names"
specification = importlib.util.spec_from_file_location("table", NAMES / "table.py")
table = importlib.util.module_from_spec(specification)
specification.loader.exec_module(table)


def test_the_table_of_names_is_up_to_date():
    """It runs in a process of its own, which imports nothing but `network3.theano`."""
    command = [sys.executable, str(NAMES / "table.py"), "--check"]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


def function(*parameters):
    return {"kind": "function", "parameters": list(parameters)}


SEEN = {
    "the same parameters": (function("x", "axis"), lambda x, axis=None: x, ""),
    "more than Theano's": (function("x"), lambda x, axis=None: x, ""),
    "one fewer": (function("x", "axis"), lambda x: x, "lacks the parameter `axis`"),
    "one by another name": (function("x", "axis"), lambda x, dim: x, "`axis` is called `dim`"),
    "any by name": (function("x", "axis"), lambda **all: all, ""),
    "an instance for a class": ({"kind": "class", "methods": {}}, 5, "not a class"),
    "a method missing": (
        {
            "kind": "class",
            "parameters": [],
            "methods": {"append": ["self", "object"], "push": ["self"]},
        },
        list,
        "lacks the method `push`",
    ),
}


@pytest.mark.parametrize("theanos, ours, note", SEEN.values(), ids=SEEN)
def test_a_missing_parameter_or_method_is_noted(theanos, ours, note):
    assert table.difference(theanos, ours) == note


def test_the_error_of_an_absent_name_becomes_its_note():
    names = {"guess_n_streams": function("size"), "mrg_uniform": {"kind": "class"}}
    there, absent = table.entries("theano.sandbox.rng_mrg", names, {})
    assert there == ("guess_n_streams", "present", "")
    assert absent.status == "absent"
    assert absent.note.startswith("MRG_RandomStreams(seed).uniform")
    (explained,) = table.entries(
        "theano.sandbox.rng_mrg",
        {"guess_n_streams": names["guess_n_streams"]},
        {"theano.sandbox.rng_mrg.guess_n_streams": "other numbers"},
    )
    assert explained == ("guess_n_streams", "different", "other numbers")


def test_an_explained_name_must_be_theanos_and_must_be_there():
    modules = {"theano": {"function": {}, "sandbox": {}}, "theano.gof": {"CLinker": {}}}
    explained = {"theano.function": "x", "theano.nothing": "x", "theano.gof.CLinker": "x"}
    assert table.stale(explained, modules) == [
        "Theano has no theano.nothing",
        "theano.gof.CLinker is absent, not different",
    ]


def test_the_names_are_those_of_theano_1_0_5():
    names = json.loads((NAMES / "theano_names.json").read_text())
    assert names["theano"] == "1.0.5"
    parameters = names["modules"]["theano.tensor.nnet.conv"]["conv2d"]["parameters"]
    assert parameters[:4] == ["input", "filters", "image_shape", "filter_shape"]
    assert "numpy" not in names["modules"]["theano.tensor"]


THEANOS = json.loads((NAMES / "theano_names.json").read_text())
PATHS = [*THEANOS["modules"], *THEANOS["internals"]]


def there(path):
    try:
        return importlib.import_module(f"network3.{path}")
    except ImportError:
        return None


def test_a_name_can_be_imported_from_the_module_that_defines_it():
    """`from theano.sparse.basic import CSM` as well as `from theano.sparse import CSM`."""
    missing = []
    for path, names in THEANOS["offered"].items():
        parts = path.split(".")
        above = [there(".".join(parts[:length])) for length in range(len(parts) - 1, 0, -1)]
        for name in names:
            ours = next((vars(package)[name] for package in above if name in vars(package)), None)
            if ours is not None and getattr(there(path), name, None) is not ours:
                missing.append(f"{path}.{name}")
    assert missing == []


def test_an_absent_module_names_its_substitute():
    absent = [path for path in PATHS if there(path) is None and path != "theano.gpuarray"]
    below = [path for path in absent if path.rpartition(".")[0] not in absent]
    assert {path for path in below if not table.internal(path).startswith("absent: ")} == set()
    assert table.internal("theano.gof.cc") == "absent: use PyTensor's pytensor.link.c"

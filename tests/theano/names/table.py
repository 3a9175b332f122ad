"""Writes docs/theano-names.md: each public name of Theano 1.0.5 as present, different or absent.

    python tests/theano/names/table.py            writes the table
    python tests/theano/names/table.py --check    says whether it is up to date

`theano_names.json` beside it has Theano's names, and `attributes.json` the attributes of Theano's
objects. Whether one is there is seen by looking, and
whether it takes Theano's parameters; what else is different stands in `differences.json`, by name.
"""

import argparse
import importlib
import inspect
import json
import os
import re
import sys
import warnings
from collections.abc import Iterable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
# Attributes that depend on PyTensor's version: up to 3.0 DimShuffle takes its C code from a file.
VARYING = {
    *("SECTIONS", "backward_re", "c_func_file", "c_func_name", "code_sections"),
    *("format_c_function_args", "func_codes", "func_files", "func_name", "get_c_macros"),
    *("get_io_macros", "get_path", "get_sub_macros", "load_c_code", "section_re"),
    "shared_inputs",  # of OpFromGraph
}
TABLE = ROOT / "docs" / "theano-names.md"

HEAD = """# Theano's names

Each public name of Theano {version}, as it is in `network3.theano`. This page is written by
`tests/theano/names/table.py`, which looks at both; a test runs its check. The page
[theano.md](theano.md) says how to use the layer.

A module's names are those defined in it; a package's, all that it offers. *Present* names take
Theano's arguments. *Different* ones are there too: what is other about them stands beside them.
What can be used in place of an *absent* name stands beside it.

| | present | different | absent |
| --- | ---: | ---: | ---: |
"""


class Entry(NamedTuple):
    name: str
    status: str  # "present", "different" or "absent"
    note: str


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if out of date")
    options = parser.parse_args(arguments)
    theanos = json.loads((HERE / "theano_names.json").read_text())
    differences = json.loads((HERE / "differences.json").read_text())
    wrong = stale(differences, theanos["modules"])
    if wrong:
        sys.exit("differences.json: " + "; ".join(wrong))
    text = table(theanos, differences)
    if not options.check:
        TABLE.write_text(text)
    elif not TABLE.exists() or TABLE.read_text() != text:
        sys.exit("docs/theano-names.md is out of date: python tests/theano/names/table.py")


def table(theanos: dict, differences: dict[str, str]) -> str:
    """The page."""
    found = {path: entries(path, names, differences) for path, names in theanos["modules"].items()}
    statuses = ("present", "different", "absent")
    rows, sections = [], []
    for path, listed in found.items():
        counts = [sum(entry.status == status for entry in listed) for status in statuses]
        anchor = path.replace(".", "")
        rows.append(f"| [{path}](#{anchor}) | " + " | ".join(map(str, counts)) + " |")
        sections.append(section(path, listed))
    internals = [f"- `{path}`: {internal(path, n)}" for path, n in theanos["internals"].items()]
    return (
        HEAD.format(version=theanos["theano"])
        + "\n".join(rows)
        + "\n\n"
        + "\n".join(sections)
        + attributes()
        + "\n## Theano's own workings\n\n"
        + "Modules that programs do not import from, each as a whole.\n\n"
        + "\n".join(internals)
        + "\n"
    )


def attributes() -> str:
    """What has become of the attributes of Theano's objects."""
    sys.path.insert(0, str(HERE))
    objects = importlib.import_module("attributes").quietly(imported("theano"))
    lines = ["", "## Attributes of objects", ""]
    lines += [
        "The public attributes of one object of each kind, and what to use for absent ones.",
        "",
    ]
    for kind, found in json.loads((HERE / "attributes.json").read_text()).items():
        names = [name for name in found if name not in VARYING]
        gone: dict[str, list[str]] = {}
        for name in names:
            try:
                getattr(objects[kind], name)
            except AttributeError as error:
                gone.setdefault(instead(str(error)), []).append(f"`{name}`")
        absent = [", ".join(gone[note]) + (f" ({note})" if note else "") for note in gone]
        count = len(names) - sum(map(len, gone.values()))
        lines.append(f"- {kind}: {count} present" + "; absent: " * bool(gone) + ", ".join(absent))
    return "\n".join(lines) + "\n"


def section(path: str, listed: list[Entry]) -> str:
    """One module's names."""
    lines = [f"## {path}", ""]
    if not listed:
        lines += ["Theano has no names of its own there.", ""]
    for status in ("present", "different", "absent"):
        chosen = [entry for entry in listed if entry.status == status]
        plain = [f"`{entry.name}`" for entry in chosen if not entry.note]
        noted = [f"- `{entry.name}`: {entry.note}" for entry in chosen if entry.note]
        if plain:
            lines += [f"**{status.capitalize()}**: {', '.join(plain)}.", ""]
        if noted:
            more = " too" if plain else ""
            lines += [f"**{status.capitalize()}**{more}:", "", *noted, ""]
    return "\n".join(lines)


def entries(path: str, names: dict[str, dict], differences: dict[str, str]) -> list[Entry]:
    """What has become of each name of a module."""
    listed = []
    for name, theanos in names.items():
        there, ours = look(path, name)
        if not there:
            listed.append(Entry(name, "absent", ours))
            continue
        note = differences.get(f"{path}.{name}") or difference(theanos, ours)
        listed.append(Entry(name, "different" if note else "present", note))
    return listed


def difference(theanos: dict, ours: Any) -> str:
    """What can be seen to be different: parameters and methods that are not there."""
    if theanos["kind"] == "class" and not isinstance(ours, type):
        return "no class"
    if theanos["kind"] != "module" and inspect.ismodule(ours):
        return "a module"
    notes = [lacking(theanos.get("parameters"), ours)]
    gone = []
    for method, parameters in theanos.get("methods", {}).items():
        if not hasattr(ours, method):
            gone.append(f"`{method}`")
            continue
        note = lacking(parameters, getattr(ours, method))
        notes.append(note and f"`{method}` {note}")
    if gone:
        notes.append(f"without the method{'s' * (len(gone) > 1)} {', '.join(gone)}")
    return "; ".join(note for note in notes if note)


def lacking(theanos: list[str] | None, ours: Any) -> str:
    """The parameters that Theano's function has and ours has not, or by another name."""
    try:
        parameters = list(inspect.signature(ours).parameters.values())
    except (TypeError, ValueError):
        return ""
    if theanos is None or any(p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters):
        return ""
    taken = [parameter.name for parameter in parameters if parameter.name != "self"]
    wanted = [name for name in theanos if name != "self"]
    several = any(parameter.kind is inspect.Parameter.VAR_POSITIONAL for parameter in parameters)
    missing, renamed = [], []
    for place, name in enumerate(wanted):
        if name in taken or name.startswith("*") or (several and place == 0):
            continue
        same_place = taken[place] if place < len(taken) else ""
        if same_place and same_place not in wanted and not several:
            renamed.append(f"`{name}` is called `{same_place}`")
        else:
            missing.append(f"`{name}`")
    return ", ".join(renamed + ["without " + ", ".join(missing)] * bool(missing))


def look(path: str, name: str) -> tuple[bool, Any]:
    """Whether `network3.theano` has a name, and the value, or what to use instead."""
    try:
        module = imported(path)
    except ImportError as error:
        return False, instead(str(error))
    try:
        return True, getattr(module, name)
    except AttributeError as error:
        sentence = instead(str(error))
    try:  # a module that has to be imported to be there
        return True, imported(f"{path}.{name}")
    except ImportError:
        return False, sentence


def internal(path: str, names: Iterable[str] = ()) -> str:
    """What has become of a module of Theano's workings, and which of its names are there."""
    try:
        imported(path)
    except ImportError as error:
        sentence = instead(str(error))
        return f"absent: {sentence}" if sentence else "absent"
    present = [f"`{name}`" for name in names if look(path, name)[0]]
    return "there: " + ", ".join(present) if present else "there"


def imported(path: str):
    with (
        warnings.catch_warnings(),
        Path(os.devnull).open("w", encoding="utf-8") as nowhere,
        redirect_stdout(nowhere),
        redirect_stderr(nowhere),
    ):
        warnings.simplefilter("ignore")
        try:
            return importlib.import_module(f"network3.{path}")
        except ModuleNotFoundError as error:
            parent, _, name = path.rpartition(".")
            if not parent:
                raise
            try:  # its package may say what to use instead
                getattr(importlib.import_module(f"network3.{parent}"), name)
            except AttributeError as sentence:
                raise ImportError(str(sentence)) from None
            except ImportError:
                pass
            raise error


def instead(sentence: str) -> str:
    """The end of "network3.theano has no NAME: what to use"."""
    match = re.match(r"network3\.theano has no \S+: (.*)", sentence, re.DOTALL)
    end = match.group(1) if match else ""
    return "" if end == "docs/theano-names.md lists the names that it has" else end


def stale(differences: dict[str, str], modules: dict) -> list[str]:
    """What differences.json says of names that Theano has not, or that are not here."""
    wrong = []
    for full in differences:
        path, _, name = full.rpartition(".")
        if name not in modules.get(path, {}):
            wrong.append(f"Theano has no {full}")
        elif not look(path, name)[0]:
            wrong.append(f"{full} is absent, not different")
    return wrong


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()

"""Write docs/theano-names.md, which lists each public name of Theano 1.0.5.

    python tests/theano/names/table.py            writes the page
    python tests/theano/names/table.py --check    checks that the page is up to date

Next to this file, `theano_names.json` contains Theano's names, and `attributes.json` the attributes
of Theano's objects. The script inspects `network3.theano` to find which names are present and which
parameters and methods they lack. `differences.json` describes other differences, by name.
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
# Attributes that depend on PyTensor's version: up to 3.0 DimShuffle reads its C code from a file.
VARYING = {
    *("SECTIONS", "backward_re", "c_func_file", "c_func_name", "code_sections"),
    *("format_c_function_args", "func_codes", "func_files", "func_name", "get_c_macros"),
    *("get_io_macros", "get_path", "get_sub_macros", "load_c_code", "section_re"),
    "shared_inputs",  # of OpFromGraph
}
TABLE = ROOT / "docs" / "theano-names.md"

HEAD = """# Theano's names

This page lists each public name of Theano {version}, module by module, and says whether
`network3.theano` has it. [theano.md](theano.md) explains how to run Theano programs. The script
`tests/theano/names/table.py` generates the page, and a test checks that it is up to date.

- A *present* name accepts Theano's arguments.
- A *different* name exists too. The page describes the difference.
- An *absent* name does not exist. The page says what to use instead, if there is something.

For a module, the page lists the names that Theano defines in it; for a package, all names that it
exports.

| | present | different | absent |
| --- | ---: | ---: | ---: |
"""


class Entry(NamedTuple):
    name: str
    status: str  # "present", "different" or "absent"
    note: str


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit with 1 if the page is out of date"
    )
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
        sys.exit("docs/theano-names.md is out of date: run python tests/theano/names/table.py")


def table(theanos: dict, differences: dict[str, str]) -> str:
    """Return the text of the page."""
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
        + "\n## Theano's internal modules\n\n"
        + "Programs do not usually import these modules.\n\n"
        + "\n".join(internals)
        + "\n"
    )


def attributes() -> str:
    """Return the section about the attributes of Theano's objects."""
    sys.path.insert(0, str(HERE))
    objects = importlib.import_module("attributes").quietly(imported("theano"))
    lines = ["", "## Attributes of objects", ""]
    lines += [
        "This section counts the public attributes of one object of each kind, and says what to",
        "use instead of the absent ones.",
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
    """Return the section about one module."""
    lines = [f"## {path}", ""]
    if not listed:
        lines += ["Theano defines no public names in this module.", ""]
    for status in ("present", "different", "absent"):
        chosen = [entry for entry in listed if entry.status == status]
        plain = [f"`{entry.name}`" for entry in chosen if not entry.note]
        noted = [f"- `{entry.name}`: {entry.note}" for entry in chosen if entry.note]
        if plain:
            lines += [f"**{status.capitalize()}**: {', '.join(plain)}.", ""]
        if noted:
            title = f"**Also {status}**" if plain else f"**{status.capitalize()}**"
            lines += [f"{title}:", "", *noted, ""]
    return "\n".join(lines)


def entries(path: str, names: dict[str, dict], differences: dict[str, str]) -> list[Entry]:
    """Return an entry for each name of a module."""
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
    """Describe the differences that inspection shows, such as missing parameters and methods."""
    if theanos["kind"] == "class" and not isinstance(ours, type):
        return "not a class"
    if theanos["kind"] != "module" and inspect.ismodule(ours):
        return "a module"
    notes = [lacking(theanos.get("parameters"), ours)]
    gone = []
    for method, parameters in theanos.get("methods", {}).items():
        if not hasattr(ours, method):
            gone.append(f"`{method}`")
            continue
        note = lacking(parameters, getattr(ours, method))
        notes.append(note and f"`{method}`: {note}")
    if gone:
        notes.append(f"lacks the method{'s' * (len(gone) > 1)} {', '.join(gone)}")
    return "; ".join(note for note in notes if note)


def lacking(theanos: list[str] | None, ours: Any) -> str:
    """Describe the parameters of Theano's function that ours lacks or has under another name."""
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
    if missing:
        plural = "s" if len(missing) > 1 else ""
        renamed.append(f"lacks the parameter{plural} {', '.join(missing)}")
    return ", ".join(renamed)


def look(path: str, name: str) -> tuple[bool, Any]:
    """Return whether `network3.theano` has a name, and its value or what to use instead."""
    try:
        module = imported(path)
    except ImportError as error:
        return False, instead(str(error))
    try:
        return True, getattr(module, name)
    except AttributeError as error:
        sentence = instead(str(error))
    try:  # the name of a module that nothing has imported yet
        return True, imported(f"{path}.{name}")
    except ImportError:
        return False, sentence


def internal(path: str, names: Iterable[str] = ()) -> str:
    """Describe one of Theano's internal modules: whether it is present, and with which names."""
    try:
        imported(path)
    except ImportError as error:
        sentence = instead(str(error))
        return f"absent: {sentence}" if sentence else "absent"
    present = [f"`{name}`" for name in names if look(path, name)[0]]
    return "present: " + ", ".join(present) if present else "present"


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
            try:  # the error of the package may say what to use instead
                getattr(importlib.import_module(f"network3.{parent}"), name)
            except AttributeError as sentence:
                raise ImportError(str(sentence)) from None
            except ImportError:
                pass
            raise error


def instead(sentence: str) -> str:
    """Return the end of the message "network3.theano has no NAME: what to use instead"."""
    match = re.match(r"network3\.theano has no \S+: (.*)", sentence, re.DOTALL)
    end = match.group(1) if match else ""
    return "" if end == "docs/theano-names.md lists the names that it has" else end


def stale(differences: dict[str, str], modules: dict) -> list[str]:
    """Return the errors in differences.json: names that Theano or `network3.theano` lacks."""
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

"""Keep runs of chapter 6's experiments, and write the tables of docs/results.md and of the README.

    python docs/results/make.py [DIR ...]

Each DIR is a folder of runs, finished or not (`network3 experiments run ... --out DIR`). Tables and
pictures follow only from the files that are kept here. Needs network3[plots].
"""

import json
import re
import sys
from pathlib import Path

from network3.experiments.keep import keep
from network3.experiments.picture import picture
from network3.experiments.report import COLUMNS, markdown, rows, write_csv
from network3.nets.catalogue import EXPERIMENTS
from network3.plots import learning_curves
from network3.training.history import History

KEPT = Path(__file__).parent
PAGE = KEPT.parent / "results.md"
README = KEPT.parents[1] / "README.md"

MADE_BY = ("backend", "machine", "version")
GAVE = tuple(column for column in COLUMNS if column not in MADE_BY)
VOTE = 99.67  # the book's, of five nets with dropout


def main():
    for folder in sys.argv[1:]:
        keep(Path(folder), KEPT)
    found = rows(KEPT)
    write_csv(found, KEPT / "table.csv")
    picture(found).savefig(KEPT / "table.png")
    curves().savefig(KEPT / "tanh_and_sigmoid.png")
    linked = [{**row, "experiment": f"[{name}](results/{name})"} for row, name in named(found)]
    fill(PAGE, "results", markdown(linked, GAVE) + "\n" + not_begun(found))
    again = [{**row, "experiment": name, "command": command(name)} for row, name in named(found)]
    fill(PAGE, "commands", markdown(again, ("experiment", *MADE_BY, "command")))
    fill(README, "results", markdown(list(in_short(found)), ("net", "book, %", "here, %", "runs")))


def named(found):
    return [(row, row["experiment"]) for row in found]


def not_begun(found):
    names = [name for name in EXPERIMENTS if name not in {row["experiment"] for row in found}]
    return f"Not begun: {', '.join(names)}.\n" if names else ""


def command(name):
    """Return the command that repeats the runs of an experiment."""
    experiment, *sweep = name.split(",")
    runs = sorted((KEPT / name).glob("*/run.json"))
    settings = json.loads(runs[0].read_text())
    options = [f"--runs {len(runs)}", *(f"--set {setting}" for setting in sweep)]
    options += [f"--{key} {settings[key]}" for key in ("seed", "epochs") if settings.get(key)]
    return f"`network3 experiments run {experiment} {' '.join(options)}`"


def in_short(found):
    """Yield the README's rows: the book's experiments, and the vote of the last one."""
    for row, name in named(found):
        best, runs = row["best by the book's rule, %"], row["runs"]
        if name in EXPERIMENTS and best is not None:
            title = EXPERIMENTS[name].title
            yield {"net": title, "book, %": row["book, %"], "here, %": best, "runs": runs}
        if name == "double_fc_dropout" and row["vote of the runs, %"] is not None:
            vote = row["vote of the runs, %"]
            yield {"net": "their vote", "book, %": VOTE, "here, %": vote, "runs": runs}


def curves():
    """Return a figure with the first run with sigmoid and the first with tanh."""
    files = {
        name: KEPT / experiment / "run-0" / "history.json"
        for name, experiment in (("sigmoid", "dbl_conv"), ("tanh", "dbl_conv_tanh"))
    }
    return learning_curves(
        {
            name: History.from_dict(json.loads(path.read_text()))
            for name, path in files.items()
            if path.exists()
        }
    )


def fill(page, name, text):
    """Put a text between the two marks of that name in a page."""
    begin, end = f"<!-- {name}: written by docs/results/make.py -->\n", f"\n<!-- end of {name} -->"
    marks = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    before = page.read_text()
    if len(marks.findall(before)) != 1:
        raise ValueError(f"{page} must have the lines {begin.strip()} and {end.strip()} once")
    page.write_text(marks.sub(lambda _: f"{begin}\n{text}{end}", before))


if __name__ == "__main__":
    main()

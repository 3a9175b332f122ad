"""The numbers of the benchmarks' page and of the README follow from the files of the runs."""

import importlib
import json
import re
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "benchmarks" / "README.md").read_text(encoding="utf-8")
README = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
NETS = json.loads((ROOT / "benchmarks" / "epoch.json").read_text(encoding="utf-8"))["nets"]


def rows(title):
    """{first cell: [the other cells]} of the table below a line."""
    table = re.search(rf"^{title}\n\n((?:\|.*\n)+)", PAGE, re.MULTILINE).group(1)
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines()]
    return {first: rest for first, *rest in cells[2:]}


def times_faster(than):
    """How many times an epoch of network3 fits into one of the fastest of `than`, by network."""
    return [
        min(median(found[name]["train"]) for name in than) / median(found["network3"]["train"])
        for found in NETS.values()
    ]


def test_the_table_of_an_epoch_has_medians_and_minima():
    expected = {
        net: [f"{median(c['train']):.3g} ({min(c['train']):.3g})" for c in found.values()]
        for net, found in NETS.items()
    }
    assert rows("Seconds for an epoch") == expected


def test_the_table_of_evaluation_has_medians():
    expected = {
        net: [f"{median(c['evaluate']):.3g}" for c in found.values()] for net, found in NETS.items()
    }
    assert rows("Seconds to classify 20,000 images") == expected


@pytest.mark.parametrize("text", [README, " ".join(PAGE.split())], ids=["README", "page"])
def test_times_faster_are_the_ratios_of_medians(text):
    for name, contenders in {
        "PyTorch": ("pytorch", "pytorch compiled"),
        "Theano": ("theano",),
    }.items():
        least, most = re.search(rf"(\d+) to (\d+) times faster than {name}", text).groups()
        found = times_faster(contenders)
        assert (int(least), int(most)) == (round(min(found)), round(max(found)))


def test_the_readme_has_the_seconds_of_each_network():
    sentence = re.search(r"An epoch of MNIST takes.*?\(6 times.*?neurons\.", README).group()
    seconds = [float(number) for number in re.findall(r"(\d\.\d+) s", sentence)]
    assert seconds == [float(f"{median(net['network3']['train']):.2g}") for net in NETS.values()]
    assert round(times_faster(("pytorch", "pytorch compiled"))[1]) == 6


def test_the_tables_of_programs_are_those_of_the_run(monkeypatch, capsys):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    programs = importlib.import_module("programs")
    run = json.loads((ROOT / "benchmarks" / "programs.json").read_text(encoding="utf-8"))
    programs.show(run["programs"])
    assert capsys.readouterr().out in PAGE

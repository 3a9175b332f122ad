"""The notebooks as they are kept: run from top to bottom without errors, and of one form."""

import ast
import json
import re
from collections import Counter
from pathlib import Path

import pytest

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
CELLS = {
    path.stem: json.loads(path.read_text())["cells"] for path in sorted(NOTEBOOKS.glob("*.ipynb"))
}


def code(name):
    return [cell for cell in CELLS[name] if cell["cell_type"] == "code"]


def source(cell):
    """What Python reads of a cell."""
    return "".join(line for line in cell["source"] if not line.startswith("%"))


def outputs(name):
    return [output for cell in code(name) for output in cell["outputs"]]


def parameters(name):
    return [cell for cell in code(name) if "parameters" in cell["metadata"].get("tags", [])]


def test_there_is_one_for_each_section_and_the_readme_has_them_all_in_order():
    linked = re.findall(r"\]\(([^)]*)\.ipynb\)", (NOTEBOOKS / "README.md").read_text())
    assert linked == list(CELLS)
    assert [name[:2] for name in CELLS] == [f"{k}-" for k in range(9)]


def test_what_jupyterlab_saves_by_itself_is_no_change_of_the_project():
    commands = (NOTEBOOKS / "README.md").read_text()
    assert "\ncp -r notebooks my-notebooks\n.venv/bin/jupyter lab my-notebooks\n" in commands
    ignored = (NOTEBOOKS.parent / ".gitignore").read_text().splitlines()
    assert {"/my-notebooks/", ".ipynb_checkpoints/"} <= set(ignored)


@pytest.mark.parametrize("name", CELLS)
def test_all_of_it_was_run_once_from_top_to_bottom(name):
    counts = [cell["execution_count"] for cell in code(name)]
    assert counts == list(range(1, len(counts) + 1))


@pytest.mark.parametrize("name", CELLS)
def test_nothing_went_wrong_or_was_warned_of(name):
    assert not [output for output in outputs(name) if output["output_type"] == "error"]
    assert not [output for output in outputs(name) if output.get("name") == "stderr"]


@pytest.mark.parametrize("name", CELLS)
def test_it_has_pictures_and_results_in_print(name):
    kinds = Counter(kind for output in outputs(name) for kind in output.get("data", ["text"]))
    assert kinds["image/png"] >= 3 and kinds["text"] >= 2


@pytest.mark.parametrize("name", CELLS)
def test_of_a_widget_a_picture_is_kept_and_nothing_that_needs_its_kernel(name):
    notebook = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text())
    assert "widgets" not in notebook["metadata"]
    data = [output["data"] for output in outputs(name) if "data" in output]
    assert not [kind for kinds in data for kind in kinds if "widget" in kind]
    shown = sum("image/png" in kinds and "Figure" not in kinds["text/plain"][0] for kinds in data)
    assert shown == {"0-try-it": 3, "2-convolution-and-pooling": 1, "8-filters": 2}.get(name, 0)


@pytest.mark.parametrize("name", CELLS)
def test_of_a_progress_bar_the_result_is_kept_without_times(name):
    data = [output["data"] for output in outputs(name) if output["output_type"] == "display_data"]
    for shown in data:
        (kind,) = shown.keys() - {"text/plain"} or {"text/plain"}
        assert kind == "image/png" or shown[kind][0].startswith("Best validation accuracy ")


@pytest.mark.parametrize("name", CELLS)
def test_it_begins_with_a_title_and_one_cell_of_constants(name):
    assert CELLS[name][0]["source"][0].startswith("# ")
    (cell,) = parameters(name)
    assert cell is code(name)[0]
    for statement in ast.parse(source(cell)).body:
        (constant,) = statement.targets
        assert constant.id.isupper() and ast.literal_eval(statement.value) is not None


@pytest.mark.parametrize("name", CELLS)
def test_it_is_read_in_ten_minutes(name):
    prose = " ".join(
        "".join(cell["source"]) for cell in CELLS[name] if cell["cell_type"] == "markdown"
    )
    lines_of_code = sum(len(cell["source"]) for cell in code(name))
    words_a_minute, lines_a_minute = 200, 40
    assert len(prose.split()) / words_a_minute + lines_of_code / lines_a_minute < 10


def test_no_two_of_them_define_the_same_function():
    defined = Counter(
        node.name
        for name in CELLS
        for cell in code(name)
        for node in ast.walk(ast.parse(source(cell)))
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    )
    assert not [name for name, times in defined.items() if times > 1]

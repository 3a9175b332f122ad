"""Notebook 0 in JupyterLab, as one who has just installed the package runs it."""

import json
from pathlib import Path

import pytest

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "0-try-it.ipynb"
pytestmark = pytest.mark.browser


def test_the_network_learns_reads_the_seven_and_shows_what_it_computes(notebook, tmp_path):
    cells = [
        "".join(cell["source"])
        for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
        if cell["cell_type"] == "code"
    ]
    assert cells[0].startswith("EPOCHS = ")
    cells[0] += "\nEPOCHS = 1"
    # JupyterLab keeps only those cells in the page that are on the screen.
    book = notebook(cells, theme="JupyterLab Dark", height=6000)
    outputs = [book.run() for _ in cells]
    page = book.page
    _, _, drawn, training, _, drawing, inside = outputs
    training.get_by_text("Finished: epoch 1 of 1, validation accuracy 9").wait_for()
    drawing.get_by_text("with filters: 7 (").wait_for()
    assert drawing.locator(".n3-net[data-prediction='7']").count() == 2
    inside.get_by_text("Layer 0, map 3, row 2, column 6").wait_for()
    assert not page.get_by_text("Error displaying widget").count()
    for k, cell in enumerate((drawn, training, drawing, inside)):
        cell.screenshot(path=tmp_path / f"{k}.png")

"""The page about programs that changed the book's network3.py, followed to the letter."""

import os

import pytest
from test_add_pages import follow, python


@pytest.mark.process
def test_the_three_examples_learn(tmp_path):
    _, files = follow("modified-copies.md", tmp_path)
    assert list(files) == ["colours.py", "own_layer.py", "own_cost.py"]
    (tmp_path / "all.py").write_text(
        "import runpy\n"
        + "".join(f"runpy.run_path({name!r}, run_name='__main__')\n" for name in files)
    )
    flags = os.environ.get("PYTENSOR_FLAGS", "") + ",mode=FAST_COMPILE"
    printed = python("all.py", tmp_path, NETWORK3_GPU="", PYTENSOR_FLAGS=flags.strip(","))
    accuracies = [float(line) for line in printed.split()]
    assert len(accuracies) == 3 and min(accuracies) >= 0.9, accuracies

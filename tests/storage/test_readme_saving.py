"""What the README says of saving works as it stands there."""

import re
from pathlib import Path

import numpy as np

README = Path(__file__).parents[2] / "README.md"


def test_the_code_under_saving_runs(tmp_path, monkeypatch):
    section = README.read_text().split("## Saving\n")[1].split("\n## ")[0]
    (code,) = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    names = {}
    exec(code, names)
    assert names["net"].layers[0].factor == 0.5
    assert np.array_equal(names["w"], names["book"].params[0].get_value())
    assert {path.name for path in tmp_path.iterdir()} == {"own.safetensors", "net.onnx"}

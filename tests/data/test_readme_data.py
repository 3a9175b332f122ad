"""What the README says of a reader's own data works as it stands there."""

import re
from pathlib import Path

import numpy as np
from PIL import Image

README = Path(__file__).parents[2] / "README.md"


def test_the_code_under_your_own_data_runs(tmp_path, monkeypatch, capsys):
    section = README.read_text().split("## Your own data\n")[1].split("\n## ")[0]
    (code,) = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    picture = Image.new("L", (60, 60), 255)
    picture.paste(0, (20, 10, 40, 50))
    picture.save(tmp_path / "seven.png")
    monkeypatch.chdir(tmp_path)
    names = {}
    exec(code, names)
    assert names["digit"].shape == (784,)
    assert names["training_data"][0].get_value().shape == (2500, 784)
    assert np.isfinite(names["net"].params[0].get_value()).all()
    assert "Epoch 2: validation accuracy" in capsys.readouterr().out

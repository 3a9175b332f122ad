"""What the README says of training and using a net works as it stands there."""

import re
from pathlib import Path

import network3

README = Path(__file__).parents[2] / "README.md"


def test_the_code_under_training_and_using_runs(tmp_path, monkeypatch, capsys):
    section = README.read_text().split("## Training and using\n")[1].split("\n## ")[0]
    (code,) = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    network3.GPU = False
    names = {}
    exec(code.replace("training_data, 5, 10", "training_data, 1, 10"), names)
    assert names["history"]["validation_accuracy"][0] > 0.8
    assert names["net"].history.to_dict() == names["history"].to_dict()
    files = {"training.safetensors", "history.csv", "net.safetensors"}
    assert {path.name for path in tmp_path.iterdir()} == files
    lines = capsys.readouterr().out.splitlines()
    assert float(lines[0]) == names["history"]["cost"][0]
    assert lines[-1].split() == ["all", "23,860", "47,640"]

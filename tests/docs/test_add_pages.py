"""The pages "Add a layer" and "Add an operator", followed to the letter in an empty folder."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def follow(page, folder):
    """Write the files that a page shows, each under the name that stands before it."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    files = dict(re.findall(r"^`([\w./]+)`:\n\n```\w+\n(.*?)^```", text, re.MULTILINE | re.DOTALL))
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    return text, files


def python(program, folder, **environment):
    """What a program prints, run in a folder as the page says."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    command = [sys.executable, program]
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_a_layer_is_added_as_the_page_says(tmp_path):
    text, files = follow("add-a-layer.md", tmp_path)
    assert list(files) == ["my_layers.py", "train.py"]
    printed = python("train.py", tmp_path, NETWORK3_GPU="0")
    assert "Epoch 0: validation accuracy 9" in printed
    table = re.search(r"```text\n(layer .*?)```", text, re.DOTALL)[1]
    assert printed.endswith(table)
    onnxruntime = pytest.importorskip("onnxruntime")
    python_for_onnx = """
        import network3
        from my_layers import DropoutLayer
        custom = {"DropoutLayer": DropoutLayer}
        network3.load("net.safetensors", custom=custom).to_onnx("net.onnx")
    """
    (tmp_path / "export.py").write_text("\n".join(map(str.strip, python_for_onnx.splitlines())))
    python("export.py", tmp_path)
    session = onnxruntime.InferenceSession(tmp_path / "net.onnx")
    assert session.get_inputs()[0].shape == ["N", 784]


def test_an_operator_is_added_as_the_page_says(tmp_path):
    _, files = follow("add-an-operator.md", tmp_path)
    assert list(files) == [
        "my_kernels/reference/leaky.py",
        "leaky.py",
        "my_kernels/c/leaky.cpp",
        "my_kernels/numba/leaky.py",
        "my_kernels/jax/leaky.py",
        "check.py",
    ]
    printed = python("check.py", tmp_path)
    assert printed.startswith("[[0.125 1.   ]]\n")
    assert "Finished training network." in printed


def test_the_other_kernels_of_the_page_compute_the_same(tmp_path):
    follow("add-an-operator.md", tmp_path)
    pytest.importorskip("jax")
    (tmp_path / "others.py").write_text(
        """
import numpy as np
import pytensor
import network3.engine.jax, network3.kernels.numba
from leaky import LeakyReLU, LeakyReLUGradient

for kind in (LeakyReLU, LeakyReLUGradient):
    op, inputs = kind.example()
    values = [np.random.normal(size=x.type.shape).astype(x.dtype) for x in inputs]
    for mode in ("JAX", "NUMBA"):
        f = pytensor.function(inputs, op(*inputs), mode=mode)
        np.testing.assert_allclose(np.asarray(f(*values)), *op.reference(*values), rtol=1e-6)
"""
    )
    python("others.py", tmp_path)

"""The pages "Add a layer" and "Add an operator", followed to the letter in an empty folder."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.process

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
    assert list(files) == ["my_layers.py", "train.py", "maxout.py"]
    printed = python("train.py", tmp_path, NETWORK3_GPU="0")
    assert "Epoch 0: validation accuracy 9" in printed
    table = re.search(r"```text\n(layer .*?)```", text, re.DOTALL)[1]
    assert printed.endswith(table)


IN_ONNX = """
import numpy as np
import onnxruntime
import network3
from maxout import MaxoutLayer
from my_layers import DropoutLayer
from network3 import Network, SoftmaxLayer

network3.GPU = False
np.random.seed(1)
layers = [MaxoutLayer(784, 30, 3, 0.25), DropoutLayer(0.5), SoftmaxLayer(30, 10)]
layers[2].w.set_value(np.random.normal(size=(30, 10)).astype(np.float32))
net = Network(layers, 10)
net.save("net")
custom = {"MaxoutLayer": MaxoutLayer, "DropoutLayer": DropoutLayer}
network3.load("net", custom=custom).to_onnx("net.onnx")
images = np.random.random((7, 784)).astype(np.float32)
session = onnxruntime.InferenceSession("net.onnx", providers=["CPUExecutionProvider"])
(output,) = session.run(["output"], {"images": images})
np.testing.assert_allclose(output, net.predict_proba(images), atol=1e-5)
assert np.ptp(output, axis=0).max() > 0.01, "the images make no difference"
print([row.flop for row in net.summary().rows])
try:
    Network([MaxoutLayer(784, 30), SoftmaxLayer(40, 10)], 10)
except ValueError as error:
    print(error)
"""


def test_the_layers_of_the_page_are_saved_loaded_and_exported(tmp_path):
    pytest.importorskip("onnxruntime")
    follow("add-a-layer.md", tmp_path)
    (tmp_path / "in_onnx.py").write_text(IN_ONNX)
    flop, sentence = python("in_onnx.py", tmp_path).splitlines()
    assert flop == str([2 * 784 * 90, 0, 2 * 30 * 10])
    assert sentence.startswith("SoftmaxLayer got 30 numbers per image")


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

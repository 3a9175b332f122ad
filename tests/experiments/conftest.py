"""Run commands in a folder with a small MNIST."""

import pytest
from easy_images import write_images


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Change to a folder that has easy images as MNIST."""
    write_images(tmp_path / "mnist.pkl.gz")
    monkeypatch.chdir(tmp_path)
    return tmp_path

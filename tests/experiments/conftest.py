"""A folder in which MNIST is small."""

import pytest
from easy_images import write_images


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The current folder, with these images as MNIST."""
    write_images(tmp_path / "mnist.pkl.gz")
    monkeypatch.chdir(tmp_path)
    return tmp_path

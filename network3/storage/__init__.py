"""Nets in files: written so that no file is ever half new, read without trust in what they say."""

from network3.storage.onnx import to_onnx
from network3.storage.saving import load_weights, save

__all__ = ["load_weights", "save", "to_onnx"]

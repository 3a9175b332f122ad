"""Save and load networks: atomic writes, and reads that validate everything."""

from network3.storage.loading import read
from network3.storage.onnx import to_onnx
from network3.storage.saving import fill, load_weights, save
from network3.storage.streams import global_generator_kept

__all__ = ["fill", "global_generator_kept", "load_weights", "read", "save", "to_onnx"]

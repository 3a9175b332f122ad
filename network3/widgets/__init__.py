"""Widgets for notebooks: draw a digit, look inside a network, watch a training.

This module needs anywidget: ``pip install anywidget``. A widget as the last line of a
cell is shown.
"""

try:
    import anywidget  # noqa: F401 (checked once, for all modules of this package)
except ImportError as error:
    raise ImportError("network3.widgets needs anywidget: pip install anywidget") from error

from network3.widgets.drawing import DrawDigit
from network3.widgets.live import Live
from network3.widgets.looking import LookInside

__all__ = ["DrawDigit", "Live", "LookInside"]

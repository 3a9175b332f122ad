"""The package's version, which is written to files and reports."""

__version__ = "3.0.0"

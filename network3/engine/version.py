"""The package's version, which files and reports carry."""

__version__ = "3.0.0"

"""The versions of the package, of Python and of other packages."""

import platform
from importlib import metadata

from network3.engine.version import __version__


def versions(*packages: str) -> dict[str, str | None]:
    """Return the versions of network3, Python and `packages`; None if one is not installed."""
    found: dict[str, str | None] = {"network3": __version__, "python": platform.python_version()}
    for name in packages:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = None
    return found

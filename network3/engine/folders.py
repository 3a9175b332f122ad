"""Find the folders that compilers write to."""

from pathlib import Path
from tempfile import TemporaryFile, gettempdir

import pytensor


def compile_folder() -> Path:
    """Return the folder in which PyTensor keeps what it compiles.

    Raises
    ------
    OSError
        If it cannot be created or written to.
    """
    try:
        return Path(pytensor.config.compiledir)
    except (OSError, ValueError):
        raise OSError(
            f"The folder for compiled functions, {pytensor.config.base_compiledir}, cannot be "
            f"written to: choose another one with PYTENSOR_FLAGS=base_compiledir=FOLDER."
        ) from None


def check_space() -> None:
    """Raise OSError if less than 1 MiB can be written where compilers write, so that they fail."""
    folders = {
        "compiled functions": (compile_folder(), "PYTENSOR_FLAGS=base_compiledir"),
        "temporary files": (Path(gettempdir()), "TMPDIR"),
    }
    for content, (folder, setting) in folders.items():
        try:
            with TemporaryFile(dir=folder) as file:
                file.write(bytes(2**20))
        except OSError as error:
            raise OSError(
                f"The folder for {content}, {folder}, cannot be written to ({error.strerror}): "
                f"choose another one with {setting}=FOLDER."
            ) from None

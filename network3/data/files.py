"""Write files atomically."""

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def can_be_written(path: str | os.PathLike) -> bool:
    """Return true if a file can probably be written at `path`."""
    if _is_special(path):
        return os.access(path, os.W_OK)
    folder = Path(path).resolve().parent
    return folder.is_dir() and os.access(folder, os.W_OK) and not Path(path).is_dir()


def replace(path: str | os.PathLike, content: bytes) -> None:
    """Write `content` to a file; an existing file is replaced atomically, see `replacing`."""
    with replacing(path) as file:
        file.write(content)


@contextlib.contextmanager
def replacing(path: str | os.PathLike) -> Iterator[BinaryIO]:
    """Open a file for writing in this context; an existing file is replaced atomically at its end.

    The content is written to a temporary file in the same folder, flushed to the disk, and then
    renamed. After a crash, a full disk or a power cut, the file is therefore either the old or the
    new one, and the new one has the permissions of the old one. If `path` is a symbolic link, its
    target is replaced. A device or a pipe is not replaced but written to.

    Raises
    ------
    OSError
        If the file cannot be written; the old file is then unchanged, and no temporary file
        remains.
    """
    target = Path(os.path.realpath(path))
    try:
        if _is_special(path):
            with open(path, "wb") as file:
                yield file
            return
        temporary = target.with_name(f".{secrets.token_hex(8)}.tmp")
        try:
            # Unlike the files of tempfile, this one gets the usual permissions of a new file.
            with open(temporary, "xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            if target.is_file():
                temporary.chmod(stat.S_IMODE(target.stat().st_mode))
            os.replace(temporary, target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise OSError(error.errno, _why_not(path, target, error)) from error
    _flush_folder(target.parent)


def _is_special(path):
    """Whether there is something that is neither a file nor a folder, such as /dev/stdout."""
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError):
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def _why_not(path, target, error):
    """Return a message: why a file could not be written, and what to do."""
    advice = "choose another place"
    if not target.parent.is_dir():
        advice = f"there is no folder {Path(path).parent}, create it first"
    elif target.is_dir():
        advice = "it is a folder, give the name of a file"
    elif error.errno in FULL:
        advice = "make room, or choose another place"
    intact = "the old file is unchanged; " if target.is_file() else ""
    return f"{os.fspath(path)} could not be written ({error.strerror}): {intact}{advice}"


def _flush_folder(folder):
    """Flush a renaming to the disk; otherwise a power cut could bring the old file back.

    Windows cannot open folders, and Linux cannot open one without permission to read it.
    """
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except PermissionError:
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

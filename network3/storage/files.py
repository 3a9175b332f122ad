"""Files that are whole: as they were, or as they are to be."""

import errno
import os
import secrets
from pathlib import Path

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def can_be_written(path: str | os.PathLike) -> bool:
    """Whether there can be a file at `path`, as far as can be told beforehand."""
    folder = Path(path).resolve().parent
    return folder.is_dir() and os.access(folder, os.W_OK) and not Path(path).is_dir()


def replace(path: str | os.PathLike, content: bytes) -> None:
    """Makes `content` the content of the file at `path`, or leaves the file as it was.

    It is written beside, in the same folder, brought to the disk and then given the name, so that
    a crash, a full disk or a power cut at any moment leaves one of the two. A symbolic link stays,
    and what it points to is replaced.

    Raises
    ------
    OSError
        Where that cannot be done; nothing is left beside.
    """
    target = Path(os.path.realpath(path))
    temporary = target.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        _write(temporary, target, content)
    except OSError as error:
        raise OSError(error.errno, _why_not(path, target, error)) from error
    _bring_to_disk(target.parent)


def _why_not(path, target, error):
    """What kept a file from being written, and what to do."""
    advice = "choose another place"
    if not target.parent.is_dir():
        advice = f"there is no folder {Path(path).parent}, make it first"
    elif target.is_dir():
        advice = "it is a folder, give the name of a file"
    elif error.errno in FULL:
        advice = "make room, or choose another place"
    intact = "what was there before is intact; " if target.is_file() else ""
    return f"{os.fspath(path)} could not be written ({error.strerror}): {intact}{advice}"


def _write(temporary, target, content):
    # Not by tempfile, whose files nobody else may read: this one gets the rights of a new file.
    try:
        with open(temporary, "xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _bring_to_disk(folder):
    """Without this a power cut could bring the old name back.

    Windows opens no folders, nor does Linux one that may be written to but not be read.
    """
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except PermissionError:
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""Say which file cannot be read, why, and what to do about it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from network3.checks.images import why


@contextmanager
def explained(
    path: Path,
    kind: str,
    advice: str,
    errors: tuple[type[Exception], ...] = (Exception,),
    but: tuple[type[Exception], ...] = (),
) -> Iterator[None]:
    """Turn the errors of a reader into a ValueError that explains.

    A reader of a damaged file can raise almost anything, hence the default of `errors`. A lack of
    memory becomes a MemoryError: it says nothing about the file.

    Parameters
    ----------
    path : Path
        The file that is read.
    kind : str
        What it is not, as in "a table of images".
    advice : str
        What to do, the end of the sentence.
    errors, but : tuples of exception classes
        The errors to explain, and those of them to leave alone.

    Raises
    ------
    ValueError
        If the block raises one of `errors`.
    MemoryError
        If the memory does not suffice.
    """
    try:
        yield
    except errors as error:
        if isinstance(error, (MemoryError, *but)):
            raise
        if lacks_memory(error):
            raise MemoryError(str(error)) from error
        raise ValueError(f"{path} is not {kind} ({why(error)}): {advice}.") from error


def lacks_memory(error: Exception) -> bool:
    """Return whether an error is a MemoryError, or Pillow's OSError or zlib's error instead."""
    return isinstance(error, MemoryError) or str(error).startswith(("out of memory", "Error -4 "))

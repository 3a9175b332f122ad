"""Raise errors that name the file that cannot be read, the reason, and what to do."""

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

    A damaged file can make a reader raise almost any error, hence the default of `errors`. A lack
    of memory becomes a MemoryError, because it says nothing about the file.

    Parameters
    ----------
    path : Path
        The file that is read.
    kind : str
        What the file should be, as in "a table of images".
    advice : str
        What to do; it ends the sentence.
    errors, but : tuples of exception classes
        The errors to explain, except those in `but`.

    Raises
    ------
    ValueError
        If the block raises one of `errors`.
    MemoryError
        If there is not enough memory.
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
    """Return true if an error means a lack of memory; Pillow and zlib have errors of their own."""
    return isinstance(error, MemoryError) or str(error).startswith(("out of memory", "Error -4 "))

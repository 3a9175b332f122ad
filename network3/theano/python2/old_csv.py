"""`csv` in translated modules: files may be open for bytes, which Python 2 asked for."""

import csv as today
import io
from csv import *  # noqa: F403
from typing import Any

BYTES = (io.BufferedIOBase, io.RawIOBase)


class _Encoding:
    def __init__(self, file: Any):
        self.file = file

    def write(self, text: str) -> int:
        return self.file.write(text.encode())


def reader(csvfile: Any, *arguments: Any, **options: Any) -> Any:  # type: ignore[no-redef]
    return today.reader(_lines(csvfile), *arguments, **options)


def writer(csvfile: Any, *arguments: Any, **options: Any) -> Any:  # type: ignore[no-redef]
    return today.writer(_encoding(csvfile), *arguments, **options)


class DictReader(today.DictReader):  # type: ignore[no-redef]
    def __init__(self, f: Any, *arguments: Any, **options: Any):
        super().__init__(_lines(f), *arguments, **options)


class DictWriter(today.DictWriter):  # type: ignore[no-redef]
    def __init__(self, f: Any, *arguments: Any, **options: Any):
        super().__init__(_encoding(f), *arguments, **options)


def _lines(file):
    return (line.decode() for line in file) if isinstance(file, BYTES) else file


def _encoding(file):
    return _Encoding(file) if isinstance(file, BYTES) else file

"""Python as the package and its tests meet it on Windows, as far as another system can imitate it.

Python imports this module at its start if this folder is on PYTHONPATH: in the tests and in the
processes that they start. Functions of `os` that Windows lacks are missing. For code of this
project, and for what it calls in the standard library, POSIX modules are missing too, text files
are read and written in cp1252 unless an encoding is given, folders cannot be opened, files that are
open can be neither replaced nor removed, and some file names are refused. Other packages see the
system as it is. It cannot imitate backslashes in paths, the C++ compiler and the console.
"""

import builtins
import io
import os
import shutil
import sys
import sysconfig
from pathlib import Path

PROJECT = str(Path(__file__).parents[2])
LIBRARIES = tuple(sysconfig.get_paths()[name] for name in ("purelib", "platlib"))
STANDARD = sysconfig.get_paths()["stdlib"]
MODULES = {"fcntl", "grp", "pty", "pwd", "resource", "syslog", "termios", "tty"}
FUNCTIONS = [
    "fork",
    "forkpty",
    "killpg",
    "mkfifo",
    "nice",
    "sched_getaffinity",
    "setsid",
    "statvfs",
]
FORBIDDEN = set('<>:"|?*')


def asks_the_project(frame):
    """Whether the code that a frame runs, or the first that called it from outside the standard
    library, is of this project."""
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith(LIBRARIES):
            return False
        if not file.startswith(("<frozen", STANDARD)):
            return file.startswith((PROJECT, "<string>")) and file != __file__
        frame = frame.f_back
    return False


def without_posix(name, globals=None, locals=None, fromlist=(), level=0):
    file = str((globals or {}).get("__file__", ""))
    if name in MODULES and file.startswith(PROJECT) and not file.startswith(LIBRARIES):
        raise ModuleNotFoundError(f"No module named {name!r} (there is none on Windows)", name=name)
    return imported(name, globals, locals, fromlist, level)


def in_cp1252(file, mode="r", buffering=-1, encoding=None, *arguments, **options):
    """`open`, in a western installation."""
    if "b" not in mode and encoding in (None, "locale") and asks_the_project(sys._getframe(1)):
        encoding = "cp1252"
    return opened(file, mode, buffering, encoding, *arguments, **options)


def is_open(path):
    """Whether this process has a file open."""
    try:
        wanted = os.stat(path)
        with os.scandir("/proc/self/fd") as descriptors:
            return any(same(entry, wanted) for entry in descriptors)
    except OSError:
        return False


def same(descriptor, wanted):
    try:
        return os.path.samestat(os.stat(descriptor.path), wanted)
    except OSError:
        return False


def refuse(event, arguments):
    """Raise what Windows would raise."""
    if event not in ("open", "os.rename", "os.remove", "os.utime") or not arguments:
        return
    if not asks_the_project(sys._getframe(1)):
        return
    path = arguments[0]
    if event == "open" and isinstance(path, str):
        if FORBIDDEN & set(os.path.basename(path)):
            raise OSError(22, "Invalid argument (a file name of Windows)", path)
        if os.path.isdir(path):
            raise PermissionError(13, "Permission denied (Windows opens no folders)", path)
    elif event == "os.utime" and isinstance(path, int):
        raise TypeError("utime: path should be string, bytes or os.PathLike (on Windows)")
    elif event in ("os.rename", "os.remove"):
        for name in arguments[:2] if event == "os.rename" else arguments[:1]:
            if is_open(name):
                raise PermissionError(13, "It is open (Windows does not let go of it)", name)


if os.name == "posix":
    imported, builtins.__import__ = builtins.__import__, without_posix
    opened, builtins.open, io.open = open, in_cp1252, in_cp1252
    for function in FUNCTIONS:
        if hasattr(os, function):  # macOS lacks some of them too
            delattr(os, function)
    shutil._use_fd_functions = False  # `rmtree` opens folders, but not on Windows
    sys.addaudithook(refuse)

"""Download ONNX Runtime Web, which computes networks in a browser."""

import hashlib
import textwrap
from pathlib import Path

from network3.data.download import retrieve

VERSION = "1.22.0"
ADDRESS = f"https://cdn.jsdelivr.net/npm/onnxruntime-web@{VERSION}/dist/"

# name: (bytes, SHA-256)
FILES = {
    "ort.wasm.min.mjs": (
        48259,
        "6ef726f355b791129f7ddf3f62e7877a16b9b777abe87004b8ab306e6b9cf265",
    ),
    "ort-wasm-simd-threaded.mjs": (
        20856,
        "30dd851d9c00622940500f71ddd2ff8820c5cb65270816080175b958705385a8",
    ),
    "ort-wasm-simd-threaded.wasm": (
        11_210_254,
        "71aef04959c5c1b6de461b6538e2058e306610034a85aad2742d0c7fd4533fe4",
    ),
}


def files(folder: Path | None = None) -> dict[str, bytes]:
    """Return the contents of the runtime's files, by name.

    Parameters
    ----------
    folder : Path, optional
        The folder that has them, or in which onnxruntime-web was unpacked. By default the files
        are downloaded once, and kept in the user's cache.

    Raises
    ------
    OSError
        If a file is not in the folder, or cannot be downloaded.
    ValueError
        If the files in the folder are not those of this version.
    """
    if folder is None:
        return _downloaded()
    places = [Path(folder), Path(folder, "dist"), Path(folder, "package", "dist")]
    return {name: _read(name, places) for name in FILES}


def _downloaded():
    import pooch  # slow to import and seldom needed

    folder = Path(pooch.os_cache("network3")) / f"onnxruntime-web-{VERSION}"
    try:
        paths = {name: retrieve(ADDRESS + name, folder, *FILES[name]) for name in FILES}
    except (OSError, ValueError) as error:  # pooch raises ValueError for a wrong SHA-256
        why = textwrap.shorten(str(error), 200, placeholder="...")
        raise OSError(
            f"ONNX Runtime Web could not be downloaded from {ADDRESS} ({why}): get it with npm "
            f"pack onnxruntime-web@{VERSION}, unpack it, and give the folder with --runtime DIR"
        ) from error
    return {name: path.read_bytes() for name, path in paths.items()}


def _read(name, places):
    for path in (place / name for place in places):
        if not path.exists():
            continue
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != FILES[name][1]:
            raise ValueError(
                f"{path} is damaged, or not of version {VERSION}: give a folder with the files of "
                f"onnxruntime-web {VERSION}"
            )
        return content
    raise FileNotFoundError(
        f"{places[0]} has no file {name}: give a folder with {', '.join(FILES)} of "
        f"onnxruntime-web {VERSION}, or the folder in which this package was unpacked"
    )

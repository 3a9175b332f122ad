"""Write the folder of a page."""

import contextlib
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from network3.evaluation.fitting import image_shape, images_for
from network3.layers.layer import with_maps
from network3.page import runtime
from network3.storage import onnx

SITE = Path(__file__).parent / "site"
WIDGETS = Path(__file__).parents[1] / "widgets"
SHARED = "looking.css", "looking.js"  # with the widgets
MOST = 100  # test images on a page


def contents(
    nets: Mapping[str, Any],
    images: Any = None,
    labels: np.ndarray | None = None,
    runtime_folder: Path | None = None,
) -> dict[str, bytes]:
    """Return the files of a page, by name.

    Parameters
    ----------
    nets : dict from names to networks
        They are shown side by side.
    images, labels : arrays, optional
        Test images for the page to show; it gets the first 100 of them.
    runtime_folder : Path, optional
        As for `runtime.files`.

    Raises
    ------
    ImportError
        If the package onnx is not installed.
    OSError
        If ONNX Runtime Web cannot be read or downloaded.
    TypeError, ValueError
        If a network cannot be exported as ONNX, if the networks' images have different sizes, if
        they are not 28 x 28 pixels and `images` is None, if the images do not fit, or if a
        parameter is not finite.
    """
    shape = image_shape("page", nets.values())
    paper = shape == (1, 28, 28)
    if images is not None:
        images = images_for(next(iter(nets.values())), images[:MOST])
    elif not paper:
        raise ValueError(
            f"The network takes images of {' x '.join(map(str, shape))}, but a drawing has 1 x 28 "
            f"x 28: give --data PATH, and the page shows its test images"
        )
    page: dict[str, Any] = {"shape": shape, "paper": paper, "images": 0, "labels": [], "nets": []}
    found = {}
    if images is not None:
        page |= {"images": len(images), "labels": [] if labels is None else labels[:MOST].tolist()}
        found["images.bin"] = np.asarray(images, "<f4").tobytes()
    for k, (name, net) in enumerate(nets.items()):
        if not all(np.isfinite(param.get_value(borrow=True)).all() for param in net.params):
            raise ValueError(
                f"The parameters of {name} are not all finite numbers, so the page could show no "
                f"probabilities: train it again, with a smaller eta"
            )
        maps = with_maps(net.layers)
        layers = [{"layer": j, "title": type(net.layers[j]).__name__} for j in maps]
        page["nets"].append({"name": name, "file": f"{k}.onnx", "layers": layers})
        found[f"{k}.onnx"] = onnx.model(net, feature_maps=True)
    found["page.json"] = json.dumps(page).encode()
    for path in (*SITE.iterdir(), *(WIDGETS / name for name in SHARED)):
        found[path.name] = path.read_bytes()
    for name, content in runtime.files(runtime_folder).items():
        # Many hosts do not know that .mjs is JavaScript.
        found[name.replace(".mjs", ".js")] = content
    return found


def check(folder: Path, force: bool) -> None:
    """Raise OSError if a page cannot be written to this folder."""
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(f"{folder} is a file: give the name of a folder")
    if folder.exists() and any(folder.iterdir()) and not force:
        raise FileExistsError(
            f"{folder} is not empty: give another folder, or --force to replace the page's files "
            f"in it"
        )
    if not folder.resolve().parent.is_dir():
        raise FileNotFoundError(f"There is no folder {folder.parent}: create it first")


def write(found: Mapping[str, bytes], folder: Path, force: bool = False) -> None:
    """Write the files of a page to a folder.

    They are written to a temporary folder, which is renamed; if the folder exists, each file in it
    is replaced atomically, and its other files are left as they are.

    Raises
    ------
    OSError
        If the folder is not empty and `force` is false, or if it cannot be written; it is then
        unchanged, and no temporary folder remains.
    """
    check(folder, force)
    target = folder.resolve()  # of a symbolic link
    temporary = (target if target.exists() else target.parent) / f".{secrets.token_hex(8)}.tmp"
    try:
        temporary.mkdir()
        for name, content in found.items():
            (temporary / name).write_bytes(content)
        if not target.exists():
            temporary.rename(target)
        else:
            for name in found:
                os.replace(temporary / name, target / name)
    except OSError as error:
        why = f"{folder} could not be written ({error.strerror}): make room, or give another folder"
        raise OSError(error.errno, why) from error
    finally:
        remove(temporary)


def remove(folder: Path) -> None:
    """Remove a folder of files, as far as they can be removed."""
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()

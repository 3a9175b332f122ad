"""Create damaged and hostile files, each determined by its kind, a seed and its number.

A file is either damaged directly or inside its container: the contents of gzip, zip, PNG or a
network's file are changed and packed again with valid checksums, as an attacker would do.
"""

import gzip
import hashlib
import io
import json
import pickle
import struct
import tempfile
import warnings
import zipfile
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

import network3
from network3 import ConvPoolLayer, FullyConnectedLayer, Network, SoftmaxLayer
from network3.storage import tensors
from network3.training import checkpoint
from network3.training.history import History
from network3.training.trainer import Trainer

IMAGES = np.random.default_rng(19).integers(0, 256, (42, 3, 4), np.uint8)
LABELS = np.random.default_rng(20).integers(0, 10, 42, np.uint8)


# Valid files


def softmax_net():
    return Network([SoftmaxLayer(64, 8)], 10)


def conv_net():
    layers = [
        ConvPoolLayer((3, 1, 3, 3), (10, 1, 8, 8)),
        FullyConnectedLayer(27, 16, p_dropout=0.5),
        SoftmaxLayer(16, 8, p_dropout=0.5),
    ]
    return Network(layers, 10)


def pickled(protocol, as_lists=False):
    rows = IMAGES.reshape(42, -1).astype(np.float32) / 256
    parts = [(rows[a:b], LABELS[a:b].astype(int)) for a, b in ((0, 30), (30, 36), (36, 42))]
    if as_lists:
        parts = [(images.tolist(), list(labels)) for images, labels in parts]
    return gzip.compress(pickle.dumps(parts, protocol), mtime=0)


def archive(write):
    file = io.BytesIO()
    write(file, images=IMAGES, labels=LABELS)
    return file.getvalue()


def table():
    rows = np.column_stack([LABELS, IMAGES.reshape(42, -1)])
    return "".join(",".join(map(str, row)) + "\n" for row in rows).encode()


def idx(array):
    header = bytes((0, 0, 8, array.ndim)) + struct.pack(f">{array.ndim}I", *array.shape)
    return header + array.tobytes()


def picture(form, mode="L", **options):
    image = Image.new("L", (40, 60), 255)
    image.paste(0, (10, 10, 16, 50))
    image.paste(0, (10, 10, 30, 16))
    file = io.BytesIO()
    image.convert(mode).save(file, form, **options)
    return file.getvalue()


def history():
    past = History()
    for epoch in range(3):
        numbers = {"cost": 0.5 / (epoch + 1), "validation_accuracy": 0.5 + 0.1 * epoch}
        rest = {"training_accuracy": None, "test_accuracy": 0.5, "seconds": 0.1}
        past.append(epoch=epoch, **numbers, **rest, images_per_second=1e3, eta=0.1, lmbda=0.0)
    return past


def written(write):
    """Return the content of the file that `write(path)` writes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "file")
        write(path)
        return path.read_bytes()


def saved(net):
    net.history = history()
    return written(net.save)


def trainer():
    trainer = Trainer(conv_net())
    trainer.descent.need_velocities()
    state = trainer.state
    state.history, state.batches, state.shuffle_seed = history(), 6, 3
    state.add(np.array([0.5, 0.25]), 0.1)
    state.best_params = [p.get_value() for p in trainer.net.params]
    return trainer


# {kind: (the file's name, its content, its container)}
KINDS = {
    "pickle of arrays": ("own.pkl.gz", pickled(4), "gzip"),
    "pickle of lists": ("own.pkl.gz", pickled(2, as_lists=True), "gzip"),
    "pickle of text": ("own.pkl.gz", pickled(0), "gzip"),
    "pickle made up": ("own.pkl.gz", b"", "pickle"),
    "npz": ("own.npz", archive(np.savez), "zip"),
    "zipped npz": ("own.npz", archive(np.savez_compressed), "zip"),
    "table": ("own.csv", table(), None),
    "zipped table": ("own.csv.gz", gzip.compress(table(), mtime=0), "gzip"),
    "idx": ("train-images-idx3-ubyte", idx(IMAGES), None),
    "zipped idx": ("train-images-idx3-ubyte.gz", gzip.compress(idx(IMAGES), mtime=0), "gzip"),
    "idx labels": ("train-labels-idx1-ubyte", idx(LABELS), None),
    "PNG": ("digit.png", picture("PNG"), "png"),
    "PNG of colours": ("digit.png", picture("PNG", "RGBA"), "png"),
    "PNG with a palette": ("digit.png", picture("PNG", "P", transparency=3), "png"),
    "GIF": ("digit.gif", picture("GIF", "P"), None),
    "JPEG": ("digit.jpg", picture("JPEG"), None),
    "TIFF": ("digit.tif", picture("TIFF"), None),
    "zipped TIFF": ("digit.tif", picture("TIFF", compression="tiff_adobe_deflate"), None),
    "BMP": ("digit.bmp", picture("BMP"), None),
    "PPM": ("digit.ppm", picture("PPM"), None),
    "WebP": ("digit.webp", picture("WEBP", "RGBA"), None),
    "net": ("net.safetensors", saved(conv_net()), "tensors"),
    "net of one layer": ("net.safetensors", saved(softmax_net()), "tensors"),
    "weights": ("net.safetensors", saved(conv_net()), "tensors"),
    "checkpoint": ("a.checkpoint", written(lambda p: checkpoint.write(p, trainer())), "tensors"),
    "history": ("history.json", history().to_json().encode(), "json"),
}


def hostile(kind, seed, number):
    """Return the content of a hostile file."""
    rng = np.random.default_rng([seed, number, *kind.encode()])
    _, content, wrapping = KINDS[kind]
    if wrapping == "pickle":
        return gzip.compress(made_up(rng), mtime=0)
    if wrapping and rng.random() < 0.6:
        return WRAPPINGS[wrapping](rng, content)
    return damaged(rng, content)


# Damage


def damaged(rng, content):
    """Return `content` with one to four random damages."""
    content = bytearray(content)
    for _ in range(rng.integers(1, 5)):
        at = int(rng.integers(len(content) + 1))
        length = int(rng.choice([1, 2, 4, 8, 64]))
        match rng.integers(9):
            case 0:
                del content[at:]
            case 1 if content:
                content[at % len(content)] ^= 1 << int(rng.integers(8))
            case 2:
                content[at : at + length] = rng.bytes(length)
            case 3:
                content[at:at] = rng.bytes(length)
            case 4:
                del content[at : at + length]
            case 5:  # numbers at the limits of lengths
                number = int(rng.choice([0, 1, 127, 128, 255, 2**15, 2**31 - 1, 2**31, 2**32 - 1]))
                order = ["<I", ">I", "<Q", ">Q"][rng.integers(4)]
                form = struct.pack(order, number)
                content[at : at + len(form)] = form
            case 6:
                to = int(rng.integers(len(content) + 1))
                content[to:to] = content[at : at + 64]
            case 7:  # bytes of a file of another kind
                other = [c for _, c, _ in KINDS.values()][rng.integers(len(KINDS))]
                start = int(rng.integers(len(other) + 1))
                content[at : at + length] = other[start : start + 64]
            case 8:
                byte, count = int(rng.integers(256)), int(rng.integers(3000))
                content[at : at + length] = bytes([byte]) * count
    return bytes(content)


def in_gzip(rng, content):
    return gzip.compress(damaged(rng, gzip.decompress(content)), mtime=0)


def in_zip(rng, content):
    """Change the content of a member, or names and sizes in the directory."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w") as new:
        members = old.infolist()
        chosen = members[rng.integers(len(members))]
        for member in members:
            inside = old.read(member)
            if member is chosen:
                inside = damaged_array(rng, inside) if rng.random() < 0.5 else damaged(rng, inside)
            method = int(rng.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA]))
            new.writestr(member.filename, inside, method)
        for member in new.infolist():
            if rng.random() < 0.1:
                member.file_size = int(rng.choice([0, 1, 2**31, 2**40]))
            if rng.random() < 0.1:
                member.filename = member.filename[: int(rng.integers(8))]
    return file.getvalue()


def damaged_array(rng, content):
    """Return an array in NumPy's format with another header."""
    words = [
        "{'descr': '|u1', 'fortran_order': False, 'shape': (42, 3, 4), }",
        "{'descr': '<f8', 'fortran_order': True, 'shape': (2147483647, 2147483647), }",
        "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }",
        "{'descr': '(1000,1000)u1', 'fortran_order': False, 'shape': (1000,), }",
        "{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,), }",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (-1, -1), }",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (True, 42), }",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (" + "1," * 80 + "), }",
        "(" * int(rng.integers(3000)),
        "-" * int(rng.integers(9900)) + "1",
        "[" * int(rng.integers(150)),
        "1" * int(rng.integers(9900)),
    ]
    text = words[rng.integers(len(words))].encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + content[128:]


def in_png(rng, content):
    """Change the content of a chunk, with a valid checksum; pixels may be damaged unzipped."""
    chunks, at = [], 8
    while at < len(content):
        length = struct.unpack(">I", content[at : at + 4])[0]
        chunks.append((content[at + 4 : at + 8], content[at + 8 : at + 8 + length]))
        at += 12 + length
    chosen = int(rng.integers(len(chunks)))
    name, data = chunks[chosen]
    if name == b"IDAT" and rng.random() < 0.5:
        data = zlib.compress(damaged(rng, zlib.decompress(data)))
    else:
        data = damaged(rng, data)
    names = [name, name, b"tRNS", b"PLTE", b"iCCP", b"zTXt", b"eXIf", b"acTL", b"fdAT"]
    chunks[chosen] = names[rng.integers(len(names))], data
    return content[:8] + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


def in_json(rng, content):
    return json.dumps(changed(rng, json.loads(content))).encode()


def in_tensors(rng, content):
    """Change the metadata or the arrays of a network's file, with a valid checksum."""
    length = struct.unpack("<Q", content[:8])[0]
    header, data = json.loads(content[8 : 8 + length]), content[8 + length :]
    labels = header.pop("__metadata__")
    del labels["checksum"]
    about = json.loads(labels["about"])
    match rng.integers(4):
        case 0:
            name = list(header)[rng.integers(len(header))]
            header[name] = changed(rng, header[name])
        case 1:
            data = damaged(rng, data)[: len(data)].ljust(len(data), b"\0")
        case _:
            for _ in range(rng.integers(1, 4)):
                about = changed(rng, about)
    labels["about"] = json.dumps(about)
    return wrapped(labels, header, data)


def wrapped(labels, header, data):
    """Return a file as network3 writes it, with a valid checksum if the header allows one."""
    kinds = {"F32": "<f4", "F64": "<f8", "U32": "<u4", "I64": "<i8", "U8": "|u1", "BOOL": "|b1"}
    try:
        table = [[n, kinds[header[n]["dtype"]], header[n]["shape"]] for n in sorted(header)]
        digest = hashlib.sha256(json.dumps([labels, table], sort_keys=True).encode())
        for name in sorted(header):
            start, stop = header[name]["data_offsets"]
            digest.update(data[start:stop])
        checksum = digest.hexdigest()
    except (TypeError, KeyError, ValueError):
        checksum = "0"
    text = json.dumps({"__metadata__": {**labels, "checksum": checksum}, **header}).encode()
    return struct.pack("<Q", len(text)) + text + data


VALUES = [
    *(None, True, 0, 1, -1, 2, 3, 10, 2**31, 2**63, 10**30, 10**400),
    *(0.5, -0.5, 1e308, float("nan"), float("inf")),
    *(
        "",
        "ReLU",
        "network3.SoftmaxLayer",
        "network3.Layer",
        "x" * 5000,
        "\n",
        "\ud800",
        "__class__",
    ),
    *([], [1], [0, 0], [-1, 2], [2**31, 2**31], [1.5, 2], [None], [[1, 2], [3]]),
    *({}, {"a": 1}, {"class": 1}),
]


def changed(rng, value):
    """Return a JSON value with one part, at any depth, replaced, missing or duplicated."""
    if isinstance(value, dict | list) and value and rng.random() < 0.9:
        copy = dict(value) if isinstance(value, dict) else list(value)
        keys = list(copy) if isinstance(copy, dict) else range(len(copy))
        key = keys[rng.integers(len(keys))]
        chance = rng.random()
        if chance < 0.1:
            del copy[key]
        elif chance < 0.2 and isinstance(copy, list):
            copy.insert(key, copy[key])
        elif chance < 0.2:
            copy[str(VALUES[rng.integers(len(VALUES))])] = copy.pop(key)
        else:
            copy[key] = changed(rng, copy[key])
        return copy
    if isinstance(value, int | float) and rng.random() < 0.3:
        return value * int(rng.integers(-2, 5)) + int(rng.integers(-1, 2))
    return VALUES[rng.integers(len(VALUES))]


# Pickles of random instructions. The instructions are complete, so that many of them are executed.
INSTRUCTIONS = [
    *(bytes([code]) for code in b"(])}NQtldaesu012RboP\x81\x85\x86\x87\x88\x89\x8f\x90\x93\x94"),
    *(code + bytes([k]) for code in (b"h", b"q") for k in range(3)),
    *(b"K\x01", b"K\x03", b"M\x00\x10", b"J\xff\xff\xff\xff", b"I5\n", b"F0.5\n", b"p5\n", b"g5\n"),
    *(b"G?\xe0" + bytes(6), b"\x8a\x08" + bytes(7) + b"\x7f", b"S'ab'\n", b"Vab\n", b"U\x04abcd"),
    *(b"\x8c\x02f4", b"\x8c\x01<", b"\x8c\x05numpy", b"\x8c\x05dtype", b"C\x04\x00\x00\x80\x3f"),
    *(b"\x96\x08" + bytes(15), b"\x95\x10" + bytes(7), b"\x82\x01"),
    *(b"cnumpy\ndtype\n", b"cnumpy\nndarray\n", b"c__builtin__\nbytes\n", b"c_codecs\nencode\n"),
    *(b"cnumpy.core.multiarray\n_reconstruct\n", b"cnumpy.core.multiarray\nscalar\n"),
    b"cnumpy.core.numeric\n_frombuffer\n",
]
REDUCED = [  # calls with all their arguments
    b"cnumpy\ndtype\n\x8c\x02f4\x89\x88\x87R",
    b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85C\x01b\x87R",
    b"(K\x01K\x01\x85cnumpy\ndtype\n\x8c\x02f4\x85R\x89C\x04\x00\x00\x80?tb",
    b"(K\x01K\x02K\x02\x86cnumpy\ndtype\n\x8c\x02u1\x85R\x88C\x04\x01\x02\x03\x04tb",
    b"c_codecs\nencode\n\x8c\x02ab\x8c\x06latin1\x86R",
    b"cnumpy.core.multiarray\nscalar\ncnumpy\ndtype\n\x8c\x02i4\x85RC\x04\x01\x00\x00\x00\x86R",
]


def made_up(rng):
    pieces = INSTRUCTIONS + 4 * REDUCED
    chosen = [pieces[k] for k in rng.integers(len(pieces), size=rng.integers(1, 60))]
    end = [b".", b"\x86\x85\x87.", b"\x86h\x00h\x00\x87.", b""]
    return b"\x80\x04Nq\x00]q\x01}q\x02" + b"".join(chosen) + end[rng.integers(len(end))]


WRAPPINGS = {
    "gzip": in_gzip,
    "zip": in_zip,
    "png": in_png,
    "tensors": in_tensors,
    "json": in_json,
}


# Reading


class Reader:
    """Read hostile files as users would."""

    def __init__(self, folder):
        self.folder = Path(folder)
        for name, array in (("t10k-images-idx3", IMAGES[:5]), ("t10k-labels-idx1", LABELS[:5])):
            (self.folder / f"{name}-ubyte").write_bytes(idx(array))
        self.trainer, self.net = trainer(), conv_net()

    def read(self, kind, content):
        """Return true if a file is refused with an error of one line that names it.

        Raises
        ------
        Exception
            If a reader raises any other error.
        """
        name = KINDS[kind][0]
        for part, array in (("images-idx3", IMAGES), ("labels-idx1", LABELS)):
            if part not in name:
                (self.folder / f"train-{part}-ubyte").write_bytes(idx(array))
        path = self.folder / name
        path.write_bytes(content)
        try:
            self._use(kind, path)
        except ValueError as error:
            message = str(error)
            if kind != "history":
                assert name in message or "ubyte" in message, f"no name in {message!r}"
            assert "\n" not in message, f"several lines: {message!r}"
            assert len(message) < 1500, f"too long: {message[:300]!r}"
            return True
        finally:
            path.unlink()
        return False

    def _use(self, kind, path):
        if kind in ("net", "net of one layer"):
            net = network3.load(path)
            repr(net)
            self._use_history(net.history)
        elif kind == "weights":
            self.net.load_weights(path)
        elif kind == "checkpoint":
            state = checkpoint.read(path, self.trainer, 6)
            self._use_history(state.history)
        elif kind == "history":
            self._use_history(History.from_dict(tensors._object(path, path.read_bytes())))
        elif path.name.startswith("digit"):
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", ".*more than one digit, or none")
                digit = network3.read_digit(path)
            assert digit.shape == (784,)
            assert np.isfinite(digit).all()
        else:
            for images, labels in network3.load_data_shared(path):
                assert len(images.get_value()) == len(labels.get_value())
                assert np.isfinite(images.get_value()).all()

    def _use_history(self, past):
        if past is not None:
            repr(past)
            assert past.best is None or past.best >= 0
            past.to_json()
            past.to_csv(self.folder / "history.csv")

"""The options that the real Theano reads from .theanorc and THEANO_FLAGS.

    python tests/theano/config_by_theano.py            writes config_by_theano.json
    python tests/theano/config_by_theano.py --check    compares with the file

It needs Theano 1.0.5 on Python 3.8.
"""

import contextlib
import importlib.util
import json
import os
import sys
import tempfile
from pathlib import Path

OPTIONS = [
    "floatX",
    "device",
    "mode",
    "allow_gc",
    "nvcc.flags",
    "blas.ldflags",
    "dnn.conv.algo_fwd",
]
# The text of each file, THEANO_FLAGS, and other environment variables.
CASES = {
    "sections": ["[global]\nfloatX = float32\n[nvcc]\nflags=-O2\n[dnn.conv]\nalgo_fwd: large\n"],
    "options in any case": ["[global]\nFLOATX = float32\nallow_GC = 0\n"],
    "sections only as they are": ["[Global]\nfloatX = float32\n[NVCC]\nflags = -O2\n"],
    "an option in the wrong section": ["[nvcc]\nfloatX = float32\n[global]\nflags = -O2\n"],
    "a dotted name": ["[global]\nnvcc.flags = -O2\nfloatX = float32\n"],
    "later files": [
        "[global]\nfloatX = float16\nmode = FAST_RUN\n",
        "[global]\nfloatX = float32\n",
    ],
    "a file that is not there": [None, "[global]\nfloatX = float32\n"],
    "no file": [],
    "flags win": [
        "[global]\nfloatX = float64\nmode = FAST_RUN\n",
        {"THEANO_FLAGS": "floatX=float32,nvcc.flags='-O1 -g'"},
    ],
    "the last of equal flags": [{"THEANO_FLAGS": "floatX=float16,floatX=float32"}],
    "flags in pieces": [{"THEANO_FLAGS": " floatX=float32 ,, mode,device=cpu, #allow_gc=0"}],
    "variables": [
        "[blas]\nldflags = -L/home/%(USER)s/%(TMPDIR)s/%(LSCRATCH)s\n",
        {"USER": "ada", "TMPDIR": "t", "LSCRATCH": "l"},
    ],
    "variables of the file": [
        "[DEFAULT]\nroot = /opt\n[blas]\nlib = -lm\nldflags = -L%(root)s %(lib)s\n"
    ],
    "an option for all sections": ["[DEFAULT]\nflags = -O2\nfloatX = float32\n[nvcc]\n[lib]\n"],
    "a reference to nothing": ["[blas]\nldflags = -L%(nothing)s\n"],
    "a percent sign": ["[blas]\nldflags = -L100%\n[nvcc]\nflags = 100%%\n"],
    "comments and lines that go on": [
        "# one\n; two\n[global]\n# three\nfloatX = float32\n[nvcc]\nflags = -O2\n  -g\n"
    ],
    "a value as it stands": ['[blas]\nldflags = "-lm" # as it stands\n[nvcc]\nflags =\n'],
    "no section": ["floatX = float32\n"],
    "a line that is no option": ["[global]\nfloatX = float32\nfloat64\n"],
}


def environment(case, folder):
    """Write the files of a case to `folder`, and return its environment variables."""
    paths = []
    variables = {"THEANO_FLAGS": "", "USER": "ada"}
    for number, part in enumerate(case):
        if isinstance(part, dict):
            variables.update(part)
            continue
        paths.append(str(Path(folder, "rc" + str(number))))
        if part is not None:
            Path(paths[-1]).write_text(part, encoding="utf-8")
    variables["THEANORC"] = os.pathsep.join(paths)
    return variables


def theanos(case):
    """Return the value that Theano reads for each option that is set, or the name of the error."""
    import theano.configparser

    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(environment(case, folder))
        spec = importlib.util.spec_from_file_location("case", theano.configparser.__file__)
        module = importlib.util.module_from_spec(spec)
        try:
            spec.loader.exec_module(module)
        except Exception as error:
            return type(error).__name__
        found = {}
        for option in OPTIONS:
            with contextlib.suppress(KeyError):
                found[option] = module.fetch_val_for_key(option)
        return found


if __name__ == "__main__":
    import theano  # noqa: F401 (with the environment as it is)

    KEPT = Path(__file__).with_suffix(".json")
    found = {name: theanos(case) for name, case in CASES.items()}
    if "--check" not in sys.argv:
        KEPT.write_text(json.dumps(found, indent=1) + "\n")
    elif found != json.loads(KEPT.read_text()):
        sys.exit("config_by_theano.json is not what Theano does")

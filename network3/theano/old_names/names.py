"""What modules had in Theano's time, with its meaning, by the module and the name."""

import ast
import collections
import collections.abc
import errno
import importlib
import inspect
import itertools
import math
import os
import pickle
import string
import sys
import time
from typing import Any

import numpy as np

from network3.theano.old_names import images


class Late:
    """A name of a module that is imported when the name is used."""

    def __init__(self, module: str, name: str):
        self.module, self.name = module, name

    def get(self) -> Any:
        return getattr(importlib.import_module(self.module), self.name)


class Cast(dict):
    """`numpy.cast`: a function for each type that converts to the type."""

    def __missing__(self, dtype: Any):
        return lambda x: np.asarray(x).astype(dtype)


def in1d(ar1, ar2, assume_unique=False, invert=False):
    return np.isin(np.ravel(ar1), ar2, assume_unique=assume_unique, invert=invert)


def asfarray(a, dtype=np.float64):
    return np.asarray(a, dtype if np.issubdtype(dtype, np.inexact) else np.float64)


def getargspec(function):
    """The arguments of a function: its names, *, ** and defaults."""
    return ArgSpec(*inspect.getfullargspec(function)[:4])


ArgSpec = collections.namedtuple("ArgSpec", "args varargs keywords defaults")

SCTYPES = {
    "int": [np.int8, np.int16, np.int32, np.int64],
    "uint": [np.uint8, np.uint16, np.uint32, np.uint64],
    "float": [np.float16, np.float32, np.float64, np.longdouble],
    "complex": [np.complex64, np.complex128, np.clongdouble],
    "others": [bool, object, bytes, str, np.void],
}

NAMES: dict[str, dict[str, Any]] = {
    "PIL.Image": {
        "ANTIALIAS": Late("PIL.Image", "LANCZOS"),
        "fromstring": Late("PIL.Image", "frombytes"),
    },
    "collections": {
        name: getattr(collections.abc, name)
        for name in collections.abc.__all__
        if not hasattr(collections, name)
    },
    "fractions": {"gcd": math.gcd},
    "imp": {},  # modules.py has it
    "inspect": {"ArgSpec": ArgSpec, "getargspec": getargspec},
    "itertools": {
        "ifilter": filter,
        "ifilterfalse": itertools.filterfalse,
        "imap": map,
        "izip": zip,
        "izip_longest": itertools.zip_longest,
    },
    "matplotlib.figure": {},  # giving.py changes a function
    "numpy": {
        "Inf": np.inf,
        "Infinity": np.inf,
        "NAN": np.nan,
        "NINF": -np.inf,
        "NZERO": -0.0,
        "NaN": np.nan,
        "PINF": np.inf,
        "PZERO": 0.0,
        "alen": len,
        "alltrue": np.all,
        "asfarray": asfarray,
        "asscalar": lambda a: a.item(),
        "bool8": np.bool_,
        "cast": Cast(),
        "cfloat": np.complex128,
        "clongfloat": np.clongdouble,
        "complex": complex,
        "complex_": np.complex128,
        "cumproduct": np.cumprod,
        "disp": lambda text, device=None, linefeed=True: print(
            text, file=device, end="\n" if linefeed else ""
        ),
        "find_common_type": lambda array_types, scalar_types: np.result_type(
            *array_types, *scalar_types
        ),
        "float": float,
        "float_": np.float64,
        "in1d": in1d,
        "infty": np.inf,
        "int": int,
        "int0": np.intp,
        "issubclass_": lambda one, other: isinstance(one, type) and issubclass(one, other),
        "loads": pickle.loads,
        "longcomplex": np.clongdouble,
        "longfloat": np.longdouble,
        "mat": np.asmatrix,
        "msort": lambda a: np.sort(a, axis=0),
        "object": object,
        "object0": np.object_,
        "product": np.prod,
        "rank": np.ndim,
        "round_": np.round,
        "row_stack": np.vstack,
        "safe_eval": ast.literal_eval,
        "sctypes": SCTYPES,
        "singlecomplex": np.complex64,
        "sometrue": np.any,
        "str": str,
        "string_": np.bytes_,
        "trapz": np.trapezoid,
        "typeDict": np.sctypeDict,
        "uint0": np.uintp,
        "unicode": str,
        "unicode_": np.str_,
    },
    "os": {"errno": errno, "getcwdu": os.getcwd},
    "scipy": {
        name: getattr(np, name)
        for name in np.__all__
        if isinstance(getattr(np, name, None), np.ufunc) or callable(getattr(np, name, None))
    }
    | {"rand": np.random.rand, "randn": np.random.randn, "inf": np.inf, "nan": np.nan, "pi": np.pi},
    "scipy.integrate": {
        "cumtrapz": Late("scipy.integrate", "cumulative_trapezoid"),
        "simps": Late("scipy.integrate", "simpson"),
        "trapz": Late("scipy.integrate", "trapezoid"),
    },
    "scipy.linalg": {"pinv2": Late("scipy.linalg", "pinv")},
    "scipy.misc": {
        "bytescale": images.bytescale,
        "comb": Late("scipy.special", "comb"),
        "factorial": Late("scipy.special", "factorial"),
        "imread": images.imread,
        "imresize": images.imresize,
        "imsave": images.imsave,
        "logsumexp": Late("scipy.special", "logsumexp"),
        "toimage": images.toimage,
    },
    "scipy.ndimage": {"imread": images.imread},
    "scipy.signal": {
        name: Late("scipy.signal.windows", name)
        for name in ("bartlett", "blackman", "gaussian", "hamming", "hann", "kaiser")
    }
    | {"hanning": Late("scipy.signal.windows", "hann")},
    "scipy.stats": {"nanmean": np.nanmean, "nanmedian": np.nanmedian, "nanstd": np.nanstd},
    "string": {
        "atof": float,
        "atoi": int,
        "join": lambda words, between=" ": between.join(words),
        "letters": string.ascii_letters,
        "lowercase": string.ascii_lowercase,
        "maketrans": str.maketrans,
        "uppercase": string.ascii_uppercase,
    }
    | {
        name: getattr(str, name)
        for name in ("find", "lower", "replace", "split", "strip", "upper", "zfill")
    },
    "sys": {"maxint": sys.maxsize, "setdefaultencoding": lambda encoding: None},
    "time": {"clock": time.perf_counter if os.name == "nt" else time.process_time},
    "urllib": {
        name: Late("urllib.request", name)
        for name in ("pathname2url", "url2pathname", "urlopen", "urlretrieve")
    }
    | {
        name: Late("urllib.parse", name)
        for name in ("quote", "quote_plus", "unquote", "unquote_plus", "urlencode")
    },
}

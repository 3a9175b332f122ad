"""Make the real Theano 1.0.5, on Python 3.8, compute in float32 with NumPy's OpenBLAS.

Import this before Theano.
"""

import ctypes
import glob
import os

import numpy as np

# It is loaded here so that Theano's compiled modules find it.
(openblas,) = glob.glob(os.path.join(np.__path__[0] + ".libs", "libopenblas*"))
ctypes.CDLL(openblas)
os.environ["THEANO_FLAGS"] = "floatX=float32,blas.ldflags=-L{} -l:{},{}".format(
    *os.path.split(openblas), os.environ.get("THEANO_FLAGS", "")
)

"""Write pickled_by_theano.zip with theano.misc.pkl_utils.dump of the real Theano 1.0.5.

python3.8 tests/theano/pickled_by_theano.py
"""

from pathlib import Path

import numpy as np
import theano
from theano.misc.pkl_utils import dump

theano.config.traceback.limit = 0
weights = theano.shared(np.arange(6.0).reshape(2, 3), "w")
variables = [
    weights,
    theano.shared(np.full((1, 3), 0.5, "float32"), "b", broadcastable=(True, False)),
    theano.shared(np.array([7, 8])),
    theano.shared(2.5, "rate"),
    theano.shared(np.array([[True, False]]), "w"),
]
with Path(__file__).with_suffix(".zip").open("wb") as file:
    dump({"variables": variables, "again": weights, "list": [np.eye(2), 3, "text"]}, file)

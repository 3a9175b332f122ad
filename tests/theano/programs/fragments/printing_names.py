"""Output of pp, debugprint, Print and str for graphs."""

import sys
from io import StringIO

import numpy as np
import theano
import theano.tensor as T

x, y = T.matrix("x"), T.vector("y")
w = theano.shared(np.ones(2), name="w")
z = T.tanh(T.dot(x, w) + y) * 2
print(theano.pp(x * x + x), theano.printing.pprint(x - x * x))
print(x, w)
text = theano.printing.debugprint(z, file="str")
print("tanh" in text.lower(), "dot" in text.lower(), "w" in text)
f = theano.function([x, y], z)
out = StringIO()
theano.printing.debugprint(f, file=out)
print(len(out.getvalue().splitlines()) > 3)

seen = theano.printing.Print("the value of x", attrs=["shape", "max"])(x)
print(theano.function([x], seen.sum())([[1, 2], [3, 4]]))
plain = theano.printing.Print("plain")
print(theano.function([x], T.grad(plain(x ** 2).sum(), x))([[1, 2]]))
print(theano.printing.min_informative_str(z) != "")
sys.stdout.flush()

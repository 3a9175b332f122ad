"""A program for Theano whose steps are a hundred calls of a function of three small arguments.

program.py runs it.
"""

import sys

import numpy
import theano
import theano.tensor as T

x, y, z = T.fscalar("x"), T.fscalar("y"), T.fvector("z")
function = theano.function([x, y, z], x * y + z)
a, b, c = numpy.float32(2), numpy.float32(3), numpy.ones(3, "float32")
for k in range(int(sys.argv[-1])):
    for _ in range(100):
        value = function(a, b, c)
    print(f"cost {k} {value[0]:.17g}")

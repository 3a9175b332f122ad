"""Runs the programs beside, one after the other: all.py MNIST."""

import os
import sys

here = os.path.dirname(os.path.abspath(__file__))
for name in ("multiply", "line", "logistic", "net", "modern_net", "convolutional"):
    print "==", name
    path = os.path.join(here, name + ".py")
    sys.path.insert(0, os.path.dirname(path))
    execfile(path, {"__name__": "__main__", "__file__": path})

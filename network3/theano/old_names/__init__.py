"""Names that Python, NumPy and SciPy have given up since Theano's time, for programs that use them.

    names.py     what modules such as numpy and time had
    modules.py   modules by their old names, such as cPickle and Image
    images.py    scipy.misc's functions for images
    giving.py    gives all of them to programs

`theano-run` and `install` turn them on; a mere `import network3` does not.
"""

from network3.theano.old_names.giving import give_modules, give_names

__all__ = ["give_modules", "give_names"]

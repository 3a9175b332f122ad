"""Translate the cells of a notebook that are written in Python 2."""

import ast
import builtins
import contextlib
import sys

from network3.theano.python2.executing import future_import, translated
from network3.theano.python2.importing import built_in
from network3.theano.python2.names import BUILTINS


def install() -> None:
    """Translate the cells that IPython runs from now on, if IPython runs this process.

    All cells have the functions that only Python 2 had, and `open` with the mode `U`.
    """
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is None or any(isinstance(t, _Cells) for t in shell.input_transformers_post):
        return
    shell.input_transformers_post.append(_Cells(shell.user_ns))
    given = BUILTINS.keys() - vars(builtins).keys() | {"open"}  # instead of IPython's own
    shell.user_ns.update({name: BUILTINS[name] for name in given})


class _Cells:
    """Translates a cell, and puts the built-in names of its Python below the notebook's names.

    IPython calls this before it runs a cell, and for what follows `%time` and the like.
    """

    def __init__(self, namespace):
        self.namespace = namespace

    def __call__(self, lines):
        """Return the lines of a cell; in Python 3 if they were in Python 2."""
        with contextlib.suppress(AttributeError):
            sys.stdout.softspace = False  # a comma that ends a cell does not indent the next
        self.namespace["__builtins__"] = builtins
        cell = "".join(lines)
        try:
            ast.parse(cell)
        except SyntaxError:
            first = future_import(self.namespace)  # which IPython applies to all later cells
            text = translated(cell, first)
            if text != cell:
                self.namespace["__builtins__"] = built_in(first + text)
                return text.splitlines(keepends=True)
        return lines  # IPython reports what is wrong

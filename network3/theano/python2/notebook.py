"""Translate the cells of a notebook that are written in Python 2."""

import ast
import builtins
import sys

from network3.theano.python2.names import BUILTINS
from network3.theano.python2.translating import translate


def install() -> None:
    """Translate the cells that IPython runs from now on, if IPython runs this process.

    `round` and `sorted`, which Python 3 has under the same names, stay Python 3's.
    """
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is None or _translated in shell.input_transformers_post:
        return
    shell.input_transformers_post.append(_translated)
    shell.user_ns.update({k: BUILTINS[k] for k in BUILTINS.keys() - vars(builtins).keys()})


def _translated(lines):
    """The lines of a cell; in Python 3 if they were in Python 2."""
    text = "".join(lines)
    try:
        ast.parse(text)
    except SyntaxError:
        try:
            return translate(text).splitlines(keepends=True)
        except (ImportError, SyntaxError):
            pass  # IPython reports what is wrong
    return lines

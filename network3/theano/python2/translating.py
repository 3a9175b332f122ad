"""From the text of a Python 2 module to Python 3's.

fissix, the kept fork of lib2to3, translates the syntax and what has another name today. Its fixers
of imports are left out because importing.py and `network3.theano.old_names` find modules by their
old names; those that add an import are left out because names.py has the functions.

The tests run this file beside the real Theano, on Python 3.8.
"""

import ast
import io
import warnings
from functools import lru_cache

# Of fissix's fixers: imports, and what names.py has under the old name.
LEFT_OUT = {
    "execfile", "filter", "future", "import", "imports", "imports2", "intern", "reduce", "reload",
    "sorted", "urllib",
}  # fmt: skip
OWN = (
    "attributes", "division", "division_methods", "lambda_tuples", "next_in_between",
    "one_line_except", "sort", "stop_iteration", "tostring",
)  # fmt: skip
TAB = 8  # columns between two tab stops


def translate(source, own="network3.theano.python2."):
    """Return the Python 3 text for the text of a Python 2 module.

    Parameters
    ----------
    source : str
    own : str
        What precedes the names of the fixers beside this file.

    Raises
    ------
    ImportError
        If fissix is not installed.
    SyntaxError
        If the text is not Python 2.
    """
    from fissix.pgen2.parse import ParseError
    from fissix.pgen2.tokenize import TokenError

    try:
        text = str(_tool(own).refactor_string(source.rstrip() + "\n", "<Python 2>"))
    except ParseError as error:
        line, column = error.context[1]
        raise SyntaxError("{}, line {}, column {}".format(error.msg, line, column + 1)) from None
    except TokenError as error:
        raise SyntaxError("{}, line {}".format(error.args[0], error.args[1][0])) from None
    text = _without_tabs(text)
    try:
        parsed(text)
    except SyntaxError as error:
        raise SyntaxError("{}: {}".format(error.msg, (error.text or "").strip())) from None
    return text


def parsed(text, path="<Python 2>"):
    """Return the tree of a text, without warnings of what Python 2 did not mind, such as "\\p"."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text, path)


@lru_cache(maxsize=None)
def _tool(own):
    from fissix.refactor import RefactoringTool, get_fixers_from_package

    theirs = [
        name
        for name in get_fixers_from_package("fissix.fixes")
        if name.split(".fix_")[1] not in LEFT_OUT
    ]
    return RefactoringTool(theirs + [own + "fix_" + name for name in OWN])


def _without_tabs(text):
    """Indent by spaces: Python 3 refuses a mixture, in which Python 2 expanded the tabs."""
    from fissix.pgen2.tokenize import STRING, generate_tokens

    if "\t" not in text:
        return text
    lines = text.split("\n")
    in_strings = set()
    for kind, _, start, end, _ in generate_tokens(io.StringIO(text).readline):
        if kind == STRING:
            in_strings.update(range(start[0], end[0]))
    for number, line in enumerate(lines):
        code = line.lstrip(" \t\f")
        if number not in in_strings:
            lines[number] = line[: len(line) - len(code)].expandtabs(TAB) + code
    return "\n".join(lines)

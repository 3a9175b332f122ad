"""Fixer for a call of `next` that something follows: x.next().y  ->  x.__next__().y.

fissix translates a call at the end of an expression, and `next` without a call.
"""

from fissix.fixer_base import BaseFix
from fissix.fixer_util import Name
from fissix.pygram import python_symbols as symbols


class FixNextInBetween(BaseFix):
    PATTERN = "power< any+ trailer< '.' 'next' > trailer< '(' ')' > any+ >"

    def transform(self, node, results):
        parts = node.children
        for name, call, _ in zip(parts[1:], parts[2:], parts[3:]):
            if str(name).strip() == ".next" and call.type == symbols.trailer and str(call) == "()":
                name.children[1].replace(Name("__next__"))

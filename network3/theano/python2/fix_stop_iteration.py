"""Fixer for generators that end by an exception: raise StopIteration  ->  return."""

from fissix.fixer_base import BaseFix
from fissix.fixer_util import Name
from fissix.pygram import python_symbols as symbols


class FixStopIteration(BaseFix):
    PATTERN = """
        raise_stmt< 'raise' 'StopIteration' any* >
        |
        raise_stmt< 'raise' power< 'StopIteration' trailer< '(' ')' > > >
    """

    def transform(self, node, results):
        function = node
        while function and function.type != symbols.funcdef:
            function = function.parent
        if function and any(_yields(child) for child in function.children):
            return Name("return", prefix=node.prefix)


def _yields(node):
    """Whether a part of a function yields, apart from the functions within it."""
    if node.type in (symbols.funcdef, symbols.lambdef):
        return False
    return getattr(node, "value", None) == "yield" or any(map(_yields, node.children))

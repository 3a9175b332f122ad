"""Fixer for lists sorted by a comparison: x.sort(f)  ->  py2_sort(x, f)."""

from fissix.fixer_base import BaseFix
from fissix.fixer_util import ArgList, Comma, Name
from fissix.pygram import python_symbols as symbols
from fissix.pytree import Node


class FixSort(BaseFix):
    PATTERN = "power< head=any+ trailer< '.' 'sort' > trailer< '(' arguments=any ')' > >"

    def transform(self, node, results):
        arguments = results["arguments"]
        each = arguments.children if arguments.type == symbols.arglist else [arguments]
        if not any(_compares(argument) for argument in each):
            return None
        head = [part.clone() for part in results["head"]]
        head[0].prefix = ""
        arguments = [argument.clone() for argument in each]
        arguments[0].prefix = arguments[0].prefix or " "
        lst = head[0] if len(head) == 1 else Node(symbols.power, head)
        made = Node(symbols.power, [Name("py2_sort"), ArgList([lst, Comma(), *arguments])])
        made.prefix = node.prefix
        return made


def _compares(argument):
    """Whether an argument is positional, or called cmp."""
    if argument.type != symbols.argument:
        return argument.value != "," if hasattr(argument, "value") else True
    return argument.children[0].value in ("cmp", "*", "**")

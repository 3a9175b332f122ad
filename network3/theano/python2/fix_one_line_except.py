"""Fixer for the parts of an exception on one line; fissix knows them before an indented block.

except E, (a, b): f(a)   ->  except E, e: a, b = e.args; f(a)
except E, self.error: f()   ->  except E, e: self.error = e; f()
"""

from fissix.fixer_base import BaseFix
from fissix.fixer_util import Attr, Name, is_list, is_tuple
from fissix.pgen2 import token
from fissix.pygram import python_symbols as symbols
from fissix.pytree import Leaf, Node


class FixOneLineExcept(BaseFix):
    PATTERN = "except_clause< 'except' any ',' target=any >"

    def transform(self, node, results):
        target = results["target"]
        suite = node.next_sibling.next_sibling
        if target.type == token.NAME or suite.type != symbols.simple_stmt:
            return
        name = self.new_name()
        parts = is_tuple(target) or is_list(target)
        value = Node(symbols.power, Attr(Name(name), Name("args"))) if parts else Name(name)
        target.replace(Name(name, prefix=target.prefix))
        assigned = target.clone()
        assigned.prefix, value.prefix = suite.prefix, " "
        suite.prefix = " "
        equal = Leaf(token.EQUAL, "=", prefix=" ")
        suite.insert_child(0, Leaf(token.SEMI, ";"))
        suite.insert_child(0, Node(symbols.expr_stmt, [assigned, equal, value]))

"""Fixer for `/`, which floors if both sides are integers, unless `division` is from the future.

    a / b   ->  py2_div(a, b)
    a /= b  ->  a = py2_idiv(a, b)

A literal float or complex number on one side needs no change. If the target of `/=` contains a
call, its parts are evaluated once:

    a[f()] /= b  ->  py2_idiv_item(a, py2_at[f()], b)
    f().x /= b   ->  py2_idiv_attribute(f(), 'x', b)
"""

from fissix.fixer_base import BaseFix
from fissix.fixer_util import Call, Comma, Name, String
from fissix.pgen2 import token
from fissix.pygram import python_symbols as symbols
from fissix.pytree import Leaf, Node


class FixDivision(BaseFix):
    order = "post"
    PATTERN = """
        term< any+ >
        |
        expr_stmt< target=any '/=' value=any >
    """

    def start_tree(self, tree, filename):
        super().start_tree(tree, filename)
        self.floors = "division" not in tree.future_features

    def match(self, node):
        return self.floors and super().match(node)

    def transform(self, node, results):
        if node.type == symbols.term:
            return _term(node)
        return _assignment(node, results["target"], results["value"])


def _term(node):
    """Fold `a * b / c`, which fissix has as one node, from the left."""
    if not any(child.type == token.SLASH for child in node.children):
        return None
    prefix = node.prefix
    left, *rest = [child.clone() for child in node.children]
    for operator, right in zip(rest[::2], rest[1::2]):
        if operator.type == token.SLASH and not _is_float(left) and not _is_float(right):
            between = operator.prefix if operator.prefix.strip(" ") else ""
            left.prefix, right.prefix = "", between + right.prefix or " "
            left = Call(Name("py2_div"), [left, Comma(), right])
        elif left.type == symbols.term:
            left = Node(symbols.term, [*(c.clone() for c in left.children), operator, right])
        else:
            left = Node(symbols.term, [left, operator, right])
    left.prefix = prefix
    return left


def _assignment(node, target, value):
    if _is_float(value):
        return None
    if target.type == symbols.power and any(p.type == token.LPAR for p in target.pre_order()):
        made = _evaluating_once(target.clone(), value.clone())
    else:
        again, value = target.clone(), value.clone()
        again.prefix, value.prefix = "", value.prefix or " "
        right = Call(Name("py2_idiv"), [again, Comma(), value], prefix=" ")
        made = Node(symbols.expr_stmt, [target.clone(), Leaf(token.EQUAL, "=", prefix=" "), right])
    made.prefix = node.prefix
    return made


def _evaluating_once(target, value):
    last = target.children[-1]
    last.remove()
    owner = target if len(target.children) > 1 else target.children[0].clone()
    owner.prefix, value.prefix = "", " "
    if last.children[0].value == ".":
        key = String(repr(last.children[1].value), prefix=" ")
        return Call(Name("py2_idiv_attribute"), [owner, Comma(), key, Comma(), value])
    key = Node(symbols.power, [Name("py2_at", prefix=" "), last])
    return Call(Name("py2_idiv_item"), [owner, Comma(), key, Comma(), value])


def _is_float(node):
    """Whether a node is a literal such as 1.0, 1e3 or 1j, with or without a sign."""
    while node.type == symbols.factor:
        node = node.children[1]
    if node.type != token.NUMBER or node.value[:2] in ("0x", "0X"):
        return False
    return any(character in ".eEjJ" for character in node.value)

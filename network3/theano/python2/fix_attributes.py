"""Fixer for attributes that fissix translates otherwise or not at all.

types.StringType  ->  str, since texts are not bytes
operator.div      ->  py2_div
"""

from fissix.fixer_base import BaseFix
from fissix.fixer_util import Name

NAMES = {"StringType": "str", "div": "py2_div"}


class FixAttributes(BaseFix):
    BM_compatible = True
    run_order = 4  # before fissix's fixer of types
    PATTERN = """
        power< 'types' trailer< '.' name='StringType' > >
        |
        power< 'operator' trailer< '.' name='div' > any* >
    """

    def transform(self, node, results):
        owner, attribute = node.children[:2]
        attribute.remove()
        owner.replace(Name(NAMES[results["name"].value], prefix=owner.prefix))

"""Fixer for tuples among several parameters of a lambda; fissix knows those with nothing else.

lambda i, (a, b): i + a    ->  lambda i, a_b: i + a_b[0]
"""

from fissix.fixer_base import BaseFix
from fissix.fixer_util import Name
from fissix.fixes.fix_tuple_params import find_params, map_to_index, tuple_name
from fissix.pygram import python_symbols as symbols
from fissix.pytree import Node


class FixLambdaTuples(BaseFix):
    PATTERN = "lambdef< 'lambda' args=varargslist ':' body=any >"

    def transform(self, node, results):
        for argument in results["args"].children:
            if argument.type == symbols.vfpdef:
                params = find_params(argument)
                name = self.new_name(tuple_name([params]))
                indices = map_to_index(params if isinstance(params, list) else [params])
                argument.replace(Name(name, prefix=argument.prefix))
                for leaf in list(node.children[-1].leaves()):
                    if leaf.value in indices:
                        parts = [Name(name), *(part.clone() for part in indices[leaf.value])]
                        leaf.replace(Node(symbols.power, parts, prefix=leaf.prefix))

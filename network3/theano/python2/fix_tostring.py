"""Fixer for the bytes of an array, which NumPy calls otherwise: x.tostring()  ->  x.tobytes()."""

from fissix.fixer_base import BaseFix
from fissix.fixer_util import Name


class FixTostring(BaseFix):
    PATTERN = "power< any+ trailer< '.' name='tostring' > trailer< '(' ')' > any* >"

    def transform(self, node, results):
        results["name"].replace(Name("tobytes"))

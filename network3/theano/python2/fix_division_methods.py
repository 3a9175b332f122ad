"""Fixer for the methods that `/` calls: __div__ -> __truediv__, and their kin.

A class often says `__truediv__ = __div__`, which is harmless afterwards.
"""

from fissix.fixer_base import BaseFix
from fissix.fixer_util import Name


class FixDivisionMethods(BaseFix):
    BM_compatible = True
    PATTERN = "method=('__div__' | '__rdiv__' | '__idiv__')"

    def transform(self, node, results):
        [method] = results["method"]
        return Name(method.value.replace("div", "truediv"), prefix=method.prefix)

"""theano.printing: graphs as text or pictures, and a `Print` operator for values."""

from typing import Any

import pytensor.printing
from pytensor.printing import Print, min_informative_str, pydotprint
from pytensor.tensor.elemwise import Elemwise

from network3.theano import absent

__all__ = [
    "Print",
    "debugprint",
    "min_informative_str",
    "pp",
    "pprint",
    "pydotprint",
]


def debugprint(
    obj: Any,
    depth: int = -1,
    print_type: bool = False,
    file: Any = None,
    ids: Any = "CHAR",
    stop_on_name: bool = False,
    done: dict | None = None,
    print_storage: bool = False,
    print_clients: bool = False,
    used_ids: dict | None = None,
) -> Any:
    """Print the graph of a variable, an Apply or a function, one line for each node.

    The text goes to standard output or to `file`, which is returned. If `file` is "str", the text
    is returned instead. `print_clients` has no effect. The other arguments are as in Theano.
    """
    printed = pytensor.printing.debugprint(
        obj,
        depth=depth,
        print_type=print_type,
        file=file,
        id_type=ids,
        stop_on_name=stop_on_name,
        done=done,
        print_storage=print_storage,
        used_ids=used_ids,
    )
    return None if file is None else printed


# Theano's names of elementwise functions that differ from PyTensor's in lower case.
_NAMES = {
    "and": "and_",
    "or": "or_",
    "reciprocal": "inv",
    "roundhalfawayfromzero": "round_half_away_from_zero",
    "roundhalftoeven": "round_half_to_even",
    "sign": "sgn",
}


class _Elementwise(pytensor.printing.FunctionPrinter):
    """Print elementwise functions by Theano's names, `sqr(x)` for PyTensor's `Sqr(x)`."""

    def __init__(self):
        super().__init__([])

    def process(self, output, pstate):
        name = str(output.owner.op).lower()
        named = pytensor.printing.FunctionPrinter([_NAMES.get(name, name)])
        return named.process(output, pstate)


def _is_elementwise(pstate, variable):
    """Return whether a named elementwise function computes a variable; fused ones have no name."""
    op = getattr(variable.owner, "op", None)
    return isinstance(op, Elemwise) and str(op).isidentifier()


pp = pprint = pytensor.printing.pprint.clone()
pp.printers.insert(-1, (_is_elementwise, _Elementwise()))

__getattr__ = absent.names(__name__)

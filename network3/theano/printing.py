"""theano.printing: graphs as text and as pictures, and values while they are computed."""

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
    """The graph of a variable, of an Apply or of a function, a line for each node.

    It is printed to standard output, or to `file`; the text is returned where `file` is "str".
    `print_clients` is taken and does nothing.
    """
    return pytensor.printing.debugprint(
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


# Names of elementwise functions that are not PyTensor's in lower case.
_NAMES = {
    "and": "and_",
    "or": "or_",
    "reciprocal": "inv",
    "roundhalfawayfromzero": "round_half_away_from_zero",
    "roundhalftoeven": "round_half_to_even",
    "sign": "sgn",
}


class _Elementwise(pytensor.printing.FunctionPrinter):
    """Functions of each element, by Theano's names: `sqr(x)`, where PyTensor has `Sqr(x)`."""

    def __init__(self):
        super().__init__([])

    def process(self, output, pstate):
        name = str(output.owner.op).lower()
        named = pytensor.printing.FunctionPrinter([_NAMES.get(name, name)])
        return named.process(output, pstate)


def _is_elementwise(pstate, variable):
    """Whether a variable is computed by a function that has a name; fused ones have none."""
    op = getattr(variable.owner, "op", None)
    return isinstance(op, Elemwise) and str(op).isidentifier()


pp = pprint = pytensor.printing.pprint.clone()
pp.printers.insert(-1, (_is_elementwise, _Elementwise()))

__getattr__ = absent.names(__name__)

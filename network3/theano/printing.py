"""theano.printing: graphs as text and as pictures, and values while they are computed."""

from typing import Any

import pytensor.printing
from pytensor.printing import (
    Print,
    min_informative_str,
    pp,
    pprint,
    pydotprint,
)

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


__getattr__ = absent.names(__name__)

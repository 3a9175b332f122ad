"""theano.scan_module.scan_utils: functions that copy and compare graphs."""

from typing import Any

import pytensor.graph.replace
from pytensor.graph.basic import Variable, equal_computations
from pytensor.scan.utils import expand_empty, safe_new, until

from network3.theano import absent

__all__ = ["clone", "equal_computations", "expand_empty", "safe_new", "until"]


def clone(
    output: Variable | list,
    replace: Any = None,
    strict: bool = True,
    share_inputs: bool = True,
    copy_inputs: bool | None = None,
) -> Any:
    """Copy the graph of one or more variables.

    Parameters
    ----------
    output : Variable or list of them
        The outputs of the graph.
    replace : dict or list of pairs, optional
        Replacements for variables in the copy.
    strict : bool
        If true, a replacement must have the type of the variable that it replaces.
    share_inputs : bool
        If true, the copy has the same inputs, otherwise copies of them.
    copy_inputs : bool, optional
        The older name of `share_inputs`.

    Returns
    -------
    Variable or list of them
        The outputs of the copy.
    """
    return pytensor.graph.replace.clone_replace(
        output,
        replace=replace,
        rebuild_strict=strict,
        copy_inputs_over=share_inputs if copy_inputs is None else copy_inputs,
    )


__getattr__ = absent.names(
    __name__, {"map_variables": "use clone(output, replace=...), or pytensor.graph.replace"}
)

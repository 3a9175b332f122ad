"""theano.compile.io: inputs with names, default values and updates, and outputs."""

import warnings
from typing import Any

import pytensor.compile.io
from pytensor.compile.io import Out, SymbolicInput, SymbolicOutput
from pytensor.compile.sharedvalue import SharedVariable
from pytensor.graph.basic import Variable

from network3.theano import absent

__all__ = ["In", "Out", "SharedVariable", "SymbolicInput", "SymbolicOutput"]


class In(pytensor.compile.io.In):
    """An input of a function, with options.

    Parameters
    ----------
    variable : Variable
        The variable of the graph.
    name : str, optional
        The keyword for calls, by default the variable's name.
    value : optional
        The default value for calls that do not give one; ``function[name]`` reads and sets it.
    update : Variable, optional
        The new value of `value` after each call.
    mutable : bool
        If true, the function may overwrite the argument.
    borrow : bool
        If true, an output of the function may share memory with the argument.
    strict : bool
        If true, the argument must have exactly the variable's type; nothing is converted.
    allow_downcast : bool, optional
        Whether a conversion may lose precision. None allows it only for a Python float that
        becomes floatX.
    implicit : bool
        If true, a call cannot give this input.
    autoname, shared
        As in Theano.

    Raises
    ------
    TypeError
        If `implicit` is given without `value`; `theano.function` raises it for `update`.
    """

    def __init__(
        self,
        variable: Variable,
        name: str | None = None,
        value: Any = None,
        update: Any = None,
        mutable: bool | None = None,
        strict: bool = False,
        allow_downcast: bool | None = None,
        autoname: bool = True,
        implicit: bool | None = None,
        borrow: bool | None = None,
        shared: bool = False,
    ):
        super().__init__(
            variable,
            name=name,
            mutable=bool(mutable),
            strict=strict,
            allow_downcast=allow_downcast,
            autoname=autoname,
            borrow=borrow,
            shared=shared,
        )
        if implicit and value is None:
            raise TypeError(f"In({variable}, implicit=True) needs a value: give value=...")
        self.default = value
        self.becomes = update
        self.hidden = bool(implicit)


def specified(given: Any) -> Any:
    """Return an input of `theano.function` as a variable or an `In`.

    Like Theano, it also accepts a list or tuple: (variable,), (variable, value) or
    ((variable, update), value), each optionally with a name as an additional first element.

    Raises
    ------
    TypeError
        If a list or tuple has another form, if its value is a variable, or if the input is
        something else, such as a number.
    """
    if isinstance(given, Variable | SymbolicInput):
        return given
    if not isinstance(given, list | tuple):
        raise TypeError(
            f"Unknown parameter type: {type(given)}. theano.function got {given!r} as an input: "
            "expected a variable or theano.In"
        )
    name, rest = (given[0], given[1:]) if given and isinstance(given[0], str) else (None, given)
    match rest:
        case [Variable() as variable]:
            value, update = None, None
        case [Variable() as variable, value]:
            update = None
        case [[Variable() as variable, Variable() as update], value]:
            pass
        case _:
            raise TypeError(
                f"theano.function got {given!r} as an input: expected a variable, "
                f"(variable, value), ((variable, update), value) or theano.In"
            )
    if isinstance(value, Variable | SymbolicInput):
        raise TypeError(
            f"theano.function got {value!r} as the value of the input {variable}: expected a "
            f"number or an array; theano.In takes a shared variable"
        )
    return In(variable, name=name, value=value, update=update)


def Param(
    variable: Variable,
    default: Any = None,
    name: str | None = None,
    mutable: bool = False,
    strict: bool = False,
    allow_downcast: bool | None = None,
    implicit: bool | None = None,
    borrow: bool | None = None,
) -> In:
    """Return an `In`, and warn that this function is deprecated, as Theano does."""
    warnings.warn(
        "The Param class is deprecated. Replace Param(default=N) by theano.In(value=N)",
        stacklevel=2,
    )
    return In(
        variable,
        name=name,
        value=default,
        mutable=mutable,
        strict=strict,
        allow_downcast=allow_downcast,
        implicit=implicit,
        borrow=borrow,
    )


__getattr__ = absent.names(__name__)

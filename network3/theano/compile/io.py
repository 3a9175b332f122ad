"""theano.compile.io: inputs with names, default values and updates; outputs."""

import warnings
from typing import Any

import pytensor.compile.io
from pytensor.compile.io import Out, SymbolicInput, SymbolicOutput
from pytensor.compile.sharedvalue import SharedVariable
from pytensor.graph.basic import Variable

from network3.theano import absent

__all__ = ["In", "Out", "SharedVariable", "SymbolicInput", "SymbolicOutput"]


class In(pytensor.compile.io.In):
    """An input of a function.

    Parameters
    ----------
    variable : Variable
    name : str, optional
        The keyword under which it can be given; otherwise the variable's name.
    value : optional
        What it is where a call does not give it; `function[name]` reads and sets it.
    update : Variable, optional
        What `value` becomes after each call.
    mutable, borrow : bool
        Whether the function may overwrite what it is given, or return it.
    strict : bool
        Whether what is given must have the type already.
    allow_downcast : bool, optional
        Whether it may lose precision; None: only a Python float for floatX.
    implicit : bool
        Whether it cannot be given in a call.
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
        if update is not None and value is None:
            raise TypeError(f"In({variable}, update=...) needs a value to begin with: value=...")
        if implicit and value is None:
            raise TypeError(f"In({variable}, implicit=True) needs a value: value=...")
        self.default = value
        self.becomes = update
        self.hidden = bool(implicit)


def specified(given: Any) -> Any:
    """Return an input of `theano.function` as a variable or an `In`.

    Theano also takes a list or tuple: (variable,), (variable, value) or
    ((variable, update), value), each with a name before it if wanted.

    Raises
    ------
    TypeError
        If a list or tuple has another form, or its value is a variable.
    """
    if not isinstance(given, list | tuple):
        return given
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
    """`In` under its older name; warns, as Theano does, that it is deprecated."""
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

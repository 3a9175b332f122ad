"""Functions with default values and states, and those that return a dict."""

from collections.abc import Mapping, Sequence
from typing import Any

from pytensor.compile.sharedvalue import SharedVariable
from pytensor.graph.basic import Variable


class FunctionWithDefaults:
    """A compiled function, called as Theano's functions are: what is not given has its default.

    `function[name]` (or `function[variable]`) is an input's default, or the state of one with an
    update, and can be set. All else is the compiled function's.
    """

    def __init__(
        self,
        compiled: Any,
        inputs: Sequence[Any],
        states: Mapping[Variable, SharedVariable],
        keys: Sequence[str] | None,
    ):
        self._compiled = compiled
        self._inputs = list(inputs)
        self._variables = [getattr(given, "variable", given) for given in inputs]
        self._names = [given.name for given in inputs]
        self._hidden = [getattr(given, "hidden", False) for given in inputs]
        self._defaults = {
            variable: given.default
            for variable, given in zip(self._variables, inputs, strict=True)
            if getattr(given, "default", None) is not None and variable not in states
        }
        self._states = dict(states)
        self._keys = keys

    def __call__(self, *values: Any, **named: Any) -> Any:
        """What the compiled function returns; a dict if the outputs were one.

        Raises
        ------
        TypeError
            For an argument too many, one that is not known, and one that is missing.
        """
        open_to_calls = [
            v for v, hidden in zip(self._variables, self._hidden, strict=True) if not hidden
        ]
        if len(values) > len(open_to_calls):
            raise TypeError(
                f"{self._title} takes {len(open_to_calls)} arguments, and got {len(values)}"
            )
        given = dict(zip(open_to_calls, values, strict=False))
        for name, value in named.items():
            variable = self._variable(name)
            if variable in given or variable not in open_to_calls:
                raise TypeError(f"{self._title} cannot take {name} here: it is given or implicit")
            given[variable] = value
        for variable, state in self._states.items():
            if variable in given:
                state.set_value(variable.type.filter(given[variable]))
        result = self._compiled(*self._arguments(given))
        return result if self._keys is None else dict(zip(self._keys, result, strict=True))

    def __getitem__(self, name: str | Variable) -> Any:
        variable = self._variable(name)
        if variable in self._states:
            return self._states[variable].get_value()
        return self._defaults.get(variable)

    def __setitem__(self, name: str | Variable, value: Any) -> None:
        variable = self._variable(name)
        if variable in self._states:
            self._states[variable].set_value(variable.type.filter(value, allow_downcast=True))
        else:
            self._defaults[variable] = value

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._compiled, name)

    @property
    def _title(self):
        return f"the theano.function {self._compiled.name or ''}".rstrip()

    def _variable(self, name):
        if name in self._variables:
            return name
        if isinstance(name, str) and name in self._names:
            return self._variables[self._names.index(name)]
        names = ", ".join(filter(None, self._names))
        raise TypeError(f"{self._title} has no input {name!r}: its named inputs are {names}")

    def _arguments(self, given):
        for variable, name in zip(self._variables, self._names, strict=True):
            if variable in given and variable not in self._states:
                yield given[variable]
            elif variable in self._defaults:
                yield self._defaults[variable]
            elif variable not in self._states:
                raise TypeError(f"{self._title} is missing its input {name or variable}")

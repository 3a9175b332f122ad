"""Compiled functions whose inputs have default values or states, or that return a dict."""

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytensor
from pytensor.compile.sharedvalue import SharedVariable
from pytensor.graph.basic import Variable
from pytensor.link.basic import Container

from network3.theano.compile.function_module import Function
from network3.theano.compile.io import In


def default(given: In) -> Container:
    """Return a container that holds an input's default value.

    Raises
    ------
    TypeError
        If the default does not have the input's type.
    """
    cell: Any = Container(
        given.variable,
        [None],
        strict=given.strict,
        allow_downcast=given.allow_downcast,
        name=given.name,
    )
    cell.value = given.default
    cell.required, cell.implicit = False, False
    return cell


def shared_with(container: Container, name: str | None) -> SharedVariable:
    """Return a shared variable whose value is that of a container, such as another function's."""
    state = pytensor.shared(container.value, name=name)
    state.container = container
    return state


class FunctionWithDefaults(Function):
    """A compiled function whose inputs have default values or states, or that returns a dict.

    ``function[key]`` reads and sets an input's default, or the state of an input with an update.
    """

    _inputs: list[In]
    _shared: dict[Variable, SharedVariable]
    _states: dict[Variable, Container]
    _defaults: dict[Variable, Container]

    @classmethod
    def with_defaults(
        cls,
        compiled: Any,
        inputs: Sequence[Variable | In],
        states: Mapping[Variable, SharedVariable],
        keys: list[str] | None,
    ) -> "FunctionWithDefaults":
        """Return a function of this class with the storage of a compiled one.

        Parameters
        ----------
        inputs : list
            All inputs. The compiled function has only those without a state.
        states : dict
            The shared variables that hold the states, by input variable.
        keys : list of str, optional
            The keys of the outputs, if they were a dict.
        """
        function: FunctionWithDefaults = cls.of(compiled)
        function._inputs = [given if isinstance(given, In) else In(given) for given in inputs]
        function._shared = dict(states)
        function._states = {variable: state.container for variable, state in states.items()}
        function._defaults = {
            given.variable: default(given)
            for given in function._inputs
            if given.default is not None and given.variable not in states
        }
        function.output_keys = keys
        return function

    def __call__(self, *values: Any, **named: Any) -> Any:
        """Compute the outputs, as a dict if they were given as one.

        Raises
        ------
        TypeError
            If an argument has a wrong type or is missing, unknown, implicit or given twice.
        """
        if self._defaults or self._states:
            values, named = self._complete(values, named), {}
        result = super().__call__(*values, **named)
        if self.output_keys is None:
            return result
        return dict(zip(self.output_keys, result, strict=True))

    def copy(self, share_memory: bool = False, swap: Any = None, *arguments: Any, **more: Any):
        """Return a copy, as `pytensor.compile.Function.copy` does, with states of its own."""
        shared = {
            variable: pytensor.shared(state.get_value(), name=state.name)
            for variable, state in self._shared.items()
        }
        own = {self._shared[variable]: state for variable, state in shared.items()}
        function = super().copy(share_memory, {**own, **(swap or {})}, *arguments, **more)
        function.__dict__.update(self.__dict__)
        function._shared = shared
        function._states = {variable: state.container for variable, state in shared.items()}
        function._defaults = {variable: copy.copy(c) for variable, c in self._defaults.items()}
        for cell in function._defaults.values():
            cell.storage = list(cell.storage)
        return function

    def _complete(self, values, named):
        """Set the states that a call gives, and return the values of all other inputs."""
        if len(values) + len(named) > len(self._inputs):
            raise self._too_many(len(values) + len(named), len(self._inputs))
        given = {input.variable: v for input, v in zip(self._inputs, values, strict=False)}
        variables = {input.name: input.variable for input in self._inputs}
        for name, value in named.items():
            if name not in variables:
                known = ", ".join(filter(None, variables))
                raise TypeError(
                    f"{self._title}: Unknown input: {name}. The named inputs are {known}"
                )
            if variables[name] in given:
                raise TypeError(f"{self._title}: Multiple values for input: {name}")
            given[variables[name]] = value
        for input in self._inputs:
            if input.hidden and input.variable in given:
                raise TypeError(
                    f"{self._title}: Tried to provide value for implicit input: {input.variable}"
                )
        for variable, cell in self._states.items():
            if variable in given:
                cell.value = given[variable]
        complete = []
        for input in self._inputs:
            variable = input.variable
            if variable in self._states:
                continue
            if variable not in given and variable not in self._defaults:
                raise TypeError(f"{self._title}: Missing required input: {variable}")
            complete.append(given.get(variable, self._defaults.get(variable)))
        return tuple(v.value if isinstance(v, Container) else v for v in complete)

    def _cells(self) -> Iterator[tuple[Any, Any]]:
        compiled = dict(super()._cells())
        cells = {given.variable: cell for given, cell in compiled.items()}
        cells |= self._defaults | self._states
        for given in self._inputs:
            yield given, cells[given.variable]
        storages = [cell.storage for cell in self._states.values()]
        for given, cell in compiled.items():
            if given.implicit and not any(cell.storage is storage for storage in storages):
                yield given, cell

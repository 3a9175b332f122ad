"""theano.compile.function_module: compiled functions, and the errors of compiling and calling."""

import copyreg
from collections.abc import Iterable
from functools import cached_property
from typing import Any

import numpy as np
from pytensor.compile import FunctionMaker
from pytensor.compile.aliasing import Supervisor
from pytensor.compile.executor import AliasedMemoryError
from pytensor.compile.executor import Function as _Function
from pytensor.compile.io import SymbolicInput, SymbolicOutput
from pytensor.compile.rebuild import UnusedInputError
from pytensor.graph.op import HasInnerGraph
from pytensor.graph.utils import get_variable_trace_string
from pytensor.link.basic import Container

from network3.engine import running
from network3.engine.threads import EachCall
from network3.theano import absent
from network3.theano.compile.io import In
from network3.theano.gof.link import theanos_errors

__all__ = [
    "AliasedMemoryError",
    "Function",
    "FunctionMaker",
    "In",
    "Supervisor",
    "SymbolicInput",
    "SymbolicOutput",
    "UnusedInputError",
]


class Function(_Function):
    """PyTensor's compiled function, with Theano's attributes and error messages.

    ``function[key]`` reads and sets the value of an input or a shared variable. A key is a
    variable, a name or a position.
    """

    output_keys: list[str] | None = None  # if the outputs were a dict

    @classmethod
    def of(cls, compiled: _Function) -> Any:
        """Return a function of this class with the storage of a compiled one."""
        compiled.maker.function_class = cls  # so that copying and unpickling give this class
        function = cls(
            vm=compiled.vm,
            input_storage=compiled.input_storage,
            output_storage=compiled.output_storage,
            outputs=compiled.outputs,
            unpack_single=compiled.unpack_single,
            return_none=compiled.return_none,
            maker=compiled.maker,
            trust_input=compiled.trust_input,
            name=compiled.name,
        )
        function.profile = compiled.profile
        return function

    def __reduce__(self) -> tuple:
        built: Any = copyreg.dispatch_table[_Function](self)
        return _unpickled, (*built, self.__dict__)

    def __call__(self, *values: Any, **named: Any) -> Any:
        if self._threads is None:
            return super().__call__(*values, **named)
        with self._threads:
            return super().__call__(*values, **named)

    @cached_property
    def _threads(self) -> EachCall | None:
        return running.adapting(self)

    def __contains__(self, key: Any) -> bool:
        return key in self.value

    def __getitem__(self, key: Any) -> Any:
        return self.value[key]

    def __setitem__(self, key: Any, value: Any) -> None:
        self.value[key] = value

    @property
    def fn(self) -> Any:
        """The virtual machine that computes; PyTensor calls it `vm`."""
        return self.vm

    @property
    def value(self) -> "Values":
        """The values of inputs and shared variables by key."""
        return Values(self.finder)

    @property
    def container(self) -> dict[Any, Container]:
        """The containers of the values by key, the same as `finder`."""
        return self.finder

    @property
    def finder(self) -> dict[Any, Any]:
        """The containers by variable, name and position; None if two inputs have the same name."""
        found: dict[Any, Any] = {}
        for place, (given, cell) in enumerate(self._cells()):
            found[place] = found[given.variable] = cell
            if given.name is not None:
                found[given.name] = None if given.name in found else cell
        return found

    @property
    def inv_finder(self) -> dict[Container, Any]:
        """The inputs by container."""
        return {cell: given for given, cell in self._cells()}

    @property
    def indices(self) -> list[tuple]:
        """A triple (input, None, [input]) for each input."""
        return [(given, None, [given]) for given, _ in self._cells()]

    @property
    def defaults(self) -> list[tuple]:
        """A triple (required, refeed, value) for each input.

        A call must give a required input; `refeed` is whether the call restores the default
        afterwards; `value` is the present value.
        """
        return [
            (required, not required and not given.implicit, cell.value)
            for given, cell in self._cells()
            for required in [getattr(cell, "required", False)]  # a copied default has none
        ]

    @property
    def n_returned_outputs(self) -> int:
        """The number of outputs, not counting the new values of shared variables."""
        return len(self.outputs)

    @property
    def nodes_with_inner_function(self) -> list:
        """The operators that contain a graph, such as loops."""
        ops = (node.op for node in self.maker.fgraph.apply_nodes)
        return [op for op in ops if isinstance(op, HasInnerGraph)]

    def sync_shared(self) -> None:
        """Do nothing: shared variables are up to date as soon as a call returns."""

    def _cells(self) -> Iterable[tuple[Any, Any]]:
        """Return the inputs with their containers, in the order of their positions."""
        return zip(self.maker.inputs, self.input_storage, strict=True)

    @property
    def _title(self) -> str:
        return f'theano function with name "{self.name}"' if self.name else "theano function"

    @cached_property
    def _takes(self) -> int:
        return sum(not given.implicit for given in self.maker.inputs)

    def _validate_inputs(self, args: tuple, kwargs: dict[str, Any]) -> None:
        if len(args) + len(kwargs) > self._takes:  # a further value would set a shared variable
            raise self._too_many(len(args) + len(kwargs), self._takes)
        try:
            super()._validate_inputs(args, kwargs)
        except Exception as error:
            self._explain(args, kwargs)
            error.args = (f"{self._title}: {error}",)
            raise

    def _too_many(self, got: int, takes: int) -> TypeError:
        return TypeError(f"{self._title}: Too many parameters, it takes {takes} and got {got}")

    def _explain(self, args: tuple, kwargs: dict[str, Any]) -> None:
        """Raise an error that names the function and the argument, if an argument is wrong."""
        places = {given.variable: place for place, (given, _) in enumerate(self._cells())}
        positional = dict(enumerate(args))
        for place, (given, cell) in enumerate(
            zip(self.maker.inputs, self.input_storage, strict=True)
        ):
            if place in positional:
                value, where = args[place], f"at index {places[given.variable]} (0-based)"
            elif given.name in kwargs:
                value, where = kwargs[given.name], f"called {given.name}"
            else:
                continue
            try:
                with theanos_errors(cell.type, value):
                    cell.type.filter(value, strict=cell.strict, allow_downcast=cell.allow_downcast)
            except Exception as error:
                name = getattr(value, "name", None)
                argument = f'argument with name "{name}"' if isinstance(name, str) else "argument"
                created = get_variable_trace_string(given.variable)
                reason = f"Expected {cell.type}, but found None." if value is None else error
                first = f"Bad input {argument} to {self._title} {where}. {reason}"
                if len(error.args) == 1:
                    error.args = (first + created,)
                else:
                    error.add_note(first + created)
                raise error from None


def _unpickled(build, arguments, attributes):
    function = build(*arguments)
    if function is not None:  # None if theano.config.unpickle_function is false
        function.__dict__.update(attributes)
    return function


class Values:
    """The values of inputs and shared variables, by variable, name or position.

    Raises
    ------
    TypeError
        If there is no such key, or if several inputs have this name.
    """

    def __init__(self, containers: dict[Any, Any]):
        self._containers = containers

    def __contains__(self, key: Any) -> bool:
        return key in self._containers

    def __getitem__(self, key: Any) -> Any:
        value = self._container(key).value
        return np.asarray(value) if hasattr(value, "__array__") else value  # copies JAX's arrays

    def __setitem__(self, key: Any, value: Any) -> None:
        self._container(key).value = value

    def _container(self, key):
        if key not in self._containers:
            names = ", ".join(name for name in self._containers if isinstance(name, str))
            raise TypeError(f"Unknown input or state: {key}. The named inputs are {names}")
        if self._containers[key] is None:
            raise TypeError(f"Ambiguous name: {key}. Use the variable or its position instead")
        return self._containers[key]


__getattr__ = absent.names(__name__, {"orig_function": "use theano.function"})

"""Functions that are compiled once and reused."""

from collections.abc import Callable
from typing import Any

from pytensor.graph.basic import Variable, equal_computations

from network3.engine import backend


class CompiledFunctions:
    """The compiled functions of a network, one for each role; copies and pickles have none."""

    def __init__(self) -> None:
        self._by_role: dict[str, tuple[tuple, Variable, Any]] = {}

    def __getstate__(self) -> dict[str, Any]:
        return {"_by_role": {}}

    def get(self, role: str, graph: Variable, arguments: tuple, compile: Callable[[], Any]) -> Any:
        """Return the function of a role, compiling it unless the last one is still valid.

        Parameters
        ----------
        role : str
        graph : variable
            The output of the function.
        arguments : tuple
            Everything else that it depends on, such as its data.
        compile : function
            Returns the compiled function.
        """
        wanted = (*backend.state(), *arguments)
        if role in self._by_role:
            before, computed, function = self._by_role[role]
            if before == wanted and equal_computations([computed], [graph]):
                return function
        function = compile()
        self._by_role[role] = wanted, graph, function
        return function

"""theano.compile.function: compile a graph to a function."""

import inspect
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import pytensor
from pytensor.compile.mode import Mode
from pytensor.compile.sharedvalue import SharedVariable
from pytensor.graph.basic import Variable
from pytensor.link.basic import Container
from pytensor.misc.pkl_utils import StripPickler

from network3.engine import backend
from network3.fusion.programs import fused_program
from network3.kernels.pytensor_versions import NO_DEFAULT_UPDATES, silenced
from network3.theano import absent, compute_test_value
from network3.theano.compile import mode as modes
from network3.theano.compile.defaults import FunctionWithDefaults, default, shared_with
from network3.theano.compile.function_module import Function
from network3.theano.compile.io import In, specified

__all__ = ["function", "function_dump"]


def function(
    inputs: Sequence[Variable | In],
    outputs: Any = None,
    mode: str | Mode | None = None,
    updates: Any = None,
    givens: Any = None,
    no_default_updates: bool | Sequence[Variable] = False,
    accept_inplace: bool = False,
    name: str | None = None,
    rebuild_strict: bool = True,
    allow_input_downcast: bool | None = None,
    profile: Any = None,
    on_unused_input: str | None = None,
) -> Any:
    """Compile a function that computes outputs from inputs and updates shared variables.

    Parameters
    ----------
    inputs : list
        Variables, or `In` objects, which may have a name, a default value and an update. As in
        Theano, a pair (variable, value) stands for an `In` with a default value.
    outputs : Variable, list, dict with str keys, or None
        The variables to compute. The function returns an array, a list or a dict, accordingly.
    mode : str, Mode or None
        None and "FAST_RUN" compile for the chosen backend (see `network3.engine.backend`);
        "FAST_COMPILE" computes in Python only.
    updates : dict or list of pairs
        The new value of each shared variable to update.
    givens : dict or list of pairs
        Replacements for variables of the graph.
    name : str, optional
        The name in messages and profiles, by default the file and line of the call.
    no_default_updates : bool or list
        True to ignore every `default_update`, or the shared variables whose updates to ignore.
    on_unused_input : str, optional
        "raise", "warn" or "ignore", by default the value of `theano.config.on_unused_input`.
    accept_inplace, rebuild_strict, allow_input_downcast, profile
        As in Theano.

    Returns
    -------
    Function

    Raises
    ------
    TypeError
        If `inputs` is not a list, or if something cannot be updated or computed.
    UnusedInputError
        If no output depends on an input.
    AssertionError
        If `outputs` is a dict with keys that are not strings.
    MissingInputError
        If an output depends on a variable that is not an input.
    """
    if not isinstance(inputs, list | tuple):
        raise TypeError(
            f"theano.function got {inputs!r} as its inputs: they must be a list, even if there is "
            "only one"
        )
    inputs = [specified(given) for given in inputs]
    for given in inputs:
        if isinstance(given, In) and given.becomes is not None and given.default is None:
            raise TypeError(
                f"In({given.variable}, update=...) needs an initial value: give value=..."
            )
    if name is None:
        name = _line()
    updates, givens = _pairs("updates", updates), _pairs("givens", givens)
    for variable, _ in updates:
        if not isinstance(variable, SharedVariable):
            raise TypeError(
                f"theano.function got an update of {variable}: only shared variables can be updated"
            )
    states = {}
    for given in inputs:
        if isinstance(given, In) and _is_state(given):
            state = given.default
            if isinstance(state, Container):
                state = shared_with(state, given.name)
            elif not isinstance(state, SharedVariable):
                state = pytensor.shared(default(given).value, name=given.name)
            states[given.variable] = state
            givens.append((given.variable, state))
            if given.becomes is not None:
                updates.append((state, given.variable.type.filter_variable(given.becomes)))
    keys = None
    if isinstance(outputs, Mapping):
        for key in outputs:
            if not isinstance(key, str):
                raise AssertionError(
                    f"theano.function got outputs with the key {key!r}: the keys must be strings"
                )
        keys = sorted(outputs)
        outputs = [outputs[key] for key in keys]
    compiled = _compiled(
        [given for given in inputs if getattr(given, "variable", given) not in states],
        outputs,
        mode,
        no_default_updates,
        updates=updates,
        givens=givens,
        accept_inplace=accept_inplace,
        name=name,
        rebuild_strict=rebuild_strict,
        allow_input_downcast=allow_input_downcast,
        profile=profile,
        on_unused_input=on_unused_input,
    )
    defaults = any(isinstance(given, In) and given.default is not None for given in inputs)
    if keys is not None or defaults:
        return FunctionWithDefaults.with_defaults(compiled, inputs, states, keys)
    return Function.of(compiled)


def function_dump(
    filename: Any,
    inputs: Sequence[Variable | In],
    outputs: Any = None,
    *arguments: Any,
    extra_tag_to_remove: Any = None,
    **named: Any,
) -> None:
    """Pickle the arguments of `function`, with the values of shared variables, into a file.

    ``theano.function(**pickle.load(file))`` compiles them. `extra_tag_to_remove` names tags of
    variables that are not pickled.
    """
    call = inspect.signature(function).bind(inputs, outputs, *arguments, **named)
    call.apply_defaults()
    with open(filename, "wb") as file:
        StripPickler(file, protocol=-1, extra_tag_to_remove=extra_tag_to_remove).dump(
            call.arguments
        )


def _line():
    """Return the program's file and line, the default name of a function."""
    frame = sys._getframe(1)
    while frame.f_back and frame.f_globals.get("__name__", "").startswith(("pytensor", "network3")):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"


def _is_state(given):
    """Return whether an input's value is stored in the function between calls."""
    is_kept = isinstance(given.default, SharedVariable | Container)
    return given.becomes is not None or given.hidden or is_kept


def _compiled(inputs, outputs, mode, no_default_updates, **arguments):
    if no_default_updates is not False:
        arguments["no_default_updates"] = no_default_updates
    chosen = modes.of_function(mode)
    with silenced(NO_DEFAULT_UPDATES), compute_test_value.suspended():
        if chosen is None:
            outputs, arguments = _fused(inputs, outputs, arguments)
            return backend.function(inputs, outputs, on_host=True, **arguments)
        return pytensor.function(inputs, outputs, mode=chosen, **arguments)


def _fused(inputs, outputs, arguments):
    """The outputs and updates by fused operators, unless variables within them are replaced."""
    updates, givens = arguments["updates"], arguments["givens"]
    several = outputs if isinstance(outputs, list | tuple) else [outputs]
    within = [variable for variable, _ in givens]
    within += [getattr(given, "variable", given) for given in inputs]
    plain = all(isinstance(output, Variable) for output in several) or outputs is None
    if not backend.fuses() or not plain or any(variable.owner for variable in within):
        return outputs, arguments
    several = [] if outputs is None else several
    symbolic = [new for _, new in updates if isinstance(new, Variable)]
    fused, symbolic = fused_program(several, symbolic)
    rest = iter(symbolic)
    updates = [(x, next(rest) if isinstance(new, Variable) else new) for x, new in updates]
    if outputs is not None:
        outputs = fused if isinstance(outputs, list | tuple) else fused[0]
    return outputs, arguments | {"updates": updates}


def _pairs(what, given):
    if given is None:
        return []
    try:
        pairs = list(given.items()) if isinstance(given, Mapping) else [tuple(p) for p in given]
        if all(len(pair) == 2 for pair in pairs):
            return pairs
    except TypeError:
        pass
    raise TypeError(f"theano.function got {what}={given!r}: it must be a dict or a list of pairs")


__getattr__ = absent.names(__name__)

"""Errors for the names of Theano that are absent here, which say what to use instead."""

import dis
import sys
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

_IMPORT_FROM = dis.opmap["IMPORT_FROM"]


def names(module: str, instead: Mapping[str, str] | None = None) -> Callable[[str], NoReturn]:
    """Return a module's `__getattr__`, which raises an error that says what to use instead.

    Parameters
    ----------
    module : str
        The module's `__name__`.
    instead : dict, optional
        For names of Theano that are absent, what to use instead, as the end of the message:
        ``{"CrossentropySoftmax1HotWithBiasDx": "take the gradient of
        crossentropy_categorical_1hot"}``.

    Returns
    -------
    callable
        It raises an `ImportError` for ``from module import name``, because Python would replace
        the message of any other error, and an `AttributeError` for ``module.name``, so that
        `hasattr` and `getattr` with a default work.
    """
    theano = module.removeprefix("network3.")

    def absent(name: str) -> Any:
        sentence = f"network3.theano has no {theano}.{name}"
        if instead and name in instead:
            sentence += f": {instead[name]}"
        else:
            sentence += ": docs/theano-names.md lists the names that it has"
        caller = sys._getframe(1)
        if caller.f_lasti >= 0 and caller.f_code.co_code[caller.f_lasti] == _IMPORT_FROM:
            raise ImportError(sentence, name=module)
        raise AttributeError(sentence, name=name, obj=sys.modules[module])

    return absent

"""Names of Theano that are not here: one sentence instead of a bare AttributeError."""

import dis
import sys
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

_IMPORT_FROM = dis.opmap["IMPORT_FROM"]


def names(module: str, instead: Mapping[str, str] | None = None) -> Callable[[str], NoReturn]:
    """A `__getattr__` for a module: says that a name is not there, and what is nearest to it.

    Parameters
    ----------
    module : str
        The module's `__name__`.
    instead : dict
        For names of Theano's that are absent, what to use in their place, as the end of a sentence:
        {"CrossentropySoftmax1HotWithBiasDx": "take the gradient of crossentropy_categorical_1hot"}.

    Raises (the function that is returned)
    ------
    ImportError
        For `from module import name`, for which Python would hide the sentence of another error.
    AttributeError
        For `module.name`, so that `hasattr` and `getattr` with a default work.
    """
    theano = module.removeprefix("network3.")

    def absent(name: str) -> Any:
        sentence = f"network3.theano has no {theano}.{name}"
        if instead and name in instead:
            sentence += f": {instead[name]}"
        else:
            sentence += ": docs/theano-names.md lists what is there"
        caller = sys._getframe(1)
        if caller.f_lasti >= 0 and caller.f_code.co_code[caller.f_lasti] == _IMPORT_FROM:
            raise ImportError(sentence, name=module)
        raise AttributeError(sentence, name=name, obj=sys.modules[module])

    return absent

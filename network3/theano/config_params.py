"""Options that a program adds to `theano.config`: their defaults, and which values they accept."""

from collections.abc import Callable
from typing import Any


class ConfigParam:
    """An option.

    Parameters
    ----------
    default : object or callable
        The value, or a function that returns it when it is first read.
    filter : callable, optional
        It receives a value and returns the one to keep, or raises a ValueError.
    allow_override : bool
        If false, the option cannot be set after the start.
    """

    fullname = ""
    doc = ""

    def __init__(self, default: Any, filter: Callable | None = None, allow_override: bool = True):
        self.default = default
        self.filter = filter
        self.allow_override = allow_override

    def get(self) -> Any:
        """Return the value."""
        if not hasattr(self, "val"):
            self.keep(self.default() if callable(self.default) else self.default)
        return self.val

    def set(self, value: Any) -> None:
        """Change the value."""
        if not self.allow_override and hasattr(self, "val"):
            raise ValueError(
                f"theano.config.{self.fullname} cannot be changed after the start: set it by "
                "THEANO_FLAGS"
            )
        self.keep(value)

    def keep(self, value: Any) -> None:
        """Store a value that the option accepts."""
        self.val = self.filter(value) if self.filter else value


class EnumStr(ConfigParam):
    """An option with several possible values."""

    def __init__(self, default: str, *options: str, **kwargs: Any):
        convert = kwargs.pop("convert", None)
        self.all = (default, *options)

        def filter(value):
            value = convert(value) if convert else value
            if value not in self.all:
                raise ValueError(
                    f"theano.config.{self.fullname} = {value!r}: it must be one of "
                    f"{', '.join(self.all)}"
                )
            return value

        super().__init__(default, filter, **kwargs)


class TypedParam(ConfigParam):
    """An option that `mytype` converts; `is_valid` may refuse values."""

    def __init__(
        self,
        default: Any,
        mytype: Callable,
        is_valid: Callable | None = None,
        allow_override: bool = True,
    ):
        def filter(value):
            value = mytype(value)
            if is_valid and not is_valid(value):
                raise ValueError(f"theano.config.{self.fullname} cannot be {value!r}")
            return value

        super().__init__(default, filter, allow_override)


def StrParam(default, is_valid=None, allow_override=True) -> TypedParam:
    """Return an option whose value is a str."""
    return TypedParam(default, str, is_valid, allow_override)


def IntParam(default, is_valid=None, allow_override=True) -> TypedParam:
    """Return an option whose value is an int."""
    return TypedParam(default, int, is_valid, allow_override)


def FloatParam(default, is_valid=None, allow_override=True) -> TypedParam:
    """Return an option whose value is a float."""
    return TypedParam(default, float, is_valid, allow_override)


def BoolParam(default, is_valid=None, allow_override=True) -> TypedParam:
    """Return an option whose value is True or False, or one of these as text."""
    return TypedParam(default, _bool, is_valid, allow_override)


def _bool(value):
    text = str(value).lower()
    if text not in ("false", "0", "true", "1"):
        raise ValueError(f"got {value!r} for an option that must be True or False")
    return text in ("true", "1")
